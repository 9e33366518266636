"""RIS, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import rispy

from .authors import given_first
from .dates import parse_date
from .decoding import Line
from .entries import read_entries
from .record import Fault, Item, Record

_START = re.compile(r"TY  ?-")
_TITLES: Final = ("title", "primary_title", "translated_title")
_ABSTRACTS: Final = ("abstract", "notes_abstract")
_DATES: Final = ("date", "publication_year", "year")
_IDENTIFIER_FIELDS: Final = ("doi", "id", "accession_number", "urls", "number", "secondary_title", "journal_name")


def looks_like_ris(head: str) -> bool:
    """Tell a text with a line that starts an entry."""
    return re.search(r"^TY  -", head, re.MULTILINE) is not None


def read_ris(stream: BinaryIO) -> Iterator[Item]:
    """Return the records; an entry goes from its TY to the next."""
    return read_entries(stream, _START, _record)


def _record(entry: list[Line]) -> Item:
    position = f"line {entry[0].number}"
    try:
        parsed: list[dict[str, Any]] = rispy.loads("\n".join([*(line.text for line in entry), "ER  - "]))
    except (rispy.parser.ParseError, LookupError, TypeError, ValueError, AttributeError) as error:
        return Fault(position, f"not an entry of RIS: {error}")
    fields = parsed[0] if parsed else {}
    title = _first(fields, _TITLES)
    if not title:
        return Fault(position, "no title")
    return Record(
        position=position,
        title=title,
        abstract=_first(fields, _ABSTRACTS),
        date=max((parse_date(text) for name in _DATES for text in _texts(fields.get(name))), key=len, default=""),
        url=_first(fields, ("urls",)),
        authors=tuple(
            given_first(author)
            for name in ("authors", "first_authors")
            for author in _texts(fields.get(name))
            if author
        ),
        identifiers=tuple(text for name in _IDENTIFIER_FIELDS for text in _texts(fields.get(name))),
    )


def _first(fields: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((text for name in names for text in _texts(fields.get(name)) if text), "")


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]
