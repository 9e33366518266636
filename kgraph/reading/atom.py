"""Atom feeds, as arXiv's interface answers with."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .cleaning import unwrap
from .dates import parse_date
from .decoding import read_whole
from .record import Fault, Item, Record, Refused

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ARXIV: Final = "{http://arxiv.org/schemas/atom}"
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def looks_like_atom(head: str) -> bool:
    """Tell a feed by its namespace."""
    return re.match(r"\s*<", head) is not None and "<feed" in head and "http://www.w3.org/2005/Atom" in head


def read_atom(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of the entries. A feed that declares entities or a document type is refused."""
    # The text is UTF-8 by now, whatever the declaration says.
    text = _DECLARATION.sub("", read_whole(stream), count=1)
    number = 0
    try:
        for _, element in iterparse(io.BytesIO(text.encode()), forbid_dtd=True):
            if element.tag == f"{_ATOM}entry":
                number += 1
                yield _record(element, f"record {number}")
                element.clear()
    except DefusedXmlException:
        raise Refused("declares entities or a document type, which may be an attack: refused") from None
    except (ParseError, ValueError, RecursionError) as error:
        raise Refused(f"not XML from here on: {error}", f"record {number + 1}") from None


def _record(entry: Element, position: str) -> Item:
    title = _text(entry, f"{_ATOM}title")
    if not title:
        return Fault(position, "no title")
    links = entry.findall(f"{_ATOM}link")
    page = next((link for link in links if link.get("rel", "alternate") == "alternate"), None)
    number = _text(entry, f"{_ATOM}id")
    return Record(
        position=position,
        title=title,
        abstract=_text(entry, f"{_ATOM}summary") or _text(entry, f"{_ATOM}content"),
        date=parse_date(_text(entry, f"{_ATOM}published")) or parse_date(_text(entry, f"{_ATOM}updated")),
        url=(page.get("href", "") if page is not None else "") or number,
        authors=tuple(filter(None, (_text(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")))),
        identifiers=(number, _text(entry, f"{_ARXIV}doi"), *(link.get("href", "") for link in links)),
    )


def _text(element: Element, tag: str) -> str:
    found = element.find(tag)
    return "" if found is None else unwrap("".join(found.itertext()))
