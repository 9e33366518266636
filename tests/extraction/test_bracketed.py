"""What stands in brackets beside a paper's own name is what it stands for, whatever its letters are."""

import time

import pytest

from kgraph.extraction.bracketed import find_bracketed
from kgraph.extraction.documents import read_document
from kgraph.extraction.extracting import extract_candidates
from kgraph.records import Paper


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We present QuillBench (Controlled Testing of Nets), new.", "QuillBench", "Controlled Testing of Nets"),
        ("We propose the Quilted Tuning for Big Nets (QBNT+, or QBN).", "", ""),
        ("We propose Quilted Tuning for Big Nets (Q2BN, or Q2).", "Q2BN", "Quilted Tuning for Big Nets"),
        ("We present Our Quilted Tuning of Nets (TuneQ) new.", "TuneQ", "Quilted Tuning of Nets"),
        ("We propose the ToWards Imputation on Graphs (QUISTER).", "QUISTER", "ToWards Imputation on Graphs"),
        ("We use QuillBench (Controlled Testing of Nets).", "", ""),
        ("We propose QuillBench (controlled testing of nets).", "", ""),
        ("We propose QuillBench (Controlled Testing).", "", ""),
        ("We propose Quill (Controlled Testing of Nets).", "", ""),
        ("We propose Big-QEPA (Quilted Embedding Predictive Architecture).", "", ""),
    ],
)
def test_brackets_tell_what_a_given_name_stands_for(text: str, short: str, long: str) -> None:
    found = list(find_bracketed(text, ""))
    assert [(each.short, each.long) for each in found] == ([(short, long)] if short else [])
    for each in found:
        assert text[each.long_start :].startswith(long) and text[each.short_start :].startswith(short)


def test_what_the_title_names_needs_no_cue() -> None:
    text = "QuillBench (Controlled Testing of Nets) is hard."
    assert [each.long for each in find_bracketed(text, "QuillBench: Testing Nets")] == ["Controlled Testing of Nets"]


def test_letters_know_better_than_brackets() -> None:
    text = "While Large Language Models (LLMs) are big, we propose While Large Language Models (LLMs)."
    assert read_document(Paper("p", "LLMs", text)).long_forms == {"llm": "Large Language Models"}


def test_the_long_form_of_a_sure_name_is_one_name() -> None:
    text = "We propose CRTBench (Controlled Reformulation Testing for Agents), a new benchmark. CRTBench is hard."
    found = extract_candidates(Paper("p", "CRTBench: Testing Agents by Reformulation", text))
    assert ("Controlled Reformulation Testing for Agents", "introduces") in {
        (each.surface, each.role) for each in found
    }
    assert {each.long_form for each in found if each.surface == "CRTBench"} == {
        "Controlled Reformulation Testing for Agents"
    }


def test_a_text_of_capitals_and_brackets_takes_no_time() -> None:
    start = time.perf_counter()
    for text in ("We propose " + "Quilt Of And " * 3000 + "(QuilT)", "QuilT (" * 6000, "QuilT (A Quilt B) " * 2500):
        list(find_bracketed(text, ""))
    assert time.perf_counter() - start < 5
