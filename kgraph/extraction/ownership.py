"""Which of the names found in a paper are its own, by the words: those of the name, and those that stand beside it.

What a paper coins has words of its kind in it ("progressive", "-aware", "masking"), and there are too many such words
for a few thousand labelled papers to teach. A chain over the names of a paper, in the order of the text, learns them
from many more, of which only the names of their own were labelled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName

#: What the chain says of a name.
OWNERSHIP: Final = ("own", "other")
#: Occurrences of a name around which is looked, and characters in front of it and behind.
_PLACES: Final = 4
_BACK: Final = 60
_AHEAD: Final = 40
_PIECE: Final = re.compile(r"[\w.]+|[^\w\s]")
_BESIDE: Final = re.compile(r"[\w-]+|[^\w\s]")


def ownership_features(
    document: Document, names: Sequence[PaperName], role_rows: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Return the features of each name: those that tell its role, and the words."""
    title = set(re.findall(r"\w+", document.paper.title.lower()))
    return [
        [*row, *_own_words(name, title), *_words_beside(document, name)]
        for name, row in zip(names, role_rows, strict=True)
    ]


def _own_words(name: PaperName, title: set[str]) -> list[str]:
    surface = max(name.surfaces, key=len).lower()
    pieces, words = _PIECE.findall(surface), surface.split() or [surface]
    parts = [word.split("-") for word in words if "-" in word]
    small = _is_small(name)
    length = min(len(words), 4)
    share = sum(piece in title for piece in set(pieces)) * 4 // max(1, len(set(pieces)))
    return [
        *(f"W={piece}" for piece in sorted(set(pieces))),
        *(f"h0={first}" for first, *_ in parts),
        *(f"h1={last}" for *_, last in parts),
        f"W1={words[0]}",
        f"Wl={words[-1]}",
        f"Wl={words[-1]}{small}",
        f"Wll={' '.join(words[-2:])}",
        f"nw={min(len(words), 5)}",
        f"np={min(len(pieces), 7)}",
        f"sc={min(int(name.score * 10), 9)}",
        f"sct={min(int(name.score * 5), 4)}{name.type}",
        f"low={small}{length}",
        f"low={small}{name.type}",
        f"tw={share}",
    ]


def _words_beside(document: Document, name: PaperName) -> list[str]:
    text, small = document.paper.abstract, _is_small(name)
    words = max(name.surfaces, key=len).split() or [""]
    found: list[str] = []
    for span in [span for span in name.occurrences[:_PLACES] if span.field == "abstract"]:
        before = _BESIDE.findall(text[max(0, span.start - _BACK) : span.start].lower())
        after = _BESIDE.findall(text[span.end : span.end + _AHEAD].lower())[:2]
        if before:
            found += [f"b1l={before[-1]}|{words[-1].lower()}", f"b1={before[-1]}{small}{min(len(words), 3)}"]
        if after:
            found += [f"a1l={after[0]}{small}", f"a2={' '.join(after)}"]
    return found


def _is_small(name: PaperName) -> bool:
    return all(surface == surface.lower() for surface in name.surfaces)
