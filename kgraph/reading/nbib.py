"""PubMed's format of tagged lines (NBIB, also called MEDLINE), as its button "Send to: Citation manager" saves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from .authors import given_first
from .cleaning import unwrap
from .dates import join_date, parse_date, parse_month
from .decoding import Line
from .entries import read_entries
from .record import Fault, Item, Record

_START = re.compile(r"PMID- ?(\d+)")
#: A tag of two to four letters, padded to four, a hyphen and the value; what is indented goes on with it.
_FIELD = re.compile(r"([A-Z]{2,4}) *- ?(.*)")
_TITLES: Final = ("TI", "BTI", "TT")
_ABSTRACTS: Final = ("AB", "OAB")
_AUTHORS: Final = ("FAU", "AU", "CN")
_IDENTIFIER_FIELDS: Final = ("LID", "AID")


def looks_like_nbib(head: str) -> bool:
    """Tell a text with a line that starts an entry."""
    return re.search(r"^PMID- ?\d", head, re.MULTILINE) is not None


def read_nbib(stream: BinaryIO) -> Iterator[Item]:
    """Return the records; an entry goes from its PMID to the next."""
    return read_entries(stream, _START, _record)


def _record(entry: list[Line]) -> Item:
    position = f"line {entry[0].number}"
    fields = _fields(entry)
    title = _first(fields, _TITLES)
    if not title:
        return Fault(position, "no title")
    return Record(
        position=position,
        title=title,
        abstract=_first(fields, _ABSTRACTS),
        date=max(_dates(fields), key=len, default=""),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{fields['PMID'][0]}/",
        authors=tuple(map(given_first, next((fields[tag] for tag in _AUTHORS if tag in fields), []))),
        identifiers=tuple(text for tag in _IDENTIFIER_FIELDS for text in fields.get(tag, [])),
    )


def _fields(entry: list[Line]) -> dict[str, list[str]]:
    """Return the values of each tag, with the lines that continue them joined."""
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    for line in entry:
        match = _FIELD.match(line.text)
        if match:
            values = fields.setdefault(match[1], [])
            values.append(match[2])
        elif values and line.text.startswith(" "):
            values[-1] += "\n" + line.text
    return {tag: [unwrap(value) for value in values] for tag, values in fields.items()}


def _first(fields: dict[str, list[str]], tags: tuple[str, ...]) -> str:
    return next((text for tag in tags for text in fields.get(tag, []) if text), "")


def _dates(fields: dict[str, list[str]]) -> list[str]:
    """Return when it was published (``2021 Jun 17``) and when it came online (``20210617``), as far as told."""
    return [_published(text) for text in fields.get("DP", [])] + [parse_date(text) for text in fields.get("DEP", [])]


def _published(text: str) -> str:
    year, month, day = [*text.split()[:3], "", "", ""][:3]
    if not (year.isascii() and year.isdigit()):
        return ""
    return join_date(int(year[:5]), parse_month(month), int(day) if re.fullmatch("[0-9]{1,2}", day) else 0)
