"""The summed weights of the features of every word, for many papers at once.

The same sums as over the features of :func:`kgraph.extraction.features.tagger_features`, whose texts are not made:
what depends on one word is summed once for a word, joint features are looked up as numbers, and known names and
phrases are first sieved by a rolling hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from kgraph.extraction.crf import SCALE, Array, Chain, Whole
from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.features import (
    AFTER_LAST,
    BEFORE_FIRST,
    BODY,
    MOST_TIMES,
    ONCE,
    REACH,
    TITLE,
    Marks,
    PaperWords,
    WordFeatures,
    heading_marks,
    name_marks,
    phrase_mark,
    phrase_places,
    phrase_values,
)
from kgraph.extraction.joints import Joints
from kgraph.extraction.lexicon import LONGEST_NAME
from kgraph.extraction.phrases import COLUMNS, LONGEST
from kgraph.extraction.runs import KnownRuns
from kgraph.extraction.word_table import AFTER, BEFORE, WordTable

#: The runs of a sentence: first word, and the word behind the last.
Runs = list[tuple[int, int]]

#: Where a word stands in a phrase, and how many numbers make the features of a phrase.
PLACES: Final = "SBIE"
PHRASE_VALUES: Final = COLUMNS
#: No phrase has as many words and hyphens.
_ANY_LENGTH: Final = 1_000_000
#: Kinds of marks whose rows are kept.
_MARKS_KEPT: Final = 100_000


class Emitter:
    """Sums the weights of a chain over the features of words."""

    def __init__(self, weights: Chain, words: WordFeatures) -> None:
        self._chain = weights
        self._joints = Joints(weights)
        self._table = WordTable(weights, words, self._joints)
        self._lexicon = words.lexicon
        self._names = KnownRuns(self._lexicon.names, LONGEST_NAME, LONGEST_NAME)
        self._phrases = KnownRuns(self._lexicon.phrases.whole(), LONGEST, _ANY_LENGTH)
        self._phrase_sums = _sum_phrase_marks(weights)
        self._marks: dict[tuple[str, ...], tuple[int, ...]] = {}

    def emissions(self, documents: Sequence[Document]) -> Array:
        """Return a row of sums for each word of all sentences in turn."""
        sentences = [sentence for document in documents for sentence in document.sentences]
        lengths = np.array([len(sentence.words) for sentence in sentences])
        numbers = self._table.numbers([word for sentence in sentences for word in sentence.words])
        # A row of words with the edges of each sentence, and the place of each word in it.
        gaps = np.repeat(np.arange(len(sentences)), lengths)
        places = np.arange(len(numbers)) + 2 * REACH * gaps + REACH
        row = np.full(len(numbers) + 2 * REACH * len(sentences), BEFORE)
        row[places] = numbers
        ends = places[np.cumsum(lengths) - 1]
        for offset in range(1, REACH + 1):
            row[ends + offset] = AFTER
        total = self._sum_windows(row, places)
        total += self._sum_paper(documents, sentences, lengths, numbers)
        words, rows = self._joints.find(self._table.rows["codes"][row], places)
        np.add.at(total, words, self._chain.weights[rows].astype(np.int64))
        runs = self._find_runs(row, lengths)
        self._add_marks(total, self._find_marks(documents, runs[0]))
        self._add_phrases(total, sentences, runs[1])
        return total / SCALE

    def _sum_windows(self, row: Whole, places: Whole) -> Whole:
        sums = self._table.rows["sums"]
        total = np.zeros((len(places), sums.shape[2]), np.int64)
        for offset in range(-REACH, REACH + 1):
            total += sums[row[places + offset], REACH + offset]
        return total

    def _sum_paper(
        self, documents: Sequence[Document], sentences: Sequence[Sentence], lengths: Whole, numbers: Whole
    ) -> Whole:
        """Return the sums that depend on the field of a word and on its times in the paper."""
        sums, forms = self._table.rows["sums"], self._table.rows["form"][numbers]
        places = np.repeat([TITLE if sentence.field == "title" else BODY for sentence in sentences], lengths)
        sizes = [sum(len(sentence.words) for sentence in document.sentences) for document in documents]
        paper = np.repeat(np.arange(len(documents)), sizes)
        _, which, counts = np.unique(paper * (forms.max() + 1) + forms, return_inverse=True, return_counts=True)
        times = np.minimum(counts[which], MOST_TIMES)
        often = np.where((forms > 0)[:, None], sums[numbers, ONCE - 1 + times], 0)
        total: Whole = sums[numbers, places] + often.astype(np.int64)
        return total

    def _find_runs(self, row: Whole, lengths: Whole) -> tuple[list[Runs], list[Runs]]:
        """Return for each sentence the runs of words that may be known names, and those that may be phrases."""
        words = self._table.rows
        hashes, powers = words["hash"][row], words["power"][row]
        edges = np.cumsum(lengths) - lengths + 2 * REACH * np.arange(len(lengths)) + REACH
        return (
            _by_sentence(edges, *self._names.find(words["name_kind"][row], hashes, powers)),
            _by_sentence(edges, *self._phrases.find(words["phrase_kind"][row], hashes, powers)),
        )

    def _find_marks(self, documents: Sequence[Document], runs: Iterable[Runs]) -> Iterator[Marks]:
        """Yield the marks of the words, which are counted through all sentences, but those of phrases."""
        first, names = 0, iter(runs)
        for document in documents:
            paper = PaperWords(document)
            for sentence in document.sentences:
                words = sentence.words
                marks = chain(
                    ((0, (BEFORE_FIRST,)), (len(words) - 1, (AFTER_LAST,))),
                    heading_marks(sentence),
                    paper.marks(sentence),
                    name_marks(self._lexicon.choose_names(words, next(names)), len(words)),
                )
                yield from ((first + at, features) for at, features in marks)
                first += len(words)

    def _add_marks(self, total: Whole, marks: Iterable[Marks]) -> None:
        if len(self._marks) > _MARKS_KEPT:
            self._marks.clear()
        words: list[int] = []
        rows: list[int] = []
        for word, features in marks:
            known = self._marks.get(features)
            if known is None:
                known = self._marks[features] = tuple(self._chain.rows(features))
            rows += known
            words += [word] * len(known)
        np.add.at(total, words, self._chain.weights[rows].astype(np.int64))

    def _add_phrases(self, total: Whole, sentences: Sequence[Sentence], runs: Sequence[Runs]) -> None:
        words: list[int] = []
        places: list[str] = []
        values: list[bytes] = []
        first = 0
        for sentence, each in zip(sentences, runs, strict=True):
            for start, end, facts in self._lexicon.choose_phrases(sentence.words, each) if each else ():
                words += range(first + start, first + end)
                places.append(phrase_places(end - start))
                values.append(phrase_values(facts, end - start) * (end - start))
            first += len(sentence.words)
        if words:
            numbers = np.frombuffer(b"".join(values), np.uint8).reshape(-1, PHRASE_VALUES)
            place = np.array([PLACES.index(place) for place in "".join(places)])
            rows = (place[:, None] * PHRASE_VALUES + np.arange(PHRASE_VALUES)) * 16 + numbers
            # No word is in two phrases.
            total[words] += self._phrase_sums.take(rows, axis=0).sum(axis=1, dtype=np.int16)


def _sum_phrase_marks(weights: Chain) -> npt.NDArray[np.int16]:
    """Return a row of weights for each feature that phrases can have, by place, column and value."""
    sums = np.zeros((len(PLACES) * PHRASE_VALUES * 16, weights.weights.shape[1]), np.int16)
    for row, (place, column, value) in enumerate(np.ndindex(len(PLACES), PHRASE_VALUES, 16)):
        mark = phrase_mark(PLACES[place], column, value)
        if mark and mark in weights.index:
            sums[row] = weights.weights[weights.index[mark]]
    return sums


def _by_sentence(edges: Whole, starts: Whole, ends: Whole) -> list[Runs]:
    """Share out runs among the sentences that begin at ``edges``, as ranges of their words."""
    owner = np.searchsorted(edges, starts, side="right") - 1
    first = edges[owner]
    runs: list[Runs] = [[] for _ in edges]
    for sentence, start, end in zip(owner.tolist(), (starts - first).tolist(), (ends - first).tolist(), strict=True):
        runs[sentence].append((start, end))
    return runs
