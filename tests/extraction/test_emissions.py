"""The tagger's sums without texts are the sums over the features that training writes, and no company changes them."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extraction.crf import Chain, find_spans, run_chain
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.emissions import Emitter, Sums
from kgraph.extraction.extracting import extract_candidates, extract_papers
from kgraph.extraction.features import own_features, tagger_features
from kgraph.extraction.model import load_model
from kgraph.records import Paper

PAPERS = [
    Paper(
        "a",
        "FastRank: Low-Rank Adapters for Speech Recognition",
        "We propose FastRank, a method that combines low-rank adaptation (LoRA) with knowledge distillation (KD). "
        "On LibriSpeech, FastRank lowers the word error rate (WER) of wav2vec 2.0 by 8%. LoRA alone is slower.",
    ),
    Paper("b", "A Note on Gardens", ""),
    Paper(
        "c", "", 'ViTs = "vision transformers" - - and / or CNNs. ^ $ _x_ the the THE the the the état λ-calculus ² ３'
    ),
    Paper("d", "One: two = three", "One. Two! three? Graph neural networks (GNNs), e.g. state-of-the-art GNNs."),
    Paper("e", "", ""),
]
TOKENS = (
    "the",
    "neural",
    "Networks",
    "BERT",
    "-",
    "_x",
    "fine",
    "tuning",
    ":",
    "(",
    ")",
    ".",
    "ImageNet",
    "1k",
    "^",
    "$",
)
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join))


def summed(document: Document) -> list[list[float]]:
    tagger = load_model().tagger
    rows = [row for rows in tagger_features(document, tagger.words) for row in rows]
    return [tagger.chain.total(row).tolist() for row in rows]


def summed_own(document: Document) -> list[list[int]]:
    tagger = load_model().tagger
    index, table = tagger.network.index, tagger.network.table
    rows = [row for rows in own_features(document, tagger.words) for row in rows]
    return [table[[index[f] for f in row if f in index]].sum(axis=0, dtype=np.int64).tolist() for row in rows]


def emitted(*papers: Paper) -> Sums:
    tagger = load_model().tagger
    return Emitter(tagger.chain, tagger.network, tagger.words).sums([read_document(paper) for paper in papers])


def test_emissions_are_the_sums_over_the_features_of_training_to_the_bit() -> None:
    expected = [row for paper in PAPERS for row in summed(read_document(paper))]
    assert emitted(*PAPERS).emissions.tolist() == expected


def test_what_a_word_is_to_the_network_is_the_sum_over_its_own_features() -> None:
    words = load_model().tagger.words
    documents = [read_document(paper) for paper in PAPERS]
    sums = emitted(*PAPERS)
    assert sums.own.tolist() == [row for document in documents for row in summed_own(document)]
    spoken = [word for document in documents for sentence in document.sentences for word in sentence.words]
    assert (words.lexicon.vectors[sums.vectors] == words.lexicon.find_vectors(spoken)).all()


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_emissions_are_these_sums_for_any_text(title: str, abstract: str) -> None:
    document = read_document(Paper("p", title, abstract))
    if document.sentences:
        sums = emitted(document.paper)
        assert sums.emissions.tolist() == summed(document)
        assert sums.own.tolist() == summed_own(document)


def test_words_that_are_dropped_from_memory_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tagger = load_model().tagger
    documents = [read_document(paper) for paper in PAPERS]
    expected = tagger.find_all_spans(documents)
    monkeypatch.setattr("kgraph.extraction.word_table.WORDS_KEPT", 3)
    monkeypatch.setattr("kgraph.extraction.mark_sums._MARKS_KEPT", 3)
    assert [tagger.find_spans(document) for document in documents] == expected
    assert tagger.find_all_spans(documents) == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PAPERS), min_size=1, max_size=40))
def test_a_paper_gets_the_same_bits_in_any_company(company: list[Paper]) -> None:
    tagger = load_model().tagger
    documents = [read_document(paper) for paper in company]
    assert tagger.find_all_spans(documents) == [tagger.find_spans(document) for document in documents]


def test_papers_extracted_together_and_one_by_one_are_the_same() -> None:
    model = load_model()
    assert extract_papers(PAPERS, model) == [extract_candidates(paper, model) for paper in PAPERS]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_marginals_are_those_of_all_labellings(lengths: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = Chain({}, np.zeros((0, 3), np.int8), random.normal(size=(3, 3)))
    emissions = random.normal(size=(sum(lengths), 3))
    marginals = run_chain(weights, emissions, lengths).marginals()
    first = 0
    for length in lengths:
        expected = np.zeros((length, 3))
        for labels in product(range(3), repeat=length):
            score = sum(emissions[first + at, label] for at, label in enumerate(labels))
            score += sum(weights.transitions[pair] for pair in pairwise(labels))
            expected[range(length), labels] += np.exp(score)
        expected /= expected.sum(axis=1, keepdims=True)
        assert np.allclose(marginals[first : first + length], expected)
        first += length


def test_the_probability_of_a_span_is_that_of_its_labellings() -> None:
    random = np.random.default_rng(5)
    weights = Chain({}, np.zeros((0, 11), np.int8), random.normal(size=(11, 11)))
    emissions = random.normal(size=(3, 11))
    emissions[0, 3] += 3
    emissions[1, 4] += 3
    spans = find_spans(run_chain(weights, emissions, [3]), [3], [1])[0]
    total, inside = 0.0, 0.0
    for labels in product(range(11), repeat=3):
        score = np.exp(emissions[range(3), labels].sum() + weights.transitions[labels[:-1], labels[1:]].sum())
        total += score
        inside += score if labels[:2] == (3, 4) and labels[2] != 4 else 0.0
    found = next(span for span in spans if (span.start, span.end) == (0, 2))
    assert np.isclose(found.scores["model"], inside / total)
