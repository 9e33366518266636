from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from marking import settle_marked

from kgraph.extraction import extract_all, extract_candidates
from kgraph.extraction.crf import SpanScore
from kgraph.extraction.documents import read_document
from kgraph.extraction.groups import group_spans
from kgraph.extraction.selection import select_names
from kgraph.names import normal_form
from kgraph.records import FIELDS, Candidate, Paper

PAPERS = [
    Paper(
        "a",
        "FastRank: Low-Rank Adapters for Speech Recognition",
        "We propose FastRank, a method that combines low-rank adaptation (LoRA) with knowledge distillation. "
        "On LibriSpeech, FastRank lowers the word error rate (WER) of wav2vec 2.0 by 8%. LoRA alone is slower.",
    ),
    Paper("b", "A Note on Gardens", ""),
    Paper(
        "c",
        "Pruning Vision Transformers",
        "Vision Transformers (ViTs) are large. We prune DeiT and Swin on ImageNet and report top-1 accuracy. "
        "ViTs keep their accuracy after structured pruning.",
    ),
]


def names(candidates: Sequence[Candidate]) -> dict[str, Candidate]:
    return {candidate.surface: candidate for candidate in candidates}


def assert_lawful(paper: Paper, candidates: Sequence[Candidate]) -> None:
    for field in FIELDS:
        last = 0
        for each in (each for each in candidates if each.field == field):
            text = paper.text(field)
            assert text[each.start : each.end] == each.surface
            assert last <= each.start < each.end <= len(text)
            assert 0 <= each.sentence_start <= each.start < each.sentence_end <= len(text)
            assert 0 <= each.confidence <= 1
            assert round(each.confidence, 3) == each.confidence
            last = each.end


def test_known_names_are_found_with_types_and_roles() -> None:
    found = names(extract_candidates(PAPERS[0]))
    assert (found["FastRank"].type, found["FastRank"].role) in {("method", "introduces"), ("model", "introduces")}
    assert (found["LibriSpeech"].type, found["LibriSpeech"].role) == ("dataset", "evaluates_on")
    assert found["knowledge distillation"].type == "method"
    assert found["Speech Recognition"].type == "task"


def test_every_occurrence_of_an_abbreviation_has_its_long_form_and_its_role() -> None:
    found = [each for each in extract_candidates(PAPERS[0]) if each.surface in ("LoRA", "low-rank adaptation")]
    assert len(found) == 3
    assert {each.long_form for each in found if each.surface == "LoRA"} == {"low-rank adaptation"}
    assert len({(each.type, each.role) for each in found}) == 1


def test_the_same_name_has_one_role_in_a_paper() -> None:
    for paper in PAPERS:
        roles: dict[str, set[str]] = {}
        for each in extract_candidates(paper):
            roles.setdefault(normal_form(each.surface), set()).add(each.role)
        assert all(len(values) == 1 for values in roles.values())


def test_offsets_are_lawful_before_and_after_settling() -> None:
    candidates = [extract_candidates(paper) for paper in PAPERS]
    for paper, before, after in zip(PAPERS, candidates, settle_marked(PAPERS, candidates), strict=True):
        assert_lawful(paper, before)
        assert_lawful(paper, after)


def test_a_name_known_from_other_papers_is_found_where_it_was_missed() -> None:
    papers = [Paper(str(number), "On gardens", "We plant BERT in the garden.") for number in range(4)]
    known = [
        [Candidate(str(number), "abstract", 9, 13, "BERT", "model", "uses", 0.95, "", 0, 28)] for number in range(3)
    ]
    settled = settle_marked(papers, [*known, []])
    assert [(each.surface, each.type) for each in settled[3]] == [("BERT", "model")]


def test_settling_does_not_depend_on_the_order_of_the_papers() -> None:
    candidates = [extract_candidates(paper) for paper in PAPERS]
    assert settle_marked(PAPERS[::-1], candidates[::-1]) == settle_marked(PAPERS, candidates)[::-1]


