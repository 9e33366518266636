"""Which two of a paper's own names are one: "Mixture of Sparse Adapters, or MoSA"; "AutoL2S: Auto Long-Short …".

Abbreviations are found by their letters wherever they stand. What a paper introduces has names that no letters explain,
"Mixture of Scales (BinaryMoS)": but two of its own names, one in brackets behind the other, are one thing in 508 of 531
labelled cases, and elsewhere where the capitals of the one begin words of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from Stemmer import Stemmer

from kgraph.extraction.abbreviations import NAMING, abbreviates
from kgraph.extraction.appositions import is_kind
from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.expansions import spells_out
from kgraph.extraction.labels import find_whole
from kgraph.extraction.tokens import TITLE_BREAK
from kgraph.names import normal_form
from kgraph.records import FIELDS, Role

_SAYING: Final = (
    rf"(?:or|i\.e\.,?|{NAMING}|short for|abbreviated as|denoted (?:as|by)|"
    r"which stands for|stand(?:s|ing) for|referred to as)"
)
#: What stands between a name and another in brackets behind it, with up to two words of its kind: "MoS scheme (".
_OPENED: Final = re.compile(rf"[^\w.;:!?()]*(?: [\w-]+){{0,2}} ?\(\W*(?:{_SAYING} )?\W*")
#: The same where the letters agree: "dynamic correction decoding method for MLLMs (".
_OPENED_FAR: Final = re.compile(r"[^.;:!?()]*\(\W*")
_CLOSED: Final = re.compile(r"[^\w\s(]*\)")
_NAMED: Final = re.compile(rf",? {_SAYING} (?:(?:the|an?) )?\W*")
_HEADED: Final = re.compile(rf"(?:{TITLE_BREAK.pattern})\s*(?:(?:[Aa]n?|[Tt]he) )?")
_APPOSED: Final = re.compile(r",? (?:is )?(?:an?|the)(?: [\w-]+){0,4} ")
#: TeX, and the digits that repeat a letter: A$^2$PR, M2R2.
_MARKS: Final = re.compile(r"\\[A-Za-z]+|[\\{}$^*_\"'\d]")
#: "Natural Language (NL) Controller".
_BRACKETED: Final = re.compile(r"(.*)\((\w+)\)(.*)")
_STARTS: Final = re.compile(r"[A-Z]|(?<![^\W_])[^\W_]")
#: What says that two names are one has no more characters.
_FARTHEST: Final = 60


def join_own_names(
    document: Document, names: Sequence[PaperName], roles: Sequence[Role]
) -> tuple[Document, Sequence[PaperName], Sequence[Role]]:
    """Make one of two names that are one thing which the paper introduces.

    Returns the document, in which the shorter is now an abbreviation of the longer, the names, and their roles.
    """
    forms = {normal_form(surface) for name in names for surface in name.surfaces}
    # "timestep-aware uncertainty estimation module (UEM)": what the letters explain may be a part of a name.
    long_forms = {short: long for short, long in document.long_forms.items() if normal_form(long) in forms}
    known = len(long_forms)
    for pair in _find_pairs(document, names, roles):
        explained = {normal_form(long) for long in long_forms.values()}
        long, short = sorted(pair, key=lambda surface: (normal_form(surface) not in explained, -len(surface)))
        form = normal_form(short)
        if form not in long_forms and form not in explained and form != normal_form(long):
            long_forms[form] = long
    if len(long_forms) == known:
        return document, names, roles
    long_forms = document.long_forms | long_forms
    document = replace(document, long_forms=long_forms)
    role_at = {span: role for name, role in zip(names, roles, strict=True) for span in name.occurrences}
    joined = group_names(document, role_at)
    return document, joined, [role_at[name.occurrences[0]] for name in joined]


def _find_pairs(document: Document, names: Sequence[PaperName], roles: Sequence[Role]) -> Iterator[tuple[str, str]]:
    """Yield two names of one thing: side by side, no other name between them, or the one spelling the other out."""
    own = [role == "introduces" and name.type != "metric" for name, role in zip(names, roles, strict=True)]
    standing = [(span, number) for number, name in enumerate(names) for span in name.occurrences]
    standing.sort(key=lambda each: (FIELDS.index(each[0].field), each[0].start))
    for (left, one), (right, other) in pairwise(standing):
        if left.field != right.field or one == other or not (own[one] and own[other]):
            continue
        text = document.paper.text(left.field)
        first, second = text[left.start : left.end], text[right.start : right.end]
        # "EViP (EViP++)" names two.
        if _says_one(text, left, right) and not find_whole(first, second) and not find_whole(second, first):
            yield first, second
    surfaces = [surface for name, mine in zip(names, own, strict=True) if mine for surface in name.surfaces]
    initials = [(surface, _find_capitals(surface)) for surface in surfaces if " " not in surface]
    by_words = {_split(surface): surface for surface in surfaces}
    by_stems: dict[tuple[str, ...], str] = {}
    for long in (surface for surface in surfaces if " " in surface):
        # What differs in endings alone, "Layer Drafting" and "layer drafts": 68 of 69 labelled pairs are one.
        same = by_stems.setdefault(tuple(_stemmer().stemWords(_split(long))), long)
        if same != long:
            yield same, long
        for short, capitals in initials:
            if spells_out(capitals, _bare(long)):
                yield short, long
        for words in _shorten(long):
            if words in by_words:
                yield by_words[words], long


def _says_one(text: str, left: Tagged, right: Tagged) -> bool:
    between = text[left.end : right.start]
    if len(between) > _FARTHEST:
        return False
    first, second = text[left.start : left.end], text[right.start : right.end]
    closed = bool(_CLOSED.match(text, right.end))
    if closed and _OPENED.fullmatch(between):
        return True
    if left.field == "title" and left.start == 0 and _HEADED.fullmatch(between):
        return abbreviates(_bare(first), _bare(second))
    heading = left.field == "title" and ":" in between
    far = closed and _OPENED_FAR.fullmatch(between)
    if heading or _NAMED.fullmatch(between) or _APPOSED.fullmatch(between) or far:
        return _agree(first, second)
    return False


def _shorten(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of what one thing is called too: all but one before the last, or but what it is called.

    Of the labelled pairs of a paper's own names 318 of 396 that differ so are one: "Inverse-Entropy Voting" and
    "inverse-entropy weighted voting", "Cross Anything" and "Cross Anything System", and 92 of 115 that differ
    by the first two words, "Omni-Scaled Canalized Rotation". So is a name with an abbreviation in it what it is without
    the long form: "Natural Language (NL) Controller" and "NL Controller".
    """
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed:
        yield _split(bracketed[2] + bracketed[3])
    words = _split(bracketed[1] + bracketed[3] if bracketed else name)
    if len(words) > 2 and not any(word.isdigit() for word in words):
        yield from (words[:at] + words[at + 1 :] for at in range(len(words) - 1))
        if len(words) > 3:
            yield words[2:]
        if is_kind(words[-1]):
            yield words[:-1]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    return Stemmer("english")


def _split(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s\-–]+", name.lower().strip()))


def _agree(first: str, second: str) -> bool:
    """Return whether the shorter name abbreviates the longer, and its capitals begin words there, in their order."""
    short, long = sorted((_bare(first), _bare(second)), key=len)
    starts = iter([start.lower() for start in _STARTS.findall(long)])
    return len(short) > 1 and all(capital in starts for capital in _find_capitals(short)) and abbreviates(short, long)


def _find_capitals(name: str) -> list[str]:
    """Return the first letter and the other capitals of a name, in small letters."""
    letters = [letter for letter in _bare(name) if letter.isalnum()]
    return [letter.lower() for at, letter in enumerate(letters) if at == 0 or letter.isupper()]


def _bare(name: str) -> str:
    return _MARKS.sub("", name)
