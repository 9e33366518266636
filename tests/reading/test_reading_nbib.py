"""PubMed's NBIB files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.reading import read_papers
from kgraph.reading.nbib import looks_like_nbib, read_nbib
from kgraph.reading.record import Fault, Item, Record

SAVED = """\

PMID- 12345678
OWN - NLM
STAT- MEDLINE
DP  - 2021 Jun 17
TI  - FooNet: a small network for
      the staging of examples.
LID - 10.1000/Ex.1 [doi]
AB  - BACKGROUND: Examples - all of them - need staging. METHODS: We present
      FooNet.
FAU - Example, Ada
AU  - Example A
FAU - Sample, Bob
AU  - Sample B
AID - S1234-5678(21)00001-2 [pii]
AID - 10.1000/Ex.1 [doi]

PMID- 12345679
DP  - 2020 Summer
DEP - 20200607
TI  - Without an abstract.
CN  - The Example Group

PMID- 12345680
AB  - Without a title.
"""


def _read(text: str) -> list[Item]:
    return list(read_nbib(io.BytesIO(text.encode())))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_nbib_as_pubmed_saves_it(end: str) -> None:
    assert looks_like_nbib(SAVED)
    first, second, third = _read(SAVED.replace("\n", end))
    assert isinstance(first, Record)
    assert (first.position, first.title) == ("line 2", "FooNet: a small network for the staging of examples.")
    assert first.abstract == "BACKGROUND: Examples - all of them - need staging. METHODS: We present FooNet."
    assert (first.date, first.url) == ("2021-06-17", "https://pubmed.ncbi.nlm.nih.gov/12345678/")
    assert first.authors == ("Ada Example", "Bob Sample")
    assert isinstance(second, Record)
    assert (second.date, second.authors) == ("2020-06-07", ("The Example Group",))
    assert third == Fault("line 24", "no title")


def test_papers_of_pubmed_are_known_by_their_doi(tmp_path: Path) -> None:
    saved = tmp_path / "pubmed.txt"
    saved.write_text(SAVED, encoding="utf-8")
    papers = read_papers([saved], on_problem=lambda _: None)
    assert {paper.id for paper in papers if paper.identifiers} == {"paper/doi-10.1000%2Fex.1"}


@pytest.mark.parametrize(
    ("told", "date"),
    [("2021", "2021"), ("2019 Dec-2020 Jan", "2019-12"), ("2021 Feb 30", "2021-02"), ("Spring 2021", ""), ("²", "")],
)
def test_a_date_is_as_precise_as_it_is_told(told: str, date: str) -> None:
    (record,) = _read(f"PMID- 1\nTI  - x\nDP  - {told}\n")
    assert isinstance(record, Record)
    assert record.date == date


@given(st.lists(st.sampled_from(["PMID- 1", "PMID-", "TI  - x", "TI-", "      more", "DP  - ", "AU  - ,", "x", ""])))
def test_no_lines_break_the_reader(lines: list[str]) -> None:
    items = _read("\n".join(lines))
    assert len(items) == lines.count("PMID- 1")


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    _read("PMID- 1\nTI  - " + text)
