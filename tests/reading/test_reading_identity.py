"""Which records are one paper, whatever their order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.reading import find_identifiers, fold_title, merge_papers, name_paper
from kgraph.records import Paper, Source


def paper(title: str, *identifiers: tuple[str, str], abstract: str = "", record: int = 1, **fields: object) -> Paper:
    kept = tuple(sorted(identifiers))
    sources = (Source("f", record),)
    return Paper(name_paper(title, kept), title, abstract, identifiers=kept, sources=sources, **fields)  # type: ignore[arg-type]


ARXIV = ("arxiv", "2106.09685")
OTHER_ARXIV = ("arxiv", "2106.00001")
DOI = ("doi", "10.1000/ex")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2106.09685v3", {ARXIV}),
        ("arXiv:2106.09685", {ARXIV}),
        ("http://arxiv.org/abs/2106.09685v1", {ARXIV}),
        ("https://export.arxiv.org/pdf/2106.09685.pdf", {ARXIV}),
        ("https://huggingface.co/papers/2106.09685", {ARXIV}),
        ("https://doi.org/10.48550/arXiv.2106.09685", {ARXIV}),
        ("10.48550/ARXIV.2106.09685", {ARXIV}),
        ("arXiv preprint arXiv:2106.09685 (2021)", {ARXIV}),
        ("abs/2106.09685", {ARXIV}),
        ("math.GT/0309136", {("arxiv", "math/0309136")}),
        ("https://arxiv.org/abs/hep-th/9901001v2", {("arxiv", "hep-th/9901001")}),
        ("doi:10.1000/EX.", {DOI}),
        ("https://dx.doi.org/10.1000%2Fex", {DOI}),
        ("https://dl.acm.org/doi/pdf/10.1000/ex", {DOI}),
        ("10.1000/ex 10.1000/ey", {DOI, ("doi", "10.1000/ey")}),
        ("p160", set()),
        ("2106.0968", set()),
        ("2113.09685", set()),
        ("folder/0309136", set()),
        ("https://github.com/example/10.1000", set()),
        ("", set()),
    ],
)
def test_identifiers_are_found_and_normalised(text: str, found: set[tuple[str, str]]) -> None:
    assert find_identifiers(text) == found


def test_ids_name_the_paper() -> None:
    assert name_paper("A", [DOI, ARXIV]) == "paper/arxiv-2106.09685"
    assert name_paper("A", [("arxiv", "hep-th/9901001")]) == "paper/arxiv-hep-th%2F9901001"
    assert name_paper("A", [("doi", "10.1000/a(b)<c>")]) == "paper/doi-10.1000%2Fa%28b%29%3Cc%3E"
    assert name_paper("A Title!", []) == name_paper("a  title", [])
    assert len(name_paper("A", [])) == len("paper/t-") + 12


def test_titles_fold_over_case_accents_and_punctuation_but_not_to_nothing() -> None:
    assert fold_title("Poincaré-Nets: A Study") == fold_title("POINCARE NETS — a study")
    assert fold_title("???") != fold_title("!!!")


def test_records_that_share_an_identifier_are_one_paper_whatever_their_titles() -> None:
    (merged,) = merge_papers([paper("A", ARXIV), paper("B", ARXIV, DOI, record=2), paper("C", DOI, record=3)])
    assert merged.id == "paper/arxiv-2106.09685"
    assert merged.identifiers == (ARXIV, DOI)
    assert merged.sources == (Source("f", 1), Source("f", 2), Source("f", 3))


def test_a_title_joins_what_its_identifiers_do_not_part() -> None:
    assert len(merge_papers([paper("A"), paper("a", ARXIV), paper("A.", DOI)])) == 1
    assert len(merge_papers([paper("A", ARXIV), paper("A", OTHER_ARXIV), paper("A")])) == 2
    assert len(merge_papers([paper("A", DOI), paper("A", ("doi", "10.1000/ey"))])) == 2


def test_the_longest_abstract_gives_the_text_and_ties_the_smallest() -> None:
    short, long, small = (
        paper("Short", ARXIV, abstract="s"),
        paper("Long", ARXIV, abstract="zz"),
        paper("Small", ARXIV, abstract="aa"),
    )
    (merged,) = merge_papers([short, long, small])
    assert (merged.title, merged.abstract) == ("Small", "aa")


def test_an_abstract_is_preferred_to_a_longer_summary_by_others() -> None:
    summary = paper("A", ARXIV, abstract="a longer text", text_kind="summary")
    (merged,) = merge_papers([summary, paper("A", ARXIV, abstract="text")])
    assert (merged.abstract, merged.text_kind) == ("text", "abstract")
    (merged,) = merge_papers([summary, paper("A", ARXIV)])
    assert (merged.abstract, merged.text_kind) == ("a longer text", "summary")


def test_the_other_fields_come_from_whichever_record_has_them() -> None:
    (merged,) = merge_papers(
        [
            paper("A", ARXIV, abstract="text", date="2020"),
            paper("A", ARXIV, date="2021-06", authors=("B",), url="http://example.org/"),
            paper("A", ARXIV, date="2021-05", authors=("B", "C"), url="https://example.org/a"),
        ]
    )
    assert (merged.date, merged.authors, merged.url) == ("2021-05", ("B", "C"), "https://example.org/a")


PAPERS = st.lists(
    st.builds(
        lambda title, identifiers, abstract, record, date: paper(
            title, *identifiers, abstract=abstract, record=record, date=date
        ),
        st.sampled_from("ABCD"),
        st.sets(st.tuples(st.sampled_from(["arxiv", "doi"]), st.sampled_from("1234")), max_size=2),
        st.sampled_from(["", "a", "b", "aa", "bb"]),
        st.integers(1, 99),
        st.sampled_from(["", "2020", "2021-05", "2021-06"]),
    ),
    max_size=12,
)


@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(papers: list[Paper], chance: random.Random) -> None:
    shuffled = papers.copy()
    chance.shuffle(shuffled)
    assert merge_papers(shuffled) == merge_papers(papers)


@given(PAPERS)
def test_every_record_ends_in_one_paper_and_no_identifier_in_two(papers: list[Paper]) -> None:
    merged = merge_papers(papers)
    assert len({one.id for one in merged}) == len(merged)
    assert {source for one in merged for source in one.sources} == {source for one in papers for source in one.sources}
    identifiers = [identifier for one in merged for identifier in one.identifiers]
    assert len(set(identifiers)) == len(identifiers)


@given(PAPERS)
def test_merging_again_changes_nothing(papers: list[Paper]) -> None:
    by_title = {one.title: one for one in papers}.values()
    merged = merge_papers(by_title)
    assert merge_papers(merged) == merged


@given(PAPERS, st.integers(0, 12))
def test_merging_in_two_steps_is_merging_at_once_where_titles_agree(papers: list[Paper], cut: int) -> None:
    known = [one for one in papers if one.identifiers == (("arxiv", {"A": "1", "B": "2"}.get(one.title, "")),)]
    assert merge_papers([*merge_papers(known[:cut]), *known[cut:]]) == merge_papers(known)
