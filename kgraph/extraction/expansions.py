"""Long forms that stand beside their short form without brackets: "SAGE: Skill Augmented GRPO for self-Evolution".

The letters of the short form must begin the words of the long form, all of them and in order; small words between them
and the second parts of words with hyphens may begin with others. Of some 320 such pairs in 11,635 labelled papers two
or three are no definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kgraph.extraction.abbreviations import NAMING, WEAK_STARTS, Abbreviation, short_letters
from kgraph.extraction.tokens import TITLE_BREAK

#: At least so many letters, all of them capitals.
_FEWEST: Final = 3
_SHORT: Final = re.compile(r"(?<![\w\-])[A-Z](?:[A-Z]|-(?=[A-Z])){1,10}[A-Z]s?(?![\w\-])")
_ARTICLE: Final = r"(?:[Aa]n?|[Tt]he) (?:(?:novel|new) )?"
#: What stands between a short form and the long form behind it: in the title, and anywhere.
_HEADING: Final = re.compile(rf"(?:{TITLE_BREAK.pattern})\s*(?:{_ARTICLE})?")
_APPOSED: Final = re.compile(
    rf"(?:(?:,| is) {_ARTICLE}|,? \(?(?:short for|which stands for|stand(?:s|ing) for) (?:{_ARTICLE})?)[\"“]?"
)
#: What stands between a long form and the short form behind it.
_CALLED: Final = re.compile(
    rf"[\"”]?,? (?:{NAMING}|or|i\.e\.,?|known as|(?:abbreviated|denoted)(?: as)?|"
    r"which we (?:call|term|dub|name)) (?:the )?[\"“]?$"
)
#: Characters in front of a short form in which that is looked for.
_BACK: Final = 30
_WORD: Final = re.compile(r"[^\W_]+")
_GAP: Final = re.compile(r"[.,;:?!()\[\]]|--|[–—]")
#: What stands behind a long form: the end of its clause, a small word, or the noun that it is called.
_END: Final = re.compile(
    r"\s*(?:$|[.,;:?!()\[\]\"”–—]|--|(?:for|in|with|of|via|on|to|by|using|from|at|as|and|or|towards?|under|without|"
    r"through|over|that|which|is|are|into|across|against|based|we|it)\b|(?:framework|paradigm|model|method|approach|"
    r"algorithm|network|system|benchmark|dataset|technique|scheme|strategy|pipeline|architecture|module|mechanism|"
    r"library|toolkit)s?\b)",
    re.IGNORECASE,
)
#: Words that the letters may pass over.
_SMALL: Final = WEAK_STARTS | {"as", "at", "from", "into", "over", "through", "under", "using", "via", "without"}
#: Characters that a long form may have.
_LONGEST: Final = 160


def find_expansions(text: str) -> Iterator[Abbreviation]:
    """Yield the abbreviations that a text spells out beside them: behind a colon, a comma or "is", before "dubbed".

    >>> [found.long for found in find_expansions("SDAR: A Synergistic Diffusion-AutoRegression Model")]
    ['Synergistic Diffusion-AutoRegression']
    >>> [found.long for found in find_expansions("Prompt Redesign for Inference-time Scaling, coined PRIS.")]
    ['Prompt Redesign for Inference-time Scaling']
    """
    for match in _SHORT.finditer(text):
        first, last = match.span()
        letters = short_letters(match.group())
        ahead = _APPOSED.match(text, last) or (None if text[:first].strip() else _HEADING.match(text, last))
        end = _spell(letters, text, ahead.end()) if ahead else None
        if ahead and end is not None:
            yield Abbreviation(match.group(), text[ahead.end() : end], first, ahead.end())
        low = max(0, first - _BACK)
        called = _CALLED.search(text[low:first])
        start = _spell_back(letters, text[: low + called.start()]) if called else None
        if called and start is not None:
            yield Abbreviation(match.group(), text[start : low + called.start()], first, start)


def spells_out(letters: Sequence[str], long: str) -> bool:
    """Return whether letters begin the words of a name, as those of a short form do.

    >>> spells_out("pris", "Prompt Redesign for Inference-time Scaling"), spells_out("pris", "Prompt Redesign")
    (True, False)
    """
    return _spell(list(letters), long, 0) == len(long)


def _spell(letters: Sequence[str], text: str, start: int) -> int | None:
    """Return where the words from ``start`` on have spelled all letters, or None where they do not."""
    if len(letters) < _FEWEST:
        return None
    spelled, behind = {0}, start
    for word in _WORD.finditer(text, start):
        if word.start() > start + _LONGEST or (word.start() > start and _GAP.search(text, behind, word.start())):
            return None
        behind = word.end()
        initials = _initials(word.group())
        taken = {at + len(starts) for at in spelled for starts in initials if letters[at : at + len(starts)] == starts}
        if len(letters) in taken and text[behind : behind + 1] != "-" and _END.match(text, behind):
            return behind
        small = word.group().lower() in _SMALL or text[word.start() - 1] == "-"
        passed = spelled if small and word.start() > start else set()
        spelled = (taken | passed) - {len(letters)}
        if not spelled:
            return None
    return None


def _initials(word: str) -> list[list[str]]:
    """Return the letters that a word may stand for: its first, or that and its other capitals, as in AutoRegression."""
    inner = [letter.lower() for letter in word[1:] if letter.isupper()]
    first = [word[0].lower()]
    return [first] if not inner or word.isupper() else [first, first + inner]


def _spell_back(letters: Sequence[str], text: str) -> int | None:
    """Return where the last words start that spell the letters, or None."""
    words = list(_WORD.finditer(text, max(0, len(text) - _LONGEST)))
    for word in reversed(words):
        if _GAP.search(text, word.end()):
            return None
        begins = word.group()[0].lower() == letters[0] and word.group().lower() not in _SMALL
        if begins and _spell(letters, text, word.start()) == len(text):
            return word.start()
    return None
