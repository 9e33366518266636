"""Long forms with their names in brackets, or the reverse, whose letters do not agree: "CRTBench (Controlled Testing)".

Abbreviations are found by their letters wherever they stand; the names that papers give have letters from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kgraph.extraction.abbreviations import NAMING, Abbreviation, abbreviates

#: A name that a paper gives, and a phrase in capitals, which is what it stands for where the one has brackets round it
#: behind the other, whatever its letters are: 259 of 292 such labelled pairs of which one is the paper's own are one.
_NAME: Final = r"(?=\w[\w\-]*[A-Z\d])[\w\-]{3,}"
_CAPITAL: Final = r"(?:[A-Z0-9][\w\-/]*|[a-z\-]+[A-Z][\w\-]*|&)"
_LINK: Final = r"(?:of|for|and|with|to|in|the|via|on|from|by|through|using|as|under|a|an|or|at)"
_PHRASE: Final = re.compile(rf"{_CAPITAL}(?: (?:{_LINK} ){{0,2}}{_CAPITAL}){{1,20}}")
_PHRASE_WORD: Final = re.compile(rf"{_CAPITAL}|{_LINK}")
_WORD: Final = re.compile(r"\S+")
_BRACKETS: Final = re.compile(r"\(([^()]{3,})\)")
_INSIDE: Final = re.compile(rf"({_NAME})(?:, or .*)?")
_IN_FRONT: Final = re.compile(rf"(?<![\w\-]){_NAME}$")
#: Words with which a sentence begins, and no phrase.
_NO_START: Final = re.compile(rf"{_LINK}|our|we|this|these|its|while|although|then|here", re.IGNORECASE)
_PROPOSED: Final = re.compile(rf"\b(?:propos|introduc|present|develop|design|releas|{NAMING})\w*[^.]*$", re.IGNORECASE)
#: Characters in front of a bracket in which a long form and what proposes it are looked for.
_FARTHEST: Final = 160


def find_bracketed(text: str, title: str) -> Iterator[Abbreviation]:
    """Yield what a paper spells out in brackets whose letters do not say so: "TWISTER (ToWards Imputation on Graphs)".

    Only for what the title names or the sentence proposes: "Acme (A Large Company)" is no abbreviation.

    >>> [found.long for found in find_bracketed("We propose QuaK (Sparse Tuning for Big Nets).", "")]
    ['Sparse Tuning for Big Nets']
    >>> [found.long for found in find_bracketed("The Quilted Tuning of Nets (QuaK) is good.", "QuaK is good")]
    ['Quilted Tuning of Nets']
    """
    for match in _BRACKETS.finditer(text):
        low = max(0, match.start() - _FARTHEST)
        before = text[low : match.start()].rstrip()
        inside, in_front = _INSIDE.fullmatch(match[1]), _IN_FRONT.search(before)
        if inside:
            name, start = inside[1], _phrase_start(before)
            found = Abbreviation(name, before[start:], match.start(1), low + start)
        elif in_front and _PHRASE.fullmatch(match[1]):
            found = Abbreviation(in_front.group(), match[1], low + in_front.start(), match.start(1))
        else:
            continue
        if len(found.long.split()) < 3 or not is_phrase(found.long):
            continue
        is_given = re.search(rf"(?<![\w\-]){re.escape(found.short)}(?![\w\-])", title) or _PROPOSED.search(
            text[low : min(found.short_start, found.long_start)]
        )
        # "Point-JEPA (Joint-Embedding Predictive Architecture)" spells out a part.
        is_part = "-" in found.short and abbreviates(found.short.rpartition("-")[2], found.long)
        if is_given and not is_part:
            yield found


def is_phrase(long: str) -> bool:
    """Return whether a long form is all in capitals, small words between them aside: it has an end that shows."""
    return bool(_PHRASE.fullmatch(long))


def _phrase_start(text: str) -> int:
    """Return where the words in capitals and the small words between them start that a text ends with."""
    words = list(_WORD.finditer(text))
    first = len(words)
    while first and _PHRASE_WORD.fullmatch(words[first - 1].group()):
        first -= 1
    while first < len(words) and _NO_START.fullmatch(words[first].group()):
        first += 1
    return words[first].start() if first < len(words) else len(text)
