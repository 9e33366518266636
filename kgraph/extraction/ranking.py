"""The second layer: of all spans that could be names, which are, and of what type, judged over the paper."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from kgraph.extraction.appositions import apposition_numbers
from kgraph.extraction.claims import Claims, paper_claims
from kgraph.extraction.crf import SpanScore
from kgraph.extraction.cues import TITLE_BREAK, cue_numbers, find_cues
from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName, Tagged, group_key
from kgraph.extraction.features import WordFeatures
from kgraph.extraction.lexicon import Lexicon
from kgraph.extraction.network import Array
from kgraph.extraction.phrases import COLUMNS, fold_word, phrase_key
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, FIELDS, EntityType, Field

_SHARES: Final = {digit: int(digit, 16) / 15 for digit in "0123456789abcdef"}
_JOINS: Final = frozenset((",", "and", "or", "/", "&"))
_WORD: Final = re.compile(r"\w+(?:\.\d\w*)*")
#: Occurrences of a name whose neighbours count.
MOST_PLACES: Final = 6
#: Class 0 is "no name"; the others are the types in their order.
CLASSES: Final = 1 + len(ENTITY_TYPES)
#: How sure it is that the one word before the colon or the dash of a title is a name.
HEADING: Final = 0.997
_HEADING: Final = re.compile(rf"\s*(?=\S+?[A-Z0-9])(\w\S*\w)(?=(?:{TITLE_BREAK.pattern}))(?!:\S)")
#: A name is kept where it is at least this probable. F1 on held-out papers is flat from 0.32 to 0.42.
THRESHOLD: Final = 0.36
#: A name keeps the places of shorter names inside it from this probability on.
SURE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a field with its scores; ``rival`` is the best score of an overlapping span."""

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


#: A group that is a name: how probable that is, its type, and the group.
Choice = tuple[float, EntityType, Group]


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


def ranking_features(document: Document, groups: Sequence[Group], words: WordFeatures) -> Array:
    """Return a row of numbers for each group."""
    text = f"{document.paper.title}\n{document.paper.abstract}".lower()
    length = max(1, len(document.paper.abstract))
    colon = document.paper.title.find(":")
    rows = np.array([_row(document, group, words, text, length, colon) for group in groups], np.float64)
    beside = _list_numbers(document, groups)
    return np.concatenate([rows, beside, _meanings(document, groups, words.lexicon), _said(document, groups)], axis=1)


def _said(document: Document, groups: Sequence[Group]) -> Array:
    """Return for each group what the paper says around it: what it is called, and that it is proposed or compared."""
    cues = find_cues(document)
    return np.array(
        [
            [
                *apposition_numbers(document, group.places, longest(group.surfaces)),
                *cue_numbers(document, group.places, cues),
            ]
            for group in groups
        ],
        np.float64,
    )


def _list_numbers(document: Document, groups: Sequence[Group]) -> Array:
    """Return for each group how probable each type is for what it is listed with ("A, B and C")."""
    ends: dict[tuple[int, int], SpanScore] = {}
    starts: dict[tuple[int, int], SpanScore] = {}
    for group in groups:
        for place in group.places:
            span = place.span
            for table, at in ((starts, span.start), (ends, span.end)):
                known = table.get((span.sentence, at))
                if known is None or known.total < span.total:
                    table[span.sentence, at] = span
    rows = np.zeros((len(groups), len(ENTITY_TYPES) + 1), np.float64)
    for row, group in zip(rows, groups, strict=True):
        for place in group.places[:MOST_PLACES]:
            words = document.sentences[place.span.sentence].words
            before = ends.get((place.span.sentence, _skip(words, place.span.start - 1, -1) + 1))
            after = starts.get((place.span.sentence, _skip(words, place.span.end, 1)))
            for other in (before, after):
                if other is not None and not other.start < place.span.end <= other.end:
                    row[-1] = 1.0
                    for number, kind in enumerate(ENTITY_TYPES):
                        row[number] = max(row[number], other.scores.get(kind, 0.0))
    return rows


def _skip(words: Sequence[str], at: int, step: int) -> int:
    """Return the place behind the commas and conjunctions at ``at``, or -2 where there are none."""
    first = at
    while 0 <= at < len(words) and words[at].lower() in _JOINS:
        at += step
    return -2 if at == first else at


def _meanings(document: Document, groups: Sequence[Group], lexicon: Lexicon) -> Array:
    """Return the vectors of a name's last word, of its other words, and of what stands left and right of it."""
    none = len(lexicon.vectors) - 1
    rows = lexicon.vector_rows
    columns: list[list[list[int]]] = []
    for group in groups:
        parts = split_words(longest(group.surfaces).lower())
        left: list[int] = []
        right: list[int] = []
        for place in group.places[:MOST_PLACES]:
            words, start, end = document.sentences[place.span.sentence].words, place.span.start, place.span.end
            left.append(rows.get(words[start - 1].lower(), none) if start else none)
            right.append(rows.get(words[end].lower(), none) if end < len(words) else none)
        others = [rows.get(part, none) for part in parts[:-1]]
        columns.append([[rows.get(parts[-1], none)], others or [none], left, right])
    return np.concatenate([_means(column, lexicon) for column in zip(*columns, strict=True)], axis=1)


