"""What a paper calls its names: "QuillNet, a new framework", "the network QuillNet", "QuillNet: A Benchmark for …".

A system is a method or a model by what it is called more often than by its own name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgraph.extraction.abbreviations import NAMING
from kgraph.extraction.cues import MOST_PLACES, Placed
from kgraph.extraction.documents import Document

#: Nouns of models, of methods, of data sets, and of tasks and metrics.
_NOUNS: Final = (
    "model network net architecture transformer llm mllm vlm lm vla backbone encoder decoder autoencoder family series "
    "checkpoint cnn convnet gnn unet classifier detector generator retriever reranker embedder vit dit mamba resnet "
    "moe policy",
    "framework method approach algorithm scheme technique strategy pipeline system paradigm module mechanism loss "
    "toolkit library agent procedure optimizer engine platform tool recipe plugin adapter layer objective estimator "
    "solver sampler protocol compiler simulator software package workflow accelerator quantizer scheduler variant "
    "attack defense function operator",
    "dataset benchmark corpus suite collection testbed leaderboard challenge",
    "task metric problem score measure setting",
)
_KIND_OF: Final = {
    form: number for number, nouns in enumerate(_NOUNS) for noun in nouns.split() for form in (noun, f"{noun}s")
} | {"corpora": 2}
KINDS: Final = len(_NOUNS)
#: What stands behind the noun of a phrase: "a method | that …", "a method | for …".
_ENDS: Final = re.compile(
    r"(?:that|which|to|for|with|by|in|on|of|based|where|whose|using|via|from|designed|trained|built|and|as|is|are|"
    r"capable|can|)"
)
_BEHIND: Final = re.compile(
    r"\)?\s*(?:,|:|—|–|-|\bis\b|\bare\b|, which is)?\s*(?:an?|the|our|one of the)\s+((?:[\w\-/+.]+\s+){0,9}[\w\-/+.]+)",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"[- ]?\d+(?:\.\d+)?[BM]\b")
_WORD: Final = re.compile(r"[\w\-/+.]+")
_WORD_OR_COMMA: Final = re.compile(r"[\w\-/+.]+|,")
#: What may stand between a noun and the name in front of which it is: "a model, called".
_SAYING: Final = re.compile(rf",|{NAMING}|as|known|our|the|i\.e\.?")
#: Characters that are read behind a name, behind the colon of a title, and in front of a name.
_AHEAD: Final = 140
_TITLE: Final = 120
_BACK: Final = 70


def apposition_numbers(document: Document, places: Sequence[Placed], surface: str) -> list[float]:
    """Return whether a name is called each kind of thing behind it, in front of it, and behind the colon of the title.

    The last number tells whether it has sizes ("Quill-7B"), as models have.
    """
    behind, before, title = [0.0] * KINDS, [0.0] * KINDS, [0.0] * KINDS
    for place in places[:MOST_PLACES]:
        text = document.paper.text(place.field)
        found = _BEHIND.match(text, place.end, place.end + _AHEAD)
        if found and (kind := _kind_of_phrase(found[1].split())) is not None:
            behind[kind] = 1.0
        if place.field == "title" and text.startswith(":", place.end):
            kind = _kind_of_phrase(_WORD.findall(text, place.end, place.end + _TITLE))
            if kind is not None:
                title[kind] = 1.0
        words = _WORD_OR_COMMA.findall(text, max(0, place.start - _BACK), place.start)
        while words and _SAYING.fullmatch(words[-1].lower()):
            words.pop()
        kind = _KIND_OF.get(_last_part(words[-1])) if words else None
        if kind is not None:
            before[kind] = 1.0
    return [*behind, *before, *title, float(_has_size(document.paper.abstract, surface))]


def is_kind(word: str) -> bool:
    """Return whether a word says what a thing is: method, network, benchmark, metric."""
    return word in _KIND_OF


def _has_size(text: str, surface: str) -> bool:
    at = text.find(surface)
    while at >= 0:
        if _SIZE.match(text, at + len(surface)):
            return True
        at = text.find(surface, at + 1)
    return False


def _kind_of_phrase(words: Sequence[str]) -> int | None:
    """Return the kind that the last noun of a phrase names, which ends where its clause does."""
    noun = ""
    for word in words:
        bare = word.lower().strip(".,;")
        if _ENDS.fullmatch(bare):
            break
        noun = bare
        if bare != word.lower():
            break
    return _KIND_OF.get(_last_part(noun))


def _last_part(word: str) -> str:
    return word.lower().rpartition("-")[2]
