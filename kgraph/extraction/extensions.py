"""Names that extend one of a paper's own by a mark, a size or a part: ETHER+, CodeACT-7B, MoS-Image.

A tagger that knows the one often cuts the other short. Of 663 such words in the labelled papers 628 are names of the
paper's own, as is their beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName, Tagged
from kgraph.records import FIELDS, EntityType, Field, Role

#: What follows the shorter name: a plus; a size or a version, a part in capitals, or a letter, and further parts.
_EXTENSION: Final = re.compile(
    r"(?:-(?:v?\d[\w.]*|[A-Z][\w.]*|[b-z]\b)(?:-[A-Z\d][\w.]*)*\+{0,2}|\+{1,2})(?<!\.)(?![\w/+-])"
)
#: What stands in front of no name.
_INNER: Final = re.compile(r"[\w/.-]")
_SIZE: Final = re.compile(r"-\d+(?:\.\d+)?[Bb]\b")
_DATA: Final = re.compile(r"bench|data|corpus|eval|set\b", re.IGNORECASE)


def add_extensions(
    document: Document, names: Sequence[PaperName], roles: Sequence[Role]
) -> tuple[list[PaperName], list[Role]]:
    """Return names and roles with what extends the names of the paper's own, where no other name stands in the way."""
    found = {(span.field, span.start, span.end): span for span in _find_extensions(document, names, roles)}
    if not found:
        return list(names), list(roles)
    standing = _by_character(document, (span for name in names for span in name.occurrences))
    free = [span for span in found.values() if all(_covers(span, each) for each in _at_ends(standing, span))]
    taken = _by_character(document, free)
    kept: list[tuple[PaperName, Role]] = []
    for name, role in zip(names, roles, strict=True):
        left = tuple(span for span in name.occurrences if not _at_ends(taken, span))
        if left:
            kept.append((_with(document, name, left), role))
    added: dict[str, list[Tagged]] = {}
    for span in free:
        added.setdefault(document.paper.text(span.field)[span.start : span.end], []).append(span)
    for surface, spans in added.items():
        first = spans[0]
        kept.append((PaperName(first.type, tuple(spans), (surface,), first.score, first.own), "introduces"))
    kept.sort(key=lambda each: (FIELDS.index(each[0].occurrences[0].field), each[0].occurrences[0].start))
    return [name for name, _ in kept], [role for _, role in kept]


def is_extensible(surface: str) -> bool:
    """Return whether a name is one that others extend: one word, with a capital that does not merely begin it."""
    return len(surface) > 2 and " " not in surface and bool(re.search(r"[A-Z]", surface[1:]))


def _find_extensions(document: Document, names: Sequence[PaperName], roles: Sequence[Role]) -> Iterator[Tagged]:
    known = {surface for name in names for surface in name.surfaces}
    for name, role in zip(names, roles, strict=True):
        if role != "introduces" or name.type in ("task", "metric"):
            continue
        for base in name.surfaces:
            if is_extensible(base):
                for field in FIELDS:
                    for start, match in _find_longer(base, document.paper.text(field)):
                        if base + match.group() not in known:
                            kind = _type_of(match.group(), name.type)
                            yield Tagged(field, start, match.end(), kind, name.score, name.own)


def _find_longer(base: str, text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield where a name stands that begins with another, and what follows that."""
    start = text.find(base)
    while start >= 0:
        match = _EXTENSION.match(text, start + len(base))
        if match and not (start and _INNER.match(text, start - 1)):
            yield start, match
        start = text.find(base, start + len(base))


def _type_of(extension: str, base: EntityType) -> EntityType:
    if _DATA.search(extension):
        return "dataset"
    return "model" if base != "dataset" and _SIZE.search(extension) else base


def _by_character(document: Document, spans: Iterable[Tagged]) -> dict[Field, list[Tagged | None]]:
    """Return which of some spans, which do not overlap, has each character of each field."""
    owners: dict[Field, list[Tagged | None]] = {field: [None] * len(document.paper.text(field)) for field in FIELDS}
    for span in spans:
        owners[span.field][span.start : span.end] = [span] * (span.end - span.start)
    return owners


def _at_ends(owners: Mapping[Field, Sequence[Tagged | None]], span: Tagged) -> list[Tagged]:
    """Return the spans that have the first and the last character of another: no others can stand out of it."""
    ends = owners[span.field][span.start], owners[span.field][span.end - 1]
    return [each for each in ends if each]


def _covers(wider: Tagged, span: Tagged) -> bool:
    return wider.field == span.field and wider.start <= span.start and span.end <= wider.end


def _with(document: Document, name: PaperName, spans: tuple[Tagged, ...]) -> PaperName:
    if spans == name.occurrences:
        return name
    surfaces = dict.fromkeys(document.paper.text(span.field)[span.start : span.end] for span in spans)
    return replace(name, occurrences=spans, surfaces=tuple(surfaces))
