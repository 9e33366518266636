"""Spans from outside, whatever the text and wherever they lie."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extraction import load_model
from kgraph.extraction.documents import read_document
from kgraph.extraction.entities import Tagged
from kgraph.extraction.proposals import cut_passages, keep_apart, propose_candidates
from kgraph.extraction.tokens import find_tokens
from kgraph.records import ENTITY_TYPES, FIELDS, Paper

# Letters, marks and gaps that make abbreviations, sentence ends and names that are not whole words.
TEXTS = st.text(alphabet="AaBb1é. \n-(),;中", max_size=60) | st.text(max_size=40)
SPANS = st.lists(
    st.builds(
        Tagged,
        st.sampled_from(FIELDS),
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(ENTITY_TYPES),
        st.floats(0, 1),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(TEXTS, TEXTS, SPANS)
def test_candidates_lie_in_their_sentences_without_overlap(title: str, abstract: str, spans: list[Tagged]) -> None:
    paper = Paper("p", title, abstract)
    document = read_document(paper)
    dropped: Counter[str] = Counter()
    kept = keep_apart(document, spans, dropped)
    found = propose_candidates(document, kept, load_model(), {("title", 0, 1): "introduces"})
    assert len(kept) + dropped.total() == len(spans)
    assert len(found) >= len(kept)
    for each in found:
        assert paper.text(each.field)[each.start : each.end] == each.surface
        assert each.sentence_start <= each.start < each.end
    for one, two in pairwise(found):
        assert one.field != two.field or one.end <= two.start


@given(TEXTS, TEXTS, st.integers(1, 9))
def test_passages_hold_every_word_once_and_no_more_than_allowed(title: str, abstract: str, words: int) -> None:
    paper = Paper("p", title, abstract)
    passages = cut_passages(read_document(paper), words)
    for field in FIELDS:
        text = paper.text(field)
        pieces = [text[each.start : each.end] for each in passages if each.field == field]
        tokens = [[piece[start:end] for start, end in find_tokens(piece)] for piece in pieces]
        assert all(len(each) <= words for each in tokens)
        assert [token for each in tokens for token in each] == [text[start:end] for start, end in find_tokens(text)]
