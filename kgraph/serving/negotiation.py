"""Which format an answer is written in: what the client accepts, weighed as RFC 9110 section 12.5.1 says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

#: Kind of a query → format → its media types, the registered one first, then those that clients also ask for.
#: Of formats that a client likes equally the first is taken.
MEDIA_TYPES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "select": {
        "json": ("application/sparql-results+json", "application/json"),
        "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
        "csv": ("text/csv",),
        "tsv": ("text/tab-separated-values",),
    },
    "ask": {
        "json": ("application/sparql-results+json", "application/json"),
        "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
        "csv": ("text/csv",),
        "tsv": ("text/tab-separated-values",),
    },
    "graph": {
        "turtle": ("text/turtle", "application/x-turtle"),
        "ntriples": ("application/n-triples", "text/plain"),
        "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
        "jsonld": ("application/ld+json", "application/json"),
        "nquads": ("application/n-quads",),
        "trig": ("application/trig",),
    },
}
HTML: Final = {"html": ("text/html", "application/xhtml+xml")}

_RANGE = re.compile(r"\s*(\*|[\w!#$%&'*+.^`|~-]+)/(\*|[\w!#$%&'*+.^`|~-]+)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def read_accept(header: str) -> list[tuple[str, str, float]]:
    """Return the media ranges of an Accept header with their qualities; what is no media range is left out.

    >>> read_accept("text/turtle;q=0.5, application/*")
    [('text', 'turtle', 0.5), ('application', '*', 1.0)]
    """
    found = (_RANGE.fullmatch(part) for part in header.split(","))
    return [(m[1].lower(), m[2].lower(), _quality(m[3])) for m in found if m]


def choose(accept: str, offers: Mapping[str, Iterable[str]]) -> tuple[str, str] | None:
    """Return the format that the client likes best and the media type to call it, or None where none will do.

    >>> choose("application/xml, text/csv;q=0.9", MEDIA_TYPES["select"])
    ('xml', 'application/xml')
    >>> choose("", MEDIA_TYPES["graph"])
    ('turtle', 'text/turtle')
    >>> choose("image/png", MEDIA_TYPES["graph"])
    """
    ranges = read_accept(accept) or ([("*", "*", 1.0)] if not accept.strip() else [])
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    for form, media_types in offers.items():
        for place, media_type in enumerate(media_types):
            quality, precision = _liking(ranges, media_type)
            # A wildcard speaks for the registered media type alone.
            if quality > 0 and (place == 0 or precision == 2) and (quality, precision) > best:
                best, chosen = (quality, precision), (form, media_type)
    return chosen


def described(offers: Mapping[str, Iterable[str]]) -> str:
    """Return the media types of formats as a message tells them."""
    return ", ".join(next(iter(media_types)) for media_types in offers.values())


def content_type(media_type: str) -> str:
    """Return a media type as the header that tells the encoding where that is not fixed."""
    if media_type == "text/csv":
        return "text/csv; charset=utf-8; header=present"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _quality(parameters: str) -> float:
    match = _QUALITY.search(parameters)
    return min(1.0, float(match[1])) if match else 1.0


def _liking(ranges: list[tuple[str, str, float]], media_type: str) -> tuple[float, int]:
    """Return the quality of the most precise range that holds a media type, and how precise it is (0 to 2)."""
    main, _, sub = media_type.partition("/")
    fitting = [
        ((one != "*") + (two != "*"), quality)
        for one, two, quality in ranges
        if one in ("*", main) and two in ("*", sub)
    ]
    precision, quality = max(fitting, default=(0, 0.0))
    return quality, precision
