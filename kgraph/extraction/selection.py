"""Ranked groups of spans → names: which groups are, and which of them has a place where several would stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from kgraph.extraction.abbreviations import short_letters
from kgraph.extraction.bracketed import is_phrase
from kgraph.extraction.claims import Claims, paper_claims
from kgraph.extraction.crf import SpanScore
from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName, Tagged, group_key
from kgraph.extraction.expansions import spells_out
from kgraph.extraction.groups import CLASSES, Group, Place
from kgraph.extraction.heads import cut_head
from kgraph.extraction.network import Array
from kgraph.extraction.tokens import TITLE_BREAK
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, FIELDS, EntityType, Field

#: How sure it is that the one word before the colon or the dash of a title is a name.
HEADING: Final = 0.997
_HEADING: Final = re.compile(rf"\s*(?=\S+?[A-Z0-9])(\w\S*\w)(?=(?:{TITLE_BREAK.pattern}))(?!:\S)")
#: A name that its authors' TeX would have put there: \ourmethod, \sysname.
_PLACEHOLDER: Final = re.compile(
    r"\\(?:our|the|my)?(?:method|model|sys|system|bench|benchmark|data|dataset|framework|approach|tool|algorithm|name)+",
    re.IGNORECASE,
)
#: A name is kept where it is at least this probable. F1 on held-out papers is flat from 0.32 to 0.42.
THRESHOLD: Final = 0.36
#: A name keeps the places of shorter names inside it from this probability on.
SURE: Final = 0.7
#: A group that is a name: how probable that is, its type, and the group.
Choice = tuple[float, EntityType, Group]


def select_names(document: Document, groups: Sequence[Group], scores: Array, own: Array) -> list[PaperName]:
    """Return the groups that are names, the more probable ones first served where spans overlap.

    ``scores`` has a row of the probabilities of the classes for each group, ``own`` the probability that it is a name
    of the paper's own.
    """
    chosen: list[Choice] = []
    for group, row in zip(groups, scores.tolist(), strict=True):
        number = max(range(1, CLASSES), key=lambda at: row[at])
        kind, probability = ENTITY_TYPES[number - 1], 1 - row[0]
        if probability >= THRESHOLD and not any(map(_PLACEHOLDER.fullmatch, group.surfaces)):
            chosen.append((probability, kind, group))
    chosen = _without_parts(_with_long_forms(document, _with_heading(document, chosen)))
    chosen.sort(key=lambda each: (-each[0], -len(each[2].key), each[2].key))
    claims = paper_claims(document.paper)
    owns = {group.key: probability for group, probability in zip(groups, own.tolist(), strict=True)}
    named = (_claim(document, choice, owns.get(choice[2].key), claims) for choice in chosen)
    names = [name for name in named if name]
    return sorted(names, key=lambda name: (FIELDS.index(name.occurrences[0].field), name.occurrences[0].start))


def _with_heading(document: Document, chosen: Sequence[Choice]) -> list[Choice]:
    """Return the chosen groups with what the title announces in one word ("p-MoD: what it is") before all others.

    Of 383 such words in the labelled papers 382 are names; a tagger that knows a part of one would cut it short.
    """
    found = _HEADING.match(document.paper.title)
    if not found:
        return list(chosen)
    word = found.group(1)
    key = group_key(word, document.long_forms)
    others = [choice for choice in chosen if choice[2].key != key]
    same = [choice for choice in chosen if choice[2].key == key]
    kind = same[0][1] if same else "method"
    place = Place("title", *found.span(1), 1, SpanScore(0, 0, 0, {kind: 1.0}), 0.0, 0.0)
    known = [each for _, _, group in same for each in group.places]
    return [(HEADING, kind, Group(key, (place, *known), (word,))), *others]


def _with_long_forms(document: Document, chosen: Sequence[Choice]) -> list[Choice]:
    """Return the chosen groups, the sure ones with the places where the paper spells their short forms out."""
    spelled: dict[str, list[tuple[Field, int, int]]] = {}
    for field, start, end in sorted(document.long_spans):
        key = group_key(document.paper.text(field)[start:end], document.long_forms)
        spelled.setdefault(key, []).append((field, start, end))
    completed = []
    for probability, kind, group in chosen:
        if probability >= SURE and group.key in spelled:
            known = {(place.field, place.start, place.end) for place in group.places}
            added = [
                _spelled_place(document, span, kind, probability)
                for span in spelled[group.key]
                if span not in known and _is_spelled(document, span, group)
            ]
            group = replace(group, places=(*group.places, *added))
        completed.append((probability, kind, group))
    return completed


def _is_spelled(document: Document, span: tuple[Field, int, int], group: Group) -> bool:
    field, start, end = span
    long = document.paper.text(field)[start:end]
    shorts = [short for short in group.surfaces if " " not in short]
    is_defined = is_phrase(long) and long in {document.long_forms.get(normal_form(short)) for short in shorts}
    return is_defined or any(spells_out(short_letters(short), long) for short in shorts)


def _spelled_place(document: Document, span: tuple[Field, int, int], kind: EntityType, probability: float) -> Place:
    field, start, end = span
    before = (n for n, sentence in enumerate(document.sentences) if sentence.field == field and sentence.start <= start)
    number = max(before, default=0)
    return Place(field, start, end, 1, SpanScore(number, 0, 0, {kind: probability}), 0.0, 0.0)


def _without_parts(chosen: Sequence[Choice]) -> list[Choice]:
    """Return the chosen groups without their places inside a sure name that is likelier there.

    "GaLore" has no place in "Natural GaLore", where that is a name.
    """
    wider: dict[tuple[Field, int], list[Place]] = {}
    for probability, _, group in chosen:
        if probability >= SURE:
            for place in group.places:
                wider.setdefault((place.field, place.span.sentence), []).append(place)
    kept = []
    for probability, kind, group in chosen:
        places = tuple(
            place
            for place in group.places
            if not any(_is_part(place, other) for other in wider.get((place.field, place.span.sentence), ()))
        )
        if places:
            kept.append((probability, kind, replace(group, places=places)))
    return kept


def _is_part(place: Place, other: Place) -> bool:
    inside = other.start <= place.start and place.end <= other.end and other.end - other.start > place.end - place.start
    return inside and other.span.total > place.span.total


def _claim(document: Document, choice: Choice, own: float | None, claims: Mapping[Field, Claims]) -> PaperName | None:
    probability, kind, group = choice
    # Places of one group may overlap too: a name with its quotation mark or hyphen, and without.
    places = (cut_head(document, place) for place in group.places)
    surest_first = sorted(places, key=lambda each: -each.span.total)
    free = [place for place in surest_first if claims[place.field].claim(place.start, place.end)]
    if not free:
        return None
    free.sort(key=lambda each: (FIELDS.index(each.field), each.start))
    spans = tuple(Tagged(place.field, place.start, place.end, kind, probability, own) for place in free)
    surfaces = dict.fromkeys(document.paper.text(span.field)[span.start : span.end] for span in spans)
    return PaperName(kind, spans, tuple(surfaces), probability, own)
