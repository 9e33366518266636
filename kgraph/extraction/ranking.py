"""The numbers by which the second layer judges which spans of a paper are names, and of what type."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from kgraph.extraction.appositions import apposition_numbers
from kgraph.extraction.crf import SpanScore
from kgraph.extraction.cues import MOST_PLACES, cue_numbers, find_cues
from kgraph.extraction.documents import Document
from kgraph.extraction.features import WordFeatures
from kgraph.extraction.groups import Group
from kgraph.extraction.lexicon import Lexicon
from kgraph.extraction.network import Array
from kgraph.extraction.phrases import COLUMNS, fold_word, phrase_key
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES

_SHARES: Final = {digit: int(digit, 16) / 15 for digit in "0123456789abcdef"}
_JOINS: Final = frozenset((",", "and", "or", "/", "&"))
_WORD: Final = re.compile(r"\w+(?:\.\d\w*)*")


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
