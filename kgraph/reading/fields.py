"""Objects and rows with named fields to records, whatever the source calls its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from .authors import given_first, split_authors
from .cleaning import unwrap, web_address
from .dates import join_date, parse_date
from .record import Fault, Item, Record

TITLE_KEYS: Final = ("title", "displayname", "papertitle", "articletitle", "documenttitle", "ti")
_ABSTRACT_KEYS: Final = ("abstract", "summary", "abstractnote", "ab")
_DATE_KEYS: Final = (
    "versions",
    "published",
    "publishedat",
    "publicationdate",
    "date",
    "issued",
    "year",
    "publicationyear",
    "py",
    "updatedate",
    "updated",
)
_URL_KEYS: Final = ("url", "link", "primarylocation", "landingpageurl", "pdfurl", "id", "doi")
_AUTHOR_KEYS: Final = ("authorsparsed", "authors", "author", "authorships", "creators", "au")
_IDENTIFIER_KEYS: Final = (
    "id",
    "doi",
    "di",
    "arxivid",
    "arxiv",
    "eprint",
    "entryid",
    "url",
    "link",
    "pdfurl",
    "number",
    "journal",
    "ids",
    "externalids",
    "locations",
    "primarylocation",
)
#: Under these a source keeps the paper inside an object of its own (Hugging Face, Zotero).
_WRAPPERS: Final = ("paper", "data")
_NOT_IN_KEY = re.compile(r"[\W_]+")
_JATS_HEADING = re.compile(r"<jats:title>[^<]*</jats:title>")
_JATS = re.compile(r"</?jats:[^<>]*>")
_LONGEST_INDEX = 100_000


def fold_key(key: str) -> str:
    """Return the name of a field without case, spaces and underscores.

    >>> fold_key("Abstract Note"), fold_key("publication_year")
    ('abstractnote', 'publicationyear')
    """
    return _NOT_IN_KEY.sub("", key).casefold()


def record_from(value: object, position: str) -> Item:
    """Return the record in an object or a row, or say why it is none."""
    if not isinstance(value, dict):
        return Fault(position, "not an object with a title")
    fields, wrapped = _unpacked(value)
    title = _first_text(fields, TITLE_KEYS)
    abstract = _JATS.sub("", _JATS_HEADING.sub("", _abstract(fields))) if title else ""
    # arXiv's snapshot and the pages that repeat its data break titles and abstracts at a fixed width.
    if wrapped or "authorsparsed" in fields:
        title, abstract = unwrap(title), unwrap(abstract)
    if not title.strip():
        return Fault(position, "no title")
    return Record(
        position=position,
        title=title,
        abstract=abstract,
        summary=fields.get("textkind") == "summary",
        date=next(filter(None, map(_date, _present(fields, _DATE_KEYS))), ""),
        url=next(filter(None, map(_url, _present(fields, _URL_KEYS))), ""),
        authors=next(filter(None, map(_authors, _present(fields, _AUTHOR_KEYS))), ()),
        identifiers=tuple(text for value in _present(fields, _IDENTIFIER_KEYS) for text in _texts(value)),
    )


def _unpacked(value: Mapping[object, object]) -> tuple[dict[str, object], bool]:
    """Fold the keys and take the paper out of its wrapper; say whether it was in that of Hugging Face."""
    fields = _folded(value)
    for wrapper in _WRAPPERS:
        content = fields.get(wrapper)
        inner = _folded(content) if isinstance(content, dict) else {}
        if _first_text(inner, TITLE_KEYS):
            return {**fields, **inner}, wrapper == "paper"
    return fields, False


def _folded(value: Mapping[object, object]) -> dict[str, object]:
    """Fold the keys; of equal ones the first stays."""
    return {fold_key(str(key)): content for key, content in reversed(list(value.items()))}


def _first_text(fields: Mapping[str, object], keys: Iterable[str]) -> str:
    return next((text for value in _present(fields, keys) if (text := _text(value)).strip()), "")


def _present(fields: Mapping[str, object], keys: Iterable[str]) -> list[object]:
    return [fields[key] for key in keys if key in fields]


def _text(value: object) -> str:
    """Return a text, or the first of a list (Crossref has lists of titles)."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _texts(value: object, depth: int = 0) -> list[str]:
    """Return the texts in a value, in lists and objects too, to a depth that locations of OpenAlex have."""
    if isinstance(value, str):
        return [value]
    if depth > 2 or not isinstance(value, list | dict):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [text for one in inner for text in _texts(one, depth + 1)]


def _abstract(fields: Mapping[str, object]) -> str:
    text = _first_text(fields, _ABSTRACT_KEYS)
    index = fields.get("abstractinvertedindex")
    return text or (_from_inverted_index(index) if isinstance(index, dict) else "")


def _from_inverted_index(index: Mapping[object, object]) -> str:
    """Put the words of an OpenAlex abstract, given with their positions, back in order."""
    placed = [
        (position, str(word))
        for word, positions in index.items()
        if isinstance(positions, list)
        for position in positions
        if isinstance(position, int)
    ]
    return " ".join(word for _, word in sorted(placed)[:_LONGEST_INDEX])


def _date(value: object) -> str:
    """Read a text, a year, the parts of CSL (``date-parts``) or the versions of arXiv."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, int | float | Decimal):
        return parse_date(str(value))
    if not isinstance(value, dict):
        return parse_date(_text(value))
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        numbers = [int(part) for part in map(str, parts[0][:3]) if part.isdecimal() and len(part) <= 4]
        return join_date(*numbers) if numbers else ""
    return next(filter(None, (parse_date(_text(value.get(key))) for key in ("raw", "literal", "created"))), "")


def _url(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("landing_page_url")
    return web_address(_text(value))


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_authors(value)
    if not isinstance(value, list):
        return ()
    return tuple(name for name in map(_author, value) if name)


def _author(value: object) -> str:
    """Read a name from a text, ``[family, given, suffix]`` of arXiv, or an object of CSL, OpenAlex and others."""
    if isinstance(value, str):
        return given_first(value)
    if isinstance(value, list):
        family, given, suffix = ([part for part in value if isinstance(part, str)] + ["", "", ""])[:3]
        return " ".join(filter(None, (given, family, suffix)))
    if not isinstance(value, dict):
        return ""
    fields = _folded(value)
    inner = fields.get("author")
    fields = _folded(inner) if isinstance(inner, dict) else fields
    parts = (("given", "firstname"), ("nondroppingparticle",), ("family", "lastname"))
    whole = _first_text(fields, ("name", "displayname", "literal", "fullname"))
    return whole or " ".join(filter(None, (_first_text(fields, keys) for keys in parts)))
