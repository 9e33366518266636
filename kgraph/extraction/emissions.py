"""The summed weights of the features of every word, for many papers at once.

The same sums as over the features of :func:`kgraph.extraction.features.tagger_features`, whose texts are not made:
what depends on one word is summed once for a word, joint features are looked up as numbers, and known names and
phrases are first sieved by a rolling hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kgraph.extraction.convolution import ConvNet
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
)
from kgraph.extraction.joints import Joints
from kgraph.extraction.lexicon import LONGEST_NAME
from kgraph.extraction.mark_sums import MarkSums, PhraseMarks, number_phrases
from kgraph.extraction.phrases import LONGEST
from kgraph.extraction.runs import KnownRuns
from kgraph.extraction.word_table import AFTER, BEFORE, WordTable

#: The runs of a sentence: first word, and the word behind the last.
Runs = list[tuple[int, int]]

#: No phrase has as many words and hyphens.
_ANY_LENGTH: Final = 1_000_000


class Sums(NamedTuple):
    """What each word is to the two taggers.

    ``emissions`` are the summed weights of the chain, ``own`` the summed rows of the network's table, ``vectors`` the
    rows of the distributional vectors.
    """

    emissions: Array
    own: npt.NDArray[np.int32]
    vectors: Whole


class Emitter:
    """Sums the weights of a chain over the features of words, and those of a network over their own features."""

    def __init__(self, weights: Chain, own: ConvNet, words: WordFeatures) -> None:
        self._chain = weights
        self._joints = Joints(weights)
        self._table = WordTable(weights, own, words, self._joints)
        self._lexicon = words.lexicon
        self._names = KnownRuns(self._lexicon.names, LONGEST_NAME, LONGEST_NAME)
        self._phrases = KnownRuns(self._lexicon.phrases.whole(), LONGEST, _ANY_LENGTH)
        self._sums = MarkSums(weights.index, weights.weights)
        self._own_sums = MarkSums(own.index, own.table)

    def sums(self, documents: Sequence[Document]) -> Sums:
        """Return rows of sums for the words of all sentences in turn."""
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
        marks = list(self._find_marks(documents, runs[0]))
        phrases = self._find_phrases(sentences, runs[1])
        self._sums.add(total, marks, phrases)
        own = self._table.rows["own"][numbers].astype(np.int32)
        self._own_sums.add(own, marks, phrases)
        return Sums(total / SCALE, own, self._table.rows["vector"][numbers])

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

    def _find_phrases(self, sentences: Sequence[Sentence], runs: Sequence[Runs]) -> PhraseMarks:
        found = []
        first = 0
        for sentence, each in zip(sentences, runs, strict=True):
            if each:
                found += [(first, phrase) for phrase in self._lexicon.choose_phrases(sentence.words, each)]
            first += len(sentence.words)
        return number_phrases(found)


def _by_sentence(edges: Whole, starts: Whole, ends: Whole) -> list[Runs]:
    """Share out runs among the sentences that begin at ``edges``, as ranges of their words."""
    owner = np.searchsorted(edges, starts, side="right") - 1
    first = edges[owner]
    runs: list[Runs] = [[] for _ in edges]
    for sentence, start, end in zip(owner.tolist(), (starts - first).tolist(), (ends - first).tolist(), strict=True):
        runs[sentence].append((start, end))
    return runs
