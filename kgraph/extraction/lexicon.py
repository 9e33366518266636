"""What is known of words and names before a paper is read: corpus statistics and the vocabulary."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kgraph.errors import InputError
from kgraph.extraction.phrases import find_phrases, fold_word, load_phrases
from kgraph.extraction.tokens import find_tokens
from kgraph.resources import data_path
from kgraph.vocabulary import Concept, load_vocabulary

LONGEST_NAME: Final = 7
#: Numbers in a word's vector, each a byte in steps of 1/20.
VECTOR: Final = 40
VECTOR_SCALE: Final = 20
#: A phrase is whole if at least a third of its occurrences stand between function words.
WHOLE: Final = "5"
LEFT: Final = 5
RIGHT: Final = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A known name in a sentence: the words from ``start`` to ``end``, its types, and whether the case agrees."""

    start: int
    end: int
    types: str
    exact: bool


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
        folded = [fold_word(word) for word in words]
        matches: list[Match] = []
        start = 0
        while start < len(words):
            match = self._longest_at(words, folded, start) if folded[start] else None
            if match:
                matches.append(match)
            start = match.end if match else start + 1
        return matches

    def find_phrases(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Return (start, end, statistics) of the longest whole phrases, from left to right, without overlap."""
        spans: list[tuple[int, int, str]] = []
        for phrase in find_phrases(words):
            facts = self.phrases.get(phrase.key)
            if facts is None or facts[LEFT] < WHOLE or facts[RIGHT] < WHOLE:
                continue
            if spans and spans[-1][0] == phrase.start:
                spans[-1] = (phrase.start, phrase.end, facts)
            elif not spans or spans[-1][1] <= phrase.start:
                spans.append((phrase.start, phrase.end, facts))
        return spans

    def _longest_at(self, words: Sequence[str], folded: Sequence[str], start: int) -> Match | None:
        best: Match | None = None
        key = ""
        for end in range(start, min(len(words), start + 2 * LONGEST_NAME)):
            if not folded[end]:
                if words[end] in "-–/.+":
                    continue
                break
            key += folded[end]
            entry = self.names.get(key)
            if entry:
                best = Match(start, end + 1, entry[0], "".join(words[start : end + 1]) in entry[1])
        return best


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