def _means(lists: Sequence[Sequence[int]], lexicon: Lexicon) -> Array:
    flat = [row for each in lists for row in each]
    starts = np.cumsum([0, *(len(each) for each in lists[:-1])])
    counts = np.array([len(each) for each in lists], np.float64)
    means = np.add.reduceat(lexicon.vectors[flat], starts, axis=0) / counts[:, None]
    return means.astype(np.float64)


def longest(surfaces: Sequence[str]) -> str:
    """Return the longest of some spellings."""
    return max(surfaces, key=lambda surface: (len(surface), surface))


@lru_cache(maxsize=50_000)
def split_words(surface: str) -> tuple[str, ...]:
    """Return the words of a name, or the name itself where it has none."""
    return tuple(_WORD.findall(surface)) or (surface,)


def _row(document: Document, group: Group, words: WordFeatures, text: str, length: int, colon: int) -> list[float]:
    scores = [place.span.scores for place in group.places]
    by_type = [[each.get(kind, 0.0) for each in scores] for kind in ENTITY_TYPES]
    best, mean = list(map(max, by_type)), list(map(sum, by_type))
    count = len(group.places)
    literal = max(count, sum(text.count(surface.lower()) for surface in group.surfaces))
    totals = sorted((place.span.total for place in group.places), reverse=True)
    title = [place for place in group.places if place.field == "title"]
    head = any(place.end <= colon for place in title)
    body = [place.start for place in group.places if place.field == "abstract"]
    first = body[0] / length if body else -0.2
    last = body[-1] / length if body else -0.2
    surface = longest(group.surfaces)
    forms = [normal_form(each) for each in group.surfaces]
    row = [*best, *(value / count for value in mean), *(value / literal for value in mean)]
    row += [totals[0], sum(totals) / literal, math.log(1 + count), math.log(1 + literal), count / literal]
    row += [_logit(totals[0]), _logit(max(best)), _missing(totals)]
    row += [max(place.wider for place in group.places), max(place.narrower for place in group.places)]
    row += [min(place.wider for place in group.places), min(place.narrower for place in group.places)]
    row += [float(bool(title)), float(head), float(colon > 0), first, last, float(not body)]
    row += [float(any(form in document.long_forms for form in forms)), float(len(group.surfaces) > 1)]
    row += [float(place_is_long(document, group))]
    return [*row, *spelling_numbers(surface), *_known_numbers(words, group.surfaces)]


def place_is_long(document: Document, group: Group) -> bool:
    """Return whether a span of the group is the long form of an abbreviation."""
    return any((place.field, place.start, place.end) in document.long_spans for place in group.places)


def _logit(probability: float) -> float:
    bounded = min(max(probability, 0.005), 0.995)
    return math.log(bounded / (1 - bounded)) / 2


def _missing(totals: Sequence[float]) -> float:
    """Return the logarithm of the probability that no occurrence is a name."""
    return sum(math.log(max(0.02, 1 - total)) for total in totals[:5]) / 4


@lru_cache(maxsize=50_000)
def spelling_numbers(surface: str) -> tuple[float, ...]:
    """Return what can be read off the spelling of a name."""
    parts = re.findall(r"\w+", surface) or [surface]
    capitals = sum(character.isupper() for character in surface)
    letters = max(1, sum(character.isalpha() for character in surface))
    return (
        len(parts) / 3,
        float(len(parts) == 1),
        len(surface) / 20,
        capitals / letters,
        float(any(character.isdigit() for character in surface)),
        float(any(part[1:] != part[1:].lower() for part in parts)),
        float(parts[0][:1].isupper()),
        float(parts[-1][:1].isupper()),
        float("-" in surface),
        float(surface[-1].isdigit()),
        float(any(not (character.isalnum() or character in "- ") for character in surface)),
    )


def _known_numbers(words: WordFeatures, surfaces: Sequence[str]) -> list[float]:
    names, phrases = words.lexicon.names, words.lexicon.phrases
    keys = [phrase_key(surface) for surface in surfaces]
    entries = [(surface, *names[key]) for surface, key in zip(surfaces, keys, strict=True) if key in names]
    exact = any("".join(surface.split()) in spellings for surface, _, spellings in entries)
    types = {kind for _, kinds, _ in entries for kind in kinds.split("|")}
    known = [float(kind in types) for kind in ENTITY_TYPES]
    facts = next((phrases[key] for key in keys if key in phrases), "")
    columns = [_SHARES[digit] for digit in facts] or [0.0] * COLUMNS
    parts = split_words(surfaces[0])
    ends = [_word_numbers(words, part) for part in (parts[0], parts[-1])]
    inner = _inner_numbers(words, longest(surfaces))
    return [*known, float(exact), float(bool(entries)), float(bool(facts)), *columns, *ends[0], *ends[1], *inner]


