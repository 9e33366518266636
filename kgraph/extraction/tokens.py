"""Text → tokens and sentences, both with exact offsets."""

from __future__ import annotations

import re
from typing import Final

Span = tuple[int, int]

# Words keep an inner decimal point (Qwen2.5, 3.5); every other symbol is a token of its own.
_TOKEN: Final = re.compile(r"\w+(?:\.\d\w*)*|[^\w\s]")
_BREAK: Final = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n{2,}")
_NO_BREAK: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|al|etc|fig|figs|eq|eqs|sec|no|resp|approx|w\.r\.t|viz|dr|prof|st|dept|inc|[A-Z]))\.$",
    re.IGNORECASE,
)
#: What stands in a title between a name and what it is: "HEAPO -- An Open Dataset".
TITLE_BREAK: Final = re.compile(r":| :| (?:--?|[—–|])\s")
_STARTS_SENTENCE: Final = re.compile(r"[\"'“‘(\[$]*[A-Z0-9À-ÞΑ-Ω]")


def find_tokens(text: str) -> list[Span]:
    """Return the spans of the words and symbols of a text; hyphens and slashes split words.

    >>> [("GPT-4V (ours)")[start:end] for start, end in find_tokens("GPT-4V (ours)")]
    ['GPT', '-', '4V', '(', 'ours', ')']
    """
    return list(map(re.Match.span, _TOKEN.finditer(text)))


def split_tokens(text: str) -> list[str]:
    """Return the words and symbols of a text."""
    return _TOKEN.findall(text)


def find_sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of a text, without surrounding white space.

    >>> text = "We use BERT, i.e. an encoder. It works."
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['We use BERT, i.e. an encoder.', 'It works.']
    """
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        if not _ends_sentence(text, match):
            continue
        _append_stripped(spans, text, start, match.start() + len(match.group().rstrip()))
        start = match.end()
    _append_stripped(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, gap: re.Match[str]) -> bool:
    if gap.group().startswith("\n"):
        return True
    before = text[max(0, gap.start() - 12) : gap.start()]
    if before.endswith(".") and _NO_BREAK.search(before):
        return False
    return bool(_STARTS_SENTENCE.match(text, gap.end())) or before.endswith(("!", "?"))


def _append_stripped(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    if start < end:
        spans.append((start, end))
