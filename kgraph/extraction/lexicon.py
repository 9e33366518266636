"""What is known of words and names before a paper is read: corpus statistics and the vocabulary."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from kgraph.errors import InputError
from kgraph.extraction.tokens import find_tokens
from kgraph.resources import data_path
from kgraph.vocabulary import Concept, load_vocabulary

LONGEST_NAME: Final = 7


@dataclass(frozen=True, slots=True)
class Match:
    """A known name in a sentence: the words from ``start`` to ``end``, its types, and whether the case agrees."""

    start: int
    end: int
    types: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Statistics of words (cluster paths, frequency and capitalisation classes) and known names with types.

    ``names`` maps a folded name to its types (``method`` or ``method|task``) and its spellings.
    """

    words: dict[str, tuple[str, ...]]
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


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Fold case and plural of a word; symbols fold to nothing.

    >>> fold_word("Networks"), fold_word("loss"), fold_word("-")
    ('network', 'loss', '')
    """
    if not word[0].isalnum():
        return ""
    lowered = word.lower()
    if len(lowered) > 3 and lowered.endswith("s") and lowered[-2] not in "sui":
        return lowered[:-1]
    return lowered


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
def load_lexicon(path: Path | None = None) -> Lexicon:
    """Read the shipped word statistics and the shipped vocabulary."""
    file = path or data_path("words.json.gz")
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            words = {word: tuple(facts) for word, *facts in json.load(stream)}
    except (OSError, ValueError) as error:
        raise InputError(f"{file.name}: cannot be read as word statistics: {error}; reinstall kgraph") from None
    try:
        concepts: tuple[Concept, ...] = load_vocabulary()
    except InputError:
        concepts = ()
    return Lexicon(words, index_names(concepts))
