"""A paper as extraction sees it: sentences of words with offsets, and the abbreviations it defines."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from kgraph.extraction.abbreviations import find_abbreviations
from kgraph.extraction.tokens import Span, find_sentences, find_tokens
from kgraph.names import normal_form
from kgraph.records import FIELDS, Field, Paper


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
    """Cut the title and the abstract of a paper into sentences and find its abbreviations."""
    sentences: list[Sentence] = []
    long_forms: dict[str, str] = {}
    long_spans: set[tuple[Field, int, int]] = set()
    for field in FIELDS:
        text = paper.text(field)
        sentences += cut_sentences(field, text)
        for found in find_abbreviations(text):
            long_forms.setdefault(normal_form(found.short), found.long)
            long_spans.add((field, found.long_start, found.long_start + len(found.long)))
    return Document(paper, tuple(sentences), long_forms, frozenset(long_spans))


def cut_sentences(field: Field, text: str) -> list[Sentence]:
    """Return the sentences of a field with their words; a title is one sentence."""
    bounds = find_sentences(text) if field == "abstract" else _whole(text)
    tokens = find_tokens(text)
    sentences: list[Sentence] = []
    at = 0
    for start, end in bounds:
        stop = bisect_left(tokens, (end,), at)
        spans = tuple(tokens[at:stop])
        if spans:
            sentences.append(Sentence(field, start, end, tuple(text[a:b] for a, b in spans), spans))
        at = stop
    return sentences


def _whole(text: str) -> list[Span]:
    stripped = text.strip()
    start = len(text) - len(text.lstrip())
    return [(start, start + len(stripped))] if stripped else []
