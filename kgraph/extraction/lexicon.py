"""What is known of words and names before a paper is read: corpus statistics and the vocabulary."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from kgraph.errors import InputError
from kgraph.extraction.phrases import LEFT, RIGHT, WHOLE, PhraseStatistics, find_phrases, fold_word, load_phrases
from kgraph.extraction.tokens import split_tokens
from kgraph.resources import collector_paused, data_path
from kgraph.vocabulary import Concept, load_vocabulary

#: Words and symbols of the longest known names, and the symbols that do not count inside a name.
LONGEST_NAME: Final = 14
NAME_JOINERS: Final = frozenset("-–/.+")
#: Numbers in a word's vector, each a byte in steps of 1/20.
VECTOR: Final = 40
VECTOR_SCALE: Final = 20


class Match(NamedTuple):
    """A known name in a sentence: the words from ``start`` to ``end``, its types, and whether the case agrees."""

    start: int
    end: int
    types: str
    exact: bool


class PhraseFacts(NamedTuple):
    """A phrase in a sentence, and its statistics."""

    start: int
    end: int
    facts: str


AnySpan = TypeVar("AnySpan", Match, PhraseFacts)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Statistics of words (clusters, frequency, capitalisation) and of phrases, and known names with types.

    ``names`` maps a folded name to its types (``method`` or ``method|task``) and its spellings. The last row
    of ``vectors`` is zero: it stands for every word without a vector.
    """

    words: dict[str, tuple[str, ...]]
    vector_rows: dict[str, int]
    vectors: npt.NDArray[np.float64]
    phrases: PhraseStatistics
    names: dict[str, tuple[str, frozenset[str]]]

    def find_vectors(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the vector of each word (word, number)."""
        return self.vectors[self.find_vector_rows(words)]

    def find_vector_rows(self, words: Iterable[str]) -> list[int]:
        """Return the row of ``vectors`` of each word."""
        none = len(self.vectors) - 1
        return [self.vector_rows.get(word.lower(), none) for word in words]

    def find_names(self, words: Sequence[str]) -> list[Match]:
        """Return the longest known names in a sentence, from left to right, without overlap."""
        return self.choose_names(words, find_name_runs(words))

    def choose_names(self, words: Sequence[str], runs: Iterable[tuple[int, int]]) -> list[Match]:
        """Return the longest known names among some runs (start, end) of words, sorted, without overlap."""
        known = []
        for start, end in runs:
            entry = self.names.get("".join(map(fold_word, words[start:end])))
            if entry:
                known.append(Match(start, end, entry[0], "".join(words[start:end]) in entry[1]))
        return _longest(known)

    def find_phrases(self, words: Sequence[str]) -> list[PhraseFacts]:
        """Return (start, end, statistics) of the longest whole phrases, from left to right, without overlap."""
        return self.choose_phrases(words, ((phrase.start, phrase.end) for phrase in find_phrases(words)))

    def choose_phrases(self, words: Sequence[str], runs: Iterable[tuple[int, int]]) -> list[PhraseFacts]:
        """Return the longest whole phrases among some runs (start, end) of words, sorted, without overlap."""
        known = []
        for start, end in runs:
            facts = self.phrases.get("".join(map(fold_word, words[start:end])))
            if facts and facts[LEFT] >= WHOLE and facts[RIGHT] >= WHOLE:
                known.append(PhraseFacts(start, end, facts))
        return _longest(known)


def find_name_runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the runs of words that could be known names; symbols that join words do not count."""
    folded = [fold_word(word) for word in words]
    for start in range(len(words)):
        if not folded[start]:
            continue
        for end in range(start, min(len(words), start + LONGEST_NAME)):
            if folded[end]:
                yield start, end + 1
            elif words[end] not in NAME_JOINERS:
                break


def _longest(spans: Iterable[AnySpan]) -> list[AnySpan]:
    """Return the longest of the sorted spans from left to right, without overlap."""
    kept: list[AnySpan] = []
    for span in spans:
        if kept and kept[-1].start == span.start:
            kept[-1] = span
        elif not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def index_names(concepts: Iterable[Concept]) -> dict[str, tuple[str, frozenset[str]]]:
    """Map the folded names and aliases of concepts to their types and spellings."""
    known: dict[str, tuple[str, frozenset[str]]] = {}
    for concept in concepts:
        for name in (concept.name, *concept.aliases):
            words = split_tokens(name)
            key = "".join(map(fold_word, words))
            if len(key) > 1:
                entry = (concept.type, frozenset(("".join(words),)))
                known[key] = _join_entries(known[key], entry) if key in known else entry
    return known


def _join_entries(left: tuple[str, frozenset[str]], right: tuple[str, frozenset[str]]) -> tuple[str, frozenset[str]]:
    types = {*left[0].split("|"), *right[0].split("|")}
    return "|".join(sorted(types)), left[1] | right[1]


@lru_cache(maxsize=2)
@collector_paused()
def load_lexicon(vocabulary: Path | None = None) -> Lexicon:
    """Read the shipped statistics of words and phrases, and the vocabulary with what ``vocabulary`` adds to it."""
    file = data_path("words.json.gz")
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            content = json.load(stream)
        columns = [content["words"][name] for name in ("word", "large", "middle", "small", "frequency", "capitals")]
        # The last two columns have one character a word.
        word, *facts = (*(column.split(" ") for column in columns[:4]), *columns[4:])
        words = dict(zip(word, zip(*facts, strict=True), strict=True))
        rows = {word: row for row, word in enumerate(content["with_vector"].split(" "))}
        whole = np.frombuffer(base64.b64decode(content["vectors"]), np.int8).reshape(len(rows), VECTOR)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{file.name}: cannot be read as word statistics: {error}; reinstall kgraph") from None
    vectors = np.vstack([whole, np.zeros((1, VECTOR), np.int8)]).astype(np.float64) / VECTOR_SCALE
    return Lexicon(words, rows, vectors, load_phrases(), index_names(load_vocabulary(vocabulary)))
