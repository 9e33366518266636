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
from kgraph.extraction.phrases import find_phrases, fold_word, load_phrases
from kgraph.extraction.tokens import find_tokens
from kgraph.resources import data_path
from kgraph.vocabulary import Concept, load_vocabulary

#: Words and symbols of the longest known names, and the symbols that do not count inside a name.
LONGEST_NAME: Final = 14
NAME_JOINERS: Final = frozenset("-–/.+")
#: Numbers in a word's vector, each a byte in steps of 1/20.
VECTOR: Final = 40
VECTOR_SCALE: Final = 20
#: A phrase is whole if at least a third of its occurrences stand between function words.
WHOLE: Final = "5"
LEFT: Final = 5
RIGHT: Final = 6


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
    phrases: dict[str, str]
    names: dict[str, tuple[str, frozenset[str]]]

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
            if facts and is_whole(facts):
                known.append(PhraseFacts(start, end, facts))
        return _longest(known)


def is_whole(facts: str) -> bool:
    """Return whether the statistics of a phrase say that it mostly stands between function words."""
    return facts[LEFT] >= WHOLE and facts[RIGHT] >= WHOLE


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
    types: dict[str, set[str]] = {}
    spellings: dict[str, set[str]] = {}
    for concept in concepts:
        for name in (concept.name, *concept.aliases):
            words = [name[start:end] for start, end in find_tokens(name)]
            key = "".join(map(fold_word, words))
            if len(key) > 1:
                types.setdefault(key, set()).add(concept.type)
                spellings.setdefault(key, set()).add("".join(words))
    return {key: ("|".join(sorted(types[key])), frozenset(spellings[key])) for key in sorted(types)}


@lru_cache(maxsize=2)
def load_lexicon(vocabulary: Path | None = None) -> Lexicon:
    """Read the shipped statistics of words and phrases, and the vocabulary with what ``vocabulary`` adds to it."""
    file = data_path("words.json.gz")
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            content = json.load(stream)
        words = {word: tuple(facts) for word, *facts in content["words"]}
        rows = {word: row for row, word in enumerate(content["with_vector"].split(" "))}
        whole = np.frombuffer(base64.b64decode(content["vectors"]), np.int8).reshape(len(rows), VECTOR)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{file.name}: cannot be read as word statistics: {error}; reinstall kgraph") from None
    vectors = np.vstack([whole, np.zeros((1, VECTOR), np.int8)]).astype(np.float64) / VECTOR_SCALE
    return Lexicon(words, rows, vectors, load_phrases(), index_names(load_vocabulary(vocabulary)))
