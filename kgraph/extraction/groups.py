"""Spans that may be names, grouped by what would be the same entity of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgraph.extraction.crf import SpanScore
from kgraph.extraction.documents import Document
from kgraph.extraction.entities import group_key
from kgraph.records import ENTITY_TYPES, Field

#: Class 0 is "no name"; the others are the types in their order.
CLASSES: Final = 1 + len(ENTITY_TYPES)


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a field with its scores; ``wider`` and ``narrower`` are the best of longer and other spans over it."""

    field: Field
    start: int
    end: int
    words: int
    span: SpanScore
    wider: float
    narrower: float


@dataclass(frozen=True, slots=True)
class Group:
    """Spans of one paper that would be the same entity."""

    key: str
    places: tuple[Place, ...]
    surfaces: tuple[str, ...]


def group_spans(document: Document, spans: Sequence[SpanScore]) -> list[Group]:
    """Group the spans of a paper by name and long form, in the order of the text."""
    groups: dict[str, list[Place]] = {}
    surfaces: dict[str, dict[str, None]] = {}
    for place in _places(document, spans):
        surface = document.paper.text(place.field)[place.start : place.end]
        key = group_key(surface, document.long_forms)
        groups.setdefault(key, []).append(place)
        surfaces.setdefault(key, {})[surface] = None
    return [Group(key, tuple(places), tuple(surfaces[key])) for key, places in groups.items()]


def _places(document: Document, spans: Sequence[SpanScore]) -> list[Place]:
    by_sentence: dict[int, list[SpanScore]] = {}
    for span in spans:
        by_sentence.setdefault(span.sentence, []).append(span)
    places = []
    for span in spans:
        sentence = document.sentences[span.sentence]
        wider = narrower = 0.0
        for other in by_sentence[span.sentence]:
            if other.start < span.end and span.start < other.end and other is not span:
                if other.end - other.start > span.end - span.start:
                    wider = max(wider, other.total)
                else:
                    narrower = max(narrower, other.total)
        start, end = sentence.spans[span.start][0], sentence.spans[span.end - 1][1]
        places.append(Place(sentence.field, start, end, span.end - span.start, span, wider, narrower))
    return places
