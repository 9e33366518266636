"""Damaged inputs of every kind, and those that once broke something; ``make fuzz`` tries many more."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from damage import damage
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import TARGETS, check_candidates
from pyoxigraph import Store

from kgraph.errors import InputError, QueryError
from kgraph.extraction.documents import LONGEST_SENTENCE, LONGEST_TEXT, cut_sentences
from kgraph.extraction.extracting import extract_candidates
from kgraph.querying import run_query
from kgraph.reading import read_papers
from kgraph.reading.papers import LONGEST_TEXT as LONGEST_PAPER
from kgraph.records import Paper

#: Looking for a name takes ten times as long as reading a record.
_FEWER = {"name": 50, "tagger": 80, "query": 150, "folder": 200}
#: What overflowed the stack of a parser, which ended the process.
_DEEP = ((b"ASK{FILTER(", b")}"), (b"(", b")"), (b"{", b"}"), (b"!", b""), (b"- ", b""), (b"[", b"]"))


@pytest.mark.parametrize("target", TARGETS)
def test_damaged_inputs_give_an_outcome_or_one_line(target: str) -> None:
    law, contents = TARGETS[target]

    @settings(max_examples=_FEWER.get(target, 500), database=None)
    @given(st.sampled_from(contents), st.randoms(use_true_random=True))
    def hold(data: bytes, choose: object) -> None:
        law(damage(data, choose)[:2_000])  # type: ignore[arg-type]

    hold()


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("nbib", b"PMID-1\nTI  - Zed\n"),
        ("bibtex", b"@article{a, tPMID- 1\nitle ng}"),
        ("bibtex", b"@a{b, \x9b2J\x1b[2J}"),
        ("curation", b"action,name,type,value\n" + b"x" * 5_000),
        ("vocabulary", b"name,type\nZed," + b"x" * 5_000),
        ("vocabulary", b"<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> ."),
        ("labels", b"[" * 100_000),
        ("json", b"1" * 5_000),
        ("json", b'[{"title": "Zed", "year": -' + b"1" * 5_000 + b"}]"),
        ("json", b" " * 65_000 + b"1" * 5_000),
        *(("query", before * 20_000 + b"1" + after * 20_000) for before, after in _DEEP),
        ("labels", b'{"title": "Zed", "entities": [{"name": "Zed", "type": "' + b"x" * 5_000 + b'", "role": "uses"}]}'),
    ],
)
def test_what_once_broke_something_holds(target: str, data: bytes) -> None:
    TARGETS[target][0](data)


@pytest.mark.parametrize(
    ("piece", "last", "many"), [("{} UNION ", "{}", 490), ("FILTER(1) . ", "", 490), ("?a ?b ?c . ", "", 40)]
)
def test_long_queries_run_and_endless_ones_are_told(piece: str, last: str, many: int) -> None:
    store = Store()
    assert run_query(store, f"ASK {{ {piece * many}{last} }}").kind == "ask"
    with pytest.raises(QueryError, match="VALUES"):
        run_query(store, f"ASK {{ {piece * 20_000}{last} }}")


def test_brackets_in_texts_and_addresses_are_no_nesting() -> None:
    rows = "".join(f'(<http://example.org/#{number}> "([{{") # (\n' for number in range(500))
    assert run_query(Store(), f"SELECT * {{ VALUES (?a ?b) {{ {rows} }} }}").kind == "select"


def test_a_text_without_a_full_stop_is_cut_so_that_tagging_ends() -> None:
    text = " and ".join(f"LoRA{number}" for number in range(1_500))
    sentences = cut_sentences("abstract", text)
    assert max(len(sentence.words) for sentence in sentences) == LONGEST_SENTENCE
    assert [word for sentence in sentences for word in sentence.words] == text.split()
    assert all(text[each.start : each.end].split() == list(each.words) for each in sentences)
    paper = Paper("paper/a", text[:5_000], text)
    check_candidates(paper, extract_candidates(paper))


def test_names_are_looked_for_in_the_beginning_of_a_book() -> None:
    text = "We use LoRA. " * 10_000
    paper = Paper("paper/a", "A book", text)
    sentences = cut_sentences("abstract", text)
    assert LONGEST_TEXT - 20 < sentences[-1].end <= LONGEST_TEXT
    assert sentences[-1].words[-1] in ("LoRA", ".", "use", "We")
    candidates = extract_candidates(paper)
    assert candidates
    check_candidates(paper, candidates)


def test_a_text_that_is_no_abstract_costs_its_record(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [
        {"title": "Two"},
        {"title": "Three"},
        {"title": "Zed", "abstract": "a " * LONGEST_PAPER},
        {"title": "T" * (LONGEST_PAPER + 1)},
    ]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    problems: list[object] = []
    assert {paper.title for paper in read_papers([path], on_problem=problems.append)} == {"Two", "Three"}
    assert [str(problem).partition(" a text of ")[0] for problem in problems] == ["a.jsonl:line 3:", "a.jsonl:line 4:"]


@pytest.mark.parametrize("inside", [b"[" * (70 << 20), b"\x00" * (70 << 20)], ids=["brackets", "NUL"])
def test_a_small_file_that_becomes_a_large_one_is_refused(tmp_path: Path, inside: bytes) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(inside, compresslevel=1))
    with pytest.raises(InputError, match=r"MiB|not text|not JSON|no paper"):
        read_papers([path], on_problem=lambda _: None)


def test_what_stands_well_before_a_number_that_is_too_long_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    many = "".join(f'{{"title": "Paper {number}", "year": 2{"0" * 300}}}, ' for number in range(3_000))
    for digits in (700, 5_000, 300_000):
        path.write_text(f'[{many} {{"title": "Zed", "year": {"1" * digits}}}, {{"title": "Two"}}]')
        problems: list[object] = []
        # The parser takes in 64 KiB at once.
        assert 2_900 < len(read_papers([path], on_problem=problems.append)) <= 3_000
        assert [str(each).partition(": ")[2] for each in problems] == [
            "a number too long, from here on nothing is read"
        ]


def test_a_name_of_a_file_with_a_line_break_is_told_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\x1b[2J.jsonl"
    path.write_text('{"title": "Zed"}\nnonsense\n')
    problems: list[object] = []
    read_papers([path], on_problem=problems.append)
    assert str(problems[0]).startswith("a b[2J.jsonl:line 2: ")
