"""Names that say the same in other words: inflections, heads that add nothing, quantities said in two ways."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from Stemmer import Stemmer

from kgraph.names import normal_form
from kgraph.notation import plain_notation

if TYPE_CHECKING:
    from kgraph.records import EntityType

_WORDS: Final = re.compile(r"[^\s\-‐-―−_/]+")

#: Last words that only repeat what kind of thing the name is.
_EMPTY_HEADS: Final[dict[EntityType, frozenset[str]]] = {
    "method": frozenset(["algorithm", "approach", "framework", "method", "scheme", "strategy", "technique"]),
    "model": frozenset(["architecture", "backbone", "model", "network"]),
    "dataset": frozenset(["benchmark", "corpus", "dataset", "suite"]),
    "task": frozenset(["problem", "task"]),
    "metric": frozenset(["metric", "score", "value"]),
}
#: What is used up, and the words after it that say no more than that it is.
_RESOURCES: Final = frozenset(["memory", "energy", "power", "storage"])
_USES: Final = frozenset(["consumption", "cost", "footprint", "requirement", "size", "space", "usage", "use"])
_PREFIXES: Final = frozenset(["back", "co", "fine", "multi", "non", "over", "post", "pre", "re", "semi"])
#: First words that only say that nothing was done to it.
_EMPTY_FRONTS: Final = frozenset(["conventional", "original", "plain", "traditional", "vanilla"])
#: One quantity by several names, where a word before says of what: inference time, inference latency.
_DURATIONS: Final = frozenset(["latency", "runtime", "time"])
#: Words whose stem is that of another word with another meaning.
_NOT_INFLECTED: Final = re.compile(r".*(?:er|or|model|modeling|general|univers\w+|optimal)")


@lru_cache(maxsize=200_000)
def loose_form(surface: str, kind: EntityType) -> str:
    """Return what two names of one type share when they say the same in other words.

    Much looser than :func:`kgraph.names.normal_form`: only names of the same type and with the same numbers are
    compared by it.

    >>> loose_form("early exiting", "method") == loose_form("early exit", "method")
    True
    >>> loose_form("structured pruning", "method") == loose_form("unstructured pruning", "method")
    False
    >>> loose_form("number of visual tokens", "metric") == loose_form("visual token count", "metric")
    True
    """
    words = [normal_form(word) for word in _WORDS.findall(plain_notation(surface))]
    words = _join_prefixes([word for word in words if word != "based"] or words)
    if kind == "metric":
        words = _fold_quantity(words)
    if len(words) > 2 and "neural" in words[:-1] and words[words.index("neural") + 1] == "network":
        words.remove("neural")
    if len(words) > 1 and words[0] == "network":
        words = ["model", *words[1:]]
    while len(words) > 1 and words[-1] in _EMPTY_HEADS[kind]:
        words = words[:-1]
    if len(words) > 1 and words[0] in _EMPTY_FRONTS:
        words = words[1:]
    return " ".join(_stem(word) for word in words)


def _join_prefixes(words: list[str]) -> list[str]:
    """Write prefixes as parts of their words: fine-tuning as finetuning."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _PREFIXES:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _fold_quantity(words: list[str]) -> list[str]:
    if words == ["parameter"]:
        return [*words, "#"]
    if words[:2] == ["number", "of"] and len(words) > 2:
        return [*words[2:], "#"]
    if len(words) > 1 and words[-1] in ("count", "number"):
        return [*words[:-1], "#"]
    if len(words) > 1 and words[-2] in _RESOURCES and words[-1] in _USES:
        return words[:-1]
    if len(words) > 1 and words[-1] in _DURATIONS:
        return [*words[:-1], "time"]
    return words


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Fold caching and cache, structural and structured, but not model and modeling, quantize and quantizer."""
    spelled = word.replace("lling", "ling").replace("lled", "led")
    if _NOT_INFLECTED.fullmatch(spelled) or len(spelled) < 5 or not spelled.isalpha():
        return spelled
    stemmed: str = _english().stemWord(spelled)
    return stemmed


@cache
def _english() -> Stemmer:
    return Stemmer("english")
