"""Words by which a paper says what it does with what it names: proposes, compares, evaluates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kgraph.extraction.abbreviations import NAMING
from kgraph.extraction.documents import Document, Sentence
from kgraph.records import Field

PROPOSE: Final = re.compile(
    r"\b(?:propos\w+|introduc\w+|present\w*|develop\w*|design\w*|contribut\w+|releas\w+|creat\w+|construct\w*|call\w*|"
    r"dub\w*|name[ds]?|term\w*|coin\w*|novel|new)\b",
    re.IGNORECASE,
)
COMPARE: Final = re.compile(
    r"\b(?:outperform\w*|compar\w+|baselines?|surpass\w*|exceed\w*|superior|unlike|state-of-the-art|sota|than|over|"
    r"versus|vs|existing|previous|prior|competitive|matching|beats?)\b",
    re.IGNORECASE,
)
EVALUATE: Final = re.compile(
    r"\b(?:experiment\w*|evaluat\w+|benchmark\w*|datasets?|results?|achiev\w+|demonstrat\w+|show\w*|tested|tasks?|"
    r"across|validat\w+|improv\w+)\b",
    re.IGNORECASE,
)
OURS: Final = re.compile(r"\b(?:we|our|this (?:paper|work|study|survey|article))\b", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"\b(?:consist\w*|compris\w+|namely|including|components?|modules?|incorporat\w+|integrat\w+|combin\w+|via|first|"
    r"second|third|then|finally|specifically)\b|\((?:\d|i+|[abc])\)",
    re.IGNORECASE,
)
_NAMING: Final = re.compile(rf"\b(?:call|{NAMING})\W*$|\bas\W*$", re.IGNORECASE)
_PROPOSAL: Final = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|survey|report)|our (?:work|paper|method|approach))"
    r"(?: \w+){0,2} (?:propos|introduc|present|develop|design|describ|releas|creat|construct|build|contribut|conduct|"
    r"investigat|stud|explor|provid|show|demonstrat)\w*",
    re.IGNORECASE,
)
_PATTERNS: Final = (PROPOSE, COMPARE, EVALUATE, OURS, _PARTS)
#: Characters beyond which a cue is no nearer than any.
_FAR: Final = 160.0
#: Occurrences of a name around which is looked.
MOST_PLACES: Final = 6


class Placed(Protocol):
    """Anything that stands somewhere in a field."""

    @property
    def field(self) -> Field:
        """The field."""

    @property
    def start(self) -> int:
        """The offset of its first character."""

    @property
    def end(self) -> int:
        """The offset behind its last character."""


@dataclass(frozen=True, slots=True)
class Cues:
    """Where the cues of an abstract stand: the sentences with the spans of each pattern in them, and the proposal."""

    starts: tuple[int, ...]
    found: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
    proposal: tuple[int, int, int]


def find_cues(document: Document) -> Cues:
    """Find the cues of a paper's abstract."""
    text = document.paper.abstract
    body = [sentence for sentence in document.sentences if sentence.field == "abstract"]
    found = tuple(
        tuple(tuple(match.span() for match in pattern.finditer(text, each.start, each.end)) for pattern in _PATTERNS)
        for each in body
    )
    number, cue = find_proposal(text, body)
    start, end = (body[number].start, body[number].end) if number < len(body) else (len(text), len(text))
    return Cues(tuple(sentence.start for sentence in body), found, (start, cue, end))


def find_proposal(text: str, body: Sequence[Sentence]) -> tuple[int, int]:
    """Return the number of the sentence in which the paper says what it proposes, and where its cue ends.

    Where there is none, that is behind the last sentence, and the end of the text.
    """
    for number, sentence in enumerate(body):
        found = _PROPOSAL.search(text, sentence.start, sentence.end)
        if found:
            return number, found.end()
    return len(body), len(text)


def cue_numbers(document: Document, places: Sequence[Placed], cues: Cues) -> list[float]:
    """Return how near the cues are to the places of a name, at the nearest, and where it stands in the text."""
    body = [place for place in places if place.field == "abstract"][:MOST_PLACES]
    before = [0.0] * len(_PATTERNS)
    after = [0.0] * len(_PATTERNS)
    text = document.paper.abstract
    naming = opened = listed = gap = 0.0
    start, cue, end = cues.proposal
    stands = [0.0] * 4
    for place in body:
        sentence = bisect_right(cues.starts, place.start) - 1
        for number, spans in enumerate(cues.found[sentence]):
            for left, right in spans:
                if right <= place.start:
                    before[number] = max(before[number], 1 - (place.start - right) / _FAR, 0.05)
                elif place.end <= left:
                    after[number] = max(after[number], 1 - (left - place.end) / _FAR, 0.05)
        prefix = text[max(cues.starts[sentence], place.start - 14) : place.start]
        naming = max(naming, float(bool(_NAMING.search(prefix))))
        opened = max(opened, float(prefix.endswith("(")))
        listed = max(listed, float(prefix.endswith((", ", "and "))))
        where = 0 if place.start < start else 1 if place.start < cue else 2 if place.start < end else 3
        stands[where] = 1.0
        if where == 2:
            gap = max(gap, 1 - (place.start - cue) / _FAR, 0.05)
    first = bisect_right(cues.starts, body[0].start) - 1 if body else 0
    place_in_text = first / max(1, len(cues.starts) - 1)
    return [*before, *after, naming, opened, listed, *stands, gap, float(start == len(text)), place_in_text]
