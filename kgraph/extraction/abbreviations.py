"""Abbreviations and their long forms: by the initials of words, else by the method of Schwartz and Hearst (2003).

A. S. Schwartz and M. A. Hearst: A simple algorithm for identifying abbreviation definitions in
biomedical text. Pacific Symposium on Biocomputing 8, 451-462. Their shortest match takes "supervised learning" for SSL,
whose letters it has: where each letter begins a word, the words are taken instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kgraph.notation import find_bare

_PARENTHESIS: Final = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT: Final = re.compile(r"(?=[\w$])(?=.*[^\W\d_])[\w$][\w\-+./&$*@]{1,11}(?: [\w\-+]{1,6})?")
_CLAUSE: Final = re.compile(r"[.;:!?()\[\]]\s|\n|--|—")
_WORD: Final = re.compile(r"\S+")
_BRACKET: Final = re.compile(r"[()\[\]]")
_PIECE: Final = re.compile(r"[^\W_]+")
#: Words by which a paper gives a name.
NAMING: Final = "called|dubbed|named|termed|coined|namely"
# Words with which no name begins, so that "a Tool for X (TX)" does not start at "a".
WEAK_STARTS: Final = frozenset(
    ("a", "an", "the", "of", "for", "in", "on", "and", "or", "to", "with", "by", "our", "this", "that", "these", "its")
)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and its long form as one text defines them, with offsets into that text."""

    short: str
    long: str
    short_start: int
    long_start: int


def find_abbreviations(text: str) -> list[Abbreviation]:
    """Return the abbreviations that a text defines: ``long form (SF)`` and ``SF (long form)``.

    >>> [(found.short, found.long) for found in find_abbreviations("We use Low-Rank Adaptation (LoRA).")]
    [('LoRA', 'Low-Rank Adaptation')]
    """
    found = (_read_parenthesis(text, match) for match in _PARENTHESIS.finditer(text))
    return [abbreviation for abbreviation in found if abbreviation]


def abbreviates(short: str, long: str) -> bool:
    """Return whether a long form begins with the first letter of a short form and has the others in their order.

    >>> abbreviates("LoRA", "low-rank adaptation"), abbreviates("LoRA", "a low-rank adaptation")
    (True, False)
    """
    return _match_letters(short, long) == 0


def _read_parenthesis(text: str, match: re.Match[str]) -> Abbreviation | None:
    inside = re.split(r"[,;]\s|\s(?:or|i\.e\.)\s", match.group(1).strip())[0]
    inside_start = match.start(1) + match.group(1).index(inside) if inside else match.start(1)
    if _SHORT.fullmatch(inside):
        return _long_before(text, match.start(), inside, inside_start)
    return _long_inside(text, match.start(), inside, inside_start)


def _long_before(text: str, open_at: int, short: str, short_start: int) -> Abbreviation | None:
    letters = sum(character.isalnum() for character in short)
    before = text[max(0, open_at - 200) : open_at]
    clause = before[max((gap.end() for gap in _CLAUSE.finditer(before)), default=0) :].rstrip()
    words = list(_WORD.finditer(clause))[-min(letters + 5, letters * 2) :]
    if not words:
        return None
    window = clause[words[0].start() :]
    start = _match_initials(short, window)
    if start is None:
        start = _match_letters(short, window)
    if start is None:
        return None
    start = _word_start(short, window, start)
    long_start = open_at - (len(before) - len(before.rstrip())) - (len(window) - start)
    first, last = find_bare(window[start:])
    return _checked(short, window[start:][first:last], short_start, long_start + first)


def _long_inside(text: str, open_at: int, inside: str, inside_start: int) -> Abbreviation | None:
    before = re.search(r"\S+(?=\s*$)", text[max(0, open_at - 30) : open_at])
    if not before or not _SHORT.fullmatch(before.group()) or not re.search(r"[A-Z].*[A-Z0-9]", before.group()):
        return None
    starts = (_match_initials(before.group(), inside), _match_letters(before.group(), inside))
    if all(start is None or _word_start(before.group(), inside, start) for start in starts):
        return None
    return _checked(before.group(), inside, max(0, open_at - 30) + before.start(), inside_start)


def _match_initials(short: str, window: str) -> int | None:
    """Return where in ``window`` its last words start that begin with the letters, small words in between aside."""
    letters = short_letters(short)
    for piece in reversed(list(_PIECE.finditer(window))):
        word = piece.group().lower()
        if word[0] == letters[-1]:
            letters.pop()
            if not letters:
                return piece.start()
        elif word not in WEAK_STARTS:
            return None
    return None


def _word_start(short: str, window: str, start: int) -> int:
    """Return where the word with hyphens starts, if it has the letter too: Multi-Modal Large Language Model (MLLM)."""
    whole = window.rfind(" ", 0, start) + 1
    return whole if window[whole].lower() == short[0].lower() else start


def short_letters(short: str) -> list[str]:
    """Return the letters and digits of a short form, without the s of its plural."""
    characters = [character for character in short.lower() if character.isalnum()]
    if short.endswith("s") and short[:-1].isupper() and len(short) > 2:
        characters.pop()
    return characters


def _match_letters(short: str, window: str) -> int | None:
    """Return where in ``window`` the long form starts, matching letters from right to left."""
    characters = short_letters(short)
    lowered, at = window.lower(), len(window)
    if len(lowered) != len(window):
        return None
    for index in range(len(characters) - 1, -1, -1):
        at = lowered.rfind(characters[index], 0, at)
        while index == 0 and at > 0 and lowered[at - 1].isalnum():
            at = lowered.rfind(characters[index], 0, at)
        if at < 0:
            return None
    return at


def _checked(short: str, long: str, short_start: int, long_start: int) -> Abbreviation | None:
    words = _PIECE.findall(long)
    letters = sum(character.isalnum() for character in short)
    if len(long) <= len(short) or not words or words[0].lower() in WEAK_STARTS or _BRACKET.search(long):
        return None
    if len(words) > letters + 5 or len(words) > letters * 2 or short.lower() in (word.lower() for word in words):
        return None
    if len(words) == 1 and letters < 3:
        return None
    if short.istitle() and long.islower():
        return None  # "a fast baseline (Mamba)" tells what Mamba is
    return Abbreviation(short, long, short_start, long_start)
