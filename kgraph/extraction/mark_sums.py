"""The summed weights of the marks of words: what the paper, the known names and the known phrases make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kgraph.extraction.crf import Whole
from kgraph.extraction.features import Marks, phrase_mark, phrase_places, phrase_values
from kgraph.extraction.lexicon import PhraseFacts
from kgraph.extraction.phrases import COLUMNS

#: Where a word stands in a phrase, and how many numbers make the features of a phrase.
PLACES: Final = "SBIE"
PHRASE_VALUES: Final = COLUMNS
#: Kinds of marks whose rows are kept.
_MARKS_KEPT: Final = 100_000


@dataclass(frozen=True, slots=True)
class PhraseMarks:
    """Words in phrases, and the numbers of the marks that each gets; no word is in two phrases."""

    words: Sequence[int]
    numbers: Whole


def number_phrases(phrases: Sequence[tuple[int, PhraseFacts]]) -> PhraseMarks:
    """Return the marks of phrases, each with the number of the first word of its sentence."""
    words: list[int] = []
    places: list[str] = []
    values: list[bytes] = []
    for first, (start, end, facts) in phrases:
        words += range(first + start, first + end)
        places.append(phrase_places(end - start))
        values.append(phrase_values(facts, end - start) * (end - start))
    numbers = np.frombuffer(b"".join(values), np.uint8).reshape(-1, PHRASE_VALUES)
    place = np.array([PLACES.index(place) for place in "".join(places)], np.int64)
    return PhraseMarks(words, (place[:, None] * PHRASE_VALUES + np.arange(PHRASE_VALUES)) * 16 + numbers)


class MarkSums:
    """Adds the weights of marks to the sums of words; ``index`` maps features to rows of ``weights``."""

    def __init__(self, index: Mapping[str, int], weights: npt.NDArray[np.int8]) -> None:
        self._index = index
        self._weights = weights
        self._phrases = self._sum_phrases()
        self._rows: dict[tuple[str, ...], tuple[int, ...]] = {}

    def add(self, total: npt.NDArray[Any], marks: Sequence[Marks], phrases: PhraseMarks) -> None:
        """Add to the rows of ``total`` what the marks and phrases of its words weigh."""
        if len(self._rows) > _MARKS_KEPT:
            self._rows.clear()
        words: list[int] = []
        rows: list[int] = []
        for word, features in marks:
            known = self._rows.get(features)
            if known is None:
                known = tuple(self._index[feature] for feature in features if feature in self._index)
                self._rows[features] = known
            rows += known
            words += [word] * len(known)
        np.add.at(total, words, self._weights[rows].astype(total.dtype))
        if phrases.words:
            total[phrases.words] += self._phrases.take(phrases.numbers, axis=0).sum(axis=1, dtype=np.int16)

    def _sum_phrases(self) -> npt.NDArray[np.int16]:
        """Return a row of weights for each feature that phrases can have, by place, column and value."""
        sums = np.zeros((len(PLACES) * PHRASE_VALUES * 16, self._weights.shape[1]), np.int16)
        for row, (place, column, value) in enumerate(np.ndindex(len(PLACES), PHRASE_VALUES, 16)):
            mark = phrase_mark(PLACES[place], column, value)
            if mark and mark in self._index:
                sums[row] = self._weights[self._index[mark]]
        return sums