def _inner_numbers(words: WordFeatures, surface: str) -> list[float]:
    """Return the types of the longest known names that a name ends and starts with, and how much they cover."""
    parts = [fold_word(part) for part in split_words(surface)]
    if len(parts) == 1:
        return [0.0] * (2 * len(ENTITY_TYPES) + 2)
    names = words.lexicon.names
    numbers: list[float] = []
    for pieces in ([parts[at:] for at in range(1, len(parts))], [parts[:at] for at in range(len(parts) - 1, 0, -1)]):
        found = next((piece for piece in pieces if "".join(piece) in names), None)
        types = names["".join(found)][0].split("|") if found else []
        numbers += [float(kind in types) for kind in ENTITY_TYPES]
        numbers.append(len(found) / len(parts) if found else 0.0)
    return numbers


def _word_numbers(words: WordFeatures, word: str) -> tuple[float, ...]:
    *_, frequency, capital = words.facts(word)
    return _fact_numbers(frequency, capital)


@lru_cache(maxsize=100)
def _fact_numbers(frequency: str, capital: str) -> tuple[float, ...]:
    return int(frequency) / 9, int(capital) / 4 if capital.isdigit() else 0.5, float(capital == "?")


@dataclass(frozen=True)
class Memory:
    """What possible names turned out to be in labelled papers: group key → number of papers by class."""

    counts: Mapping[str, tuple[int, ...]]

    @cached_property
    def _share(self) -> list[float]:
        """The prior of each class, two papers in all."""
        total = [max(1, sum(column)) for column in zip(*self.counts.values(), strict=True)] or [1] * CLASSES
        return [2 * value / sum(total) for value in total]

    def rows(self, groups: Sequence[Group], own: Sequence[int] | None = None) -> Array:
        """Return a row of numbers for each group; ``own`` are classes to leave out (the paper's own labels)."""
        share = self._share
        return np.array(
            [self._row(group.key, share, own[at] if own is not None else None) for at, group in enumerate(groups)],
            np.float64,
        )

    def _row(self, key: str, share: Sequence[float], own: int | None) -> list[float]:
        counts = list(self.counts.get(key, (0,) * CLASSES))
        if own is not None:
            counts[own] -= 1
        seen = sum(counts)
        rates = [(value + prior) / (seen + 2) for value, prior in zip(counts, share, strict=True)]
        return [math.log(1 + seen), float(seen == 0), 1 - rates[0], *rates[1:]]


def remember(classified: Iterable[tuple[Sequence[Group], Sequence[int]]]) -> Memory:
    """Count what the possible names of labelled papers turned out to be."""
    counts: dict[str, list[int]] = {}
    for groups, classes in classified:
        for group, number in zip(groups, classes, strict=True):
            counts.setdefault(group.key, [0] * CLASSES)[number] += 1
    return Memory({key: tuple(counts[key]) for key in sorted(counts)})


def select_names(document: Document, groups: Sequence[Group], scores: Array) -> list[PaperName]:
    """Return the groups that are names, the more probable ones first served where spans overlap."""
    chosen: list[Choice] = []
    for group, row in zip(groups, scores.tolist(), strict=True):
        number = max(range(1, CLASSES), key=lambda at: row[at])
        kind, probability = ENTITY_TYPES[number - 1], 1 - row[0]
        if probability >= THRESHOLD:
            chosen.append((probability, kind, group))
    chosen = _without_parts(_with_heading(document, chosen))
    chosen.sort(key=lambda each: (-each[0], -len(each[2].key), each[2].key))
    claims = paper_claims(document.paper)
    named = (_claim(document, group, kind, probability, claims) for probability, kind, group in chosen)
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


def _claim(
    document: Document, group: Group, kind: EntityType, probability: float, claims: Mapping[Field, Claims]
) -> PaperName | None:
    # Places of one group may overlap too: a name with its quotation mark or hyphen, and without.
    surest_first = sorted(group.places, key=lambda each: -each.span.total)
    free = [place for place in surest_first if claims[place.field].claim(place.start, place.end)]
    if not free:
        return None
    free.sort(key=lambda each: (FIELDS.index(each.field), each.start))
    spans = tuple(Tagged(place.field, place.start, place.end, kind, probability) for place in free)
    surfaces = dict.fromkeys(document.paper.text(span.field)[span.start : span.end] for span in spans)
    return PaperName(kind, spans, tuple(surfaces), probability)
