"""BibTeX and BibLaTeX libraries."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block, Entry, ParsingFailedBlock

from .cleaning import unwrap
from .dates import join_date, parse_date, parse_month
from .decoding import read_whole
from .latex import decode_address, decode_latex
from .record import Fault, Item, Record

# Blocks that fail become faults with their line; a log beside them would say it twice.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
#: Fields that hold ids and addresses; Google Scholar has arXiv ids in the journal, DBLP in the volume.
_IDENTIFIER_FIELDS: Final = ("doi", "eprint", "arxivid", "url", "ee", "journal", "volume", "howpublished", "note")


def looks_like_bibtex(head: str) -> bool:
    """Tell a text with an entry at the beginning of a line."""
    return _ENTRY.search(head) is not None


def read_bibtex(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of a library, also of entries whose keys repeat."""
    library = parse_string(read_whole(stream), parse_stack=[])
    blocks = [_without_error(block) for block in library.blocks]
    entries = [block for block in blocks if isinstance(block, Entry)]
    for number, entry in enumerate(entries):
        entry.key = str(number)  # a library keeps one entry a key
    resolved = Library([*library.strings, *entries])
    for middleware in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        resolved = middleware.transform(resolved)
    for block in blocks:
        position = f"line {(block.start_line or 0) + 1}"
        if isinstance(block, Entry):
            yield _record({field.key.lower(): str(field.value) for field in reversed(block.fields)}, position)
        elif isinstance(block, ParsingFailedBlock):
            yield Fault(position, f"not an entry: {getattr(block.error, 'abort_reason', block.error)}".rstrip(" ."))


def _without_error(block: Block) -> Block:
    """Return the entry inside a block that only repeats a key or a field; any other block as it is."""
    inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None
    return inner if isinstance(inner, Entry) else block


def _record(fields: Mapping[str, str], position: str) -> Item:
    title = unwrap(decode_latex(fields.get("title", "")))
    if not title:
        return Fault(position, "no title")
    return Record(
        position=position,
        title=title,
        abstract=unwrap(decode_latex(fields.get("abstract", ""))),
        date=_date(fields),
        url=decode_address(fields.get("url", "")),
        authors=_authors(fields.get("author", "")),
        identifiers=tuple(decode_address(fields[name]) for name in _IDENTIFIER_FIELDS if name in fields),
    )


def _date(fields: Mapping[str, str]) -> str:
    date = parse_date(fields.get("date", "")) or parse_date(fields.get("year", ""))
    month = parse_month(fields.get("month", ""))
    if len(date) != len("2024") or not month:
        return date
    day = fields.get("day", "")
    return join_date(int(date), month, int(day) if re.fullmatch(r"[0-9]{1,2}", day) else 0)


def _authors(text: str) -> tuple[str, ...]:
    names = [unwrap(decode_latex(_in_order(name))) for name in split_multiple_persons_names(text)]
    return tuple(name for name in names if name and name != "others")


def _in_order(name: str) -> str:
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except InvalidNameError:
        return name
    return " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])
