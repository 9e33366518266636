"""A paper as extraction sees it: sentences of words with offsets, and the abbreviations it defines."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Final

from kgraph.extraction.abbreviations import find_abbreviations
from kgraph.extraction.bracketed import find_bracketed
from kgraph.extraction.expansions import find_expansions
from kgraph.extraction.tokens import Span, find_sentences, find_tokens
from kgraph.names import normal_form
from kgraph.records import FIELDS, Field, Paper

#: Words after which a sentence is cut: of 566,761 in 65,000 real papers the longest has 346. What compares the names
#: within a sentence would take hours for a text without a full stop.
LONGEST_SENTENCE: Final = 400
#: Characters of a title or an abstract in which names are looked for; abstracts have some 2,000, whole papers 50,000.
LONGEST_TEXT: Final = 50_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a field: its span, and the words with their spans in the field."""

    field: Field
    start: int
    end: int
    words: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A paper cut into sentences; ``long_forms`` maps normal forms of short forms to long forms."""

    paper: Paper
    sentences: tuple[Sentence, ...]
    long_forms: dict[str, str]
    long_spans: frozenset[tuple[Field, int, int]]


def read_document(paper: Paper) -> Document:
    """Cut the title and the abstract of a paper into sentences and find its abbreviations.

    Of a text that is longer than any abstract the document has the beginning only.
    """
    if any(len(paper.text(field)) > LONGEST_TEXT for field in FIELDS):
        paper = replace(paper, title=_beginning(paper.title), abstract=_beginning(paper.abstract))
    sentences: list[Sentence] = []
    long_forms: dict[str, str] = {}
    long_spans: set[tuple[Field, int, int]] = set()
    for field in FIELDS:
        sentences += cut_sentences(field, paper.text(field))
        for found in find_abbreviations(paper.text(field)):
            long_forms.setdefault(normal_form(found.short), found.long)
            long_spans.add((field, found.long_start, found.long_start + len(found.long)))
    for field in FIELDS:
        for found in find_expansions(paper.text(field)):
            long = long_forms.setdefault(normal_form(found.short), found.long)
            if normal_form(long) != normal_form(found.long):
                long_forms.setdefault(normal_form(found.long), long)
            long_spans.add((field, found.long_start, found.long_start + len(found.long)))
    for found in find_bracketed(paper.abstract, paper.title):
        # Where the letters explain a name they know better.
        if normal_form(found.short) not in long_forms:
            long_forms[normal_form(found.short)] = found.long
            long_spans.add(("abstract", found.long_start, found.long_start + len(found.long)))
    return Document(paper, tuple(sentences), long_forms, frozenset(long_spans))


def cut_sentences(field: Field, text: str) -> list[Sentence]:
    """Return the sentences of a field with their words; a title is one sentence, unless it goes on for ever."""
    text = _beginning(text)
    bounds = find_sentences(text) if field == "abstract" else _whole(text)
    tokens = find_tokens(text)
    sentences: list[Sentence] = []
    at = 0
    for start, end in bounds:
        stop = bisect_left(tokens, (end,), at)
        for first in range(at, stop, LONGEST_SENTENCE):
            last = min(first + LONGEST_SENTENCE, stop)
            spans = tuple(tokens[first:last])
            begin, close = (start if first == at else spans[0][0]), (end if last == stop else spans[-1][1])
            sentences.append(Sentence(field, begin, close, tuple(text[a:b] for a, b in spans), spans))
        at = stop
    return sentences


def _whole(text: str) -> list[Span]:
    stripped = text.strip()
    start = len(text) - len(text.lstrip())
    return [(start, start + len(stripped))] if stripped else []


def _beginning(text: str) -> str:
    """Return a text up to the last blank before it gets too long."""
    if len(text) <= LONGEST_TEXT:
        return text
    blank = text.rfind(" ", 0, LONGEST_TEXT)
    return text[: blank if blank > 0 else LONGEST_TEXT]
