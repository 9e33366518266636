"""What the tagger needs of each distinct word, in an array: summed weights, and the numbers that stand for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kgraph.extraction.convolution import ConvNet
from kgraph.extraction.crf import Chain, Whole
from kgraph.extraction.features import AFTER_LAST, BEFORE_FIRST, COLUMNS, REACH, WordFeatures, word_attributes
from kgraph.extraction.joints import ATTRIBUTES, Joints
from kgraph.extraction.lexicon import NAME_JOINERS
from kgraph.extraction.phrases import FUNCTION_WORDS, INNER_WORDS, JOINERS, fold_word
from kgraph.extraction.runs import CONTENT, INNER, SKIP, STOP, hash_words

#: Words that are kept from one batch of papers to the next, some 400 bytes each.
WORDS_KEPT: Final = 60_000
#: The rows of what stands before and behind a sentence.
BEFORE, AFTER = 0, 1


class WordTable:
    """A row for each word that was met.

    Of the fields of ``rows``, ``sums`` holds the weights of all features of the word for each place of
    :data:`kgraph.extraction.features.COLUMNS`, ``codes`` its numbers in joint features, ``form`` the number of its
    folded form (0 for symbols), ``hash`` and ``power`` those of this form; the kinds say what it is in a run; ``own``
    are the summed rows of the network's table for the features of the word alone, ``vector`` is the row of its vector.
    """

    def __init__(self, chain: Chain, own: ConvNet, words: WordFeatures, joints: Joints) -> None:
        self._chain = chain
        self._own = own
        self._words = words
        self._joints = joints
        self._fields = np.dtype(
            [
                ("sums", np.int16, (len(COLUMNS), chain.weights.shape[1])),
                ("codes", np.uint64, (len(ATTRIBUTES),)),
                ("form", np.int64),
                ("hash", np.uint64),
                ("power", np.uint64),
                ("name_kind", np.uint8),
                ("phrase_kind", np.uint8),
                ("own", np.int16, (own.table.shape[1],)),
                ("vector", np.int64),
            ]
        )
        self._clear()

    def numbers(self, words: Sequence[str]) -> Whole:
        """Return the row of each word; rows hold until the next call."""
        if len(self._numbers) > WORDS_KEPT:
            self._clear()
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        if new:
            self._add(new)
        return np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))

    def _clear(self) -> None:
        self._numbers: dict[str, int] = {}
        self._forms: dict[str, int] = {"": 0}
        self._values = ValueSums(self._chain)
        self.rows: npt.NDArray[Any] = np.zeros(1024, self._fields)
        edges = self.rows[[BEFORE, AFTER]]
        edges["codes"] = [self._joints.edge_codes(edge) for edge in (BEFORE_FIRST, AFTER_LAST)]
        edges["power"], edges["name_kind"], edges["phrase_kind"] = 1, STOP, STOP
        self.rows[[BEFORE, AFTER]] = edges

    def _add(self, words: Sequence[str]) -> None:
        first = len(self._numbers) + len((BEFORE, AFTER))
        end = first + len(words)
        if end > len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros(max(end, len(self.rows)), self._fields)])
        self._numbers.update(zip(words, range(first, end), strict=True))
        attributes = [word_attributes(word, self._words.facts(word)) for word in words]
        forms = [fold_word(word) for word in words]
        rows = self.rows[first:end]
        rows["sums"] = self._values.sum(attributes)
        rows["codes"] = list(map(self._joints.codes, attributes))
        rows["form"] = [self._forms.setdefault(form, len(self._forms)) for form in forms]
        rows["hash"], rows["power"] = hash_words(forms)
        rows["name_kind"] = list(map(_name_kind, words, forms))
        rows["phrase_kind"] = list(map(_phrase_kind, words, forms))
        rows["own"] = list(map(self._sum_own, attributes))
        rows["vector"] = self._words.lexicon.find_vector_rows(words)

    def _sum_own(self, attributes: Mapping[str, str]) -> npt.NDArray[np.int16]:
        """Return the sum over the features that :func:`kgraph.extraction.features.own_features` gives a word."""
        features = [start + attributes[attribute] for start, attribute in COLUMNS[REACH] if attribute in attributes]
        rows = [self._own.index[feature] for feature in features if feature in self._own.index]
        sums: npt.NDArray[np.int16] = self._own.table[rows].sum(axis=0, dtype=np.int16)
        return sums


class ValueSums:
    """The summed weights of the features that end with a value of an attribute, from each place."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._starts: dict[str, list[tuple[int, str]]] = {}
        for at, column in enumerate(COLUMNS):
            for start, attribute in column:
                self._starts.setdefault(attribute, []).append((at, start))
        self._numbers: dict[str, dict[str | None, int]] = {attribute: {None: 0} for attribute in self._starts}
        # Row 0 is zero: it stands for all values without weights.
        self._sums = np.zeros((1, len(COLUMNS), chain.weights.shape[1]), np.int16)

    def sum(self, words: Sequence[dict[str, str]]) -> npt.NDArray[np.int16]:
        """Return for each word the sums over all its attributes (word, column, label)."""
        added: list[npt.NDArray[np.int16]] = []
        numbers: list[int] = []
        for attributes in words:
            for attribute, known in self._numbers.items():
                value = attributes.get(attribute)
                number = known.get(value)
                if number is None:
                    number = known[value] = self._add(attribute, value or "", added)
                numbers.append(number)
        self._sums = np.concatenate([self._sums, *added])
        rows = self._sums.take(np.reshape(numbers, (len(words), -1)), axis=0)
        sums: npt.NDArray[np.int16] = rows.sum(axis=1, dtype=np.int16)
        return sums

    def _add(self, attribute: str, value: str, added: list[npt.NDArray[np.int16]]) -> int:
        index = self._chain.index
        rows = [(column, index[start + value]) for column, start in self._starts[attribute] if start + value in index]
        if not rows:
            return 0
        sums = np.zeros((1, *self._sums.shape[1:]), np.int16)
        for column, row in rows:
            sums[0, column] += self._chain.weights[row]
        added.append(sums)
        return len(self._sums) + len(added) - 1


def _name_kind(word: str, form: str) -> int:
    if form:
        return CONTENT
    return SKIP if word in NAME_JOINERS else STOP


def _phrase_kind(word: str, form: str) -> int:
    if not form:
        return SKIP if word in JOINERS else STOP
    if word.lower() not in FUNCTION_WORDS:
        return CONTENT
    return INNER if word.lower() in INNER_WORDS else STOP
