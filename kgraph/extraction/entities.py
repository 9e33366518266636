"""Occurrences of names in a paper, grouped into the paper's entities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kgraph.extraction.documents import Document
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, FIELDS, EntityType, Field


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span of a field that the tagger takes for a name, with a score in [0, 1].

    ``own`` is how probable it is that it is a name and the paper's own, where its finder can tell.
    """

    field: Field
    start: int
    end: int
    type: EntityType
    score: float
    own: float | None = None


@dataclass(frozen=True, slots=True)
class PaperName:
    """An entity of one paper: its type, its occurrences in order of the text, and their surfaces.

    ``score`` and ``own`` are as of its occurrences.
    """

    type: EntityType
    occurrences: tuple[Tagged, ...]
    surfaces: tuple[str, ...]
    score: float
    own: float | None = None


def group_key(surface: str, long_forms: dict[str, str]) -> str:
    """Return what two surfaces of a paper share when they name one entity."""
    form = normal_form(surface)
    return normal_form(long_forms[form]) if form in long_forms else form


def group_names(document: Document, tagged: Iterable[Tagged]) -> list[PaperName]:
    """Group spans by name and long form; each group gets the type with the highest sum of scores."""
    groups: dict[str, list[Tagged]] = {}
    for span in sorted(tagged, key=lambda each: (FIELDS.index(each.field), each.start, each.end)):
        surface = document.paper.text(span.field)[span.start : span.end]
        groups.setdefault(group_key(surface, document.long_forms), []).append(span)
    return [_merge(document, spans) for spans in groups.values()]


def _merge(document: Document, spans: Sequence[Tagged]) -> PaperName:
    votes = {kind: sum(span.score for span in spans if span.type == kind) for kind in ENTITY_TYPES}
    best = max(ENTITY_TYPES, key=lambda kind: votes[kind])
    texts = [document.paper.text(span.field)[span.start : span.end] for span in spans]
    score = max(span.score for span in spans)
    own = max((span.own for span in spans if span.own is not None), default=None)
    return PaperName(best, tuple(spans), tuple(dict.fromkeys(texts)), score, own)