def test_an_acronym_is_not_found_in_a_common_word() -> None:
    papers = [
        Paper(str(number), "On acts", "We use ACT here." if number < 3 else "They act here.") for number in range(4)
    ]
    known = [
        [Candidate(str(number), "abstract", 7, 10, "ACT", "method", "uses", 0.95, "", 0, 16)] for number in range(3)
    ]
    assert settle_marked(papers, [*known, []])[3] == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_can_be_extracted_from(title: str, abstract: str) -> None:
    paper = Paper("p", title, abstract)
    candidates = extract_candidates(paper)
    assert_lawful(paper, candidates)
    assert_lawful(paper, settle_marked([paper], [candidates])[0])


def test_the_number_of_processes_changes_nothing() -> None:
    papers = [Paper(f"{paper.id}{number}", paper.title, paper.abstract) for number in range(60) for paper in PAPERS]
    assert list(extract_all(papers, processes=2)) == list(extract_all(papers, processes=1))


def test_quotation_marks_around_a_name_are_no_part_of_it() -> None:
    paper = Paper("paper/t-000000000001", 'We use "LoRA" and “BERT”', 'The model “BERT” is tuned with "LoRA" on GLUE.')
    assert {"LoRA", "BERT"} <= {each.surface for each in extract_candidates(paper)}


def test_one_name_with_and_without_its_hyphen_is_claimed_once() -> None:
    paper = Paper("h", "", "It uses self-reflection-based search.")
    document = read_document(paper)
    words = document.sentences[0].words
    first, last = words.index("self"), words.index("reflection") + 1
    spans = [SpanScore(0, first, end, {"method": score}) for end, score in ((last, 0.9), (last + 1, 0.8))]
    groups = group_spans(document, spans)
    assert len(groups) == 1
    (name,) = select_names(document, groups, np.array([[0.1, 0.9, 0, 0, 0, 0]]), np.array([0.7]))
    assert name.surfaces == ("self-reflection",)
    assert (name.score, name.own) == (0.9, 0.7)


def test_the_word_that_a_title_announces_is_a_name_as_a_whole() -> None:
    abstract = "p-MoD trains LLaVA faster than MoD does. We evaluate p-MoD on ScienceQA."
    found = extract_candidates(Paper("p", "p-MoD: Fewer Tokens in Each Layer", abstract))
    first = found[0]
    assert (first.field, first.surface, first.role) == ("title", "p-MoD", "introduces")
    assert "Rethinking" not in names(extract_candidates(Paper("q", "Rethinking: Fewer Tokens in Each Layer", abstract)))


def test_what_a_paper_says_that_it_proposes_is_introduced_however_well_known() -> None:
    text = "This paper introduces GPT-3, an autoregressive language model. We introduce BERT-based scores to judge it."
    found = names(extract_candidates(Paper("p", "Language Models are Few-Shot Learners", text)))
    assert found["GPT-3"].role == "introduces"
    assert found["BERT"].role != "introduces"


def test_a_sure_name_keeps_the_places_of_shorter_names_inside_it() -> None:
    document = read_document(Paper("h", "", "HARE is good. The HARE-1B is small."))
    inner, outer = 0.3, 0.8
    whole = document.sentences[1].words.index("is")
    spans = [
        SpanScore(0, 0, 1, {"method": 0.9}),
        SpanScore(1, 1, 2, {"method": inner}),
        SpanScore(1, 1, whole, {"model": outer}),
    ]
    groups = group_spans(document, spans)
    scores = np.array([[0.0, 1, 0, 0, 0, 0], [0.2, 0, 0.8, 0, 0, 0]])
    own = np.zeros(2)
    assert [name.surfaces for name in select_names(document, groups, scores, own)] == [("HARE",), ("HARE-1B",)]
    doubtful = np.array([[0.0, 1, 0, 0, 0, 0], [0.5, 0, 0.5, 0, 0, 0]])
    assert [name.surfaces for name in select_names(document, groups, doubtful, own)] == [("HARE",)]
