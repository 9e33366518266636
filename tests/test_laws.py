"""The laws that every graph keeps, on the sample and on text that nobody would write."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_exports import file_name, shown_targets

import kgraph
from kgraph.graph import Graph
from kgraph.resources import data_path
from kgraph.storing.schemas import SCHEMAS

SAMPLE = data_path("sample/papers.jsonl")


def _tables(graph: Graph) -> dict[str, bytes]:
    return {name: graph.tables.path(name).read_bytes() for name in SCHEMAS}


def test_order_of_files_and_number_of_processes_change_no_byte(sample_graph: Graph, tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    for name, part in (("b", lines[:40]), ("a", lines[40:])):
        (tmp_path / f"{name}.jsonl").write_text("".join(part), encoding="utf-8")
    one = kgraph.build([tmp_path / "b.jsonl", tmp_path / "a.jsonl"], tmp_path / "one.kg", processes=1, store=False)
    two = kgraph.build([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "two.kg", processes=2, store=False)
    assert _tables(one) == _tables(two)
    # Only where the papers were read differs from the sample in one file.
    mine, shipped = _tables(one), _tables(sample_graph)
    assert {name for name in mine if mine[name] != shipped[name]} == {"papers"}


def test_every_paper_entity_edge_has_a_mention_that_the_text_bears_out(sample_graph: Graph) -> None:
    papers = {row["id"]: row for row in sample_graph.tables.read("papers").to_pylist()}
    evidence = set()
    for row in sample_graph.tables.read("mentions").to_pylist():
        text = papers[row["paper"]][row["field"]]
        assert text[row["start"] : row["end"]] == row["surface"]
        assert 0 <= row["sentence_start"] <= row["start"] < row["end"] <= row["sentence_end"] <= len(text)
        evidence.add((row["paper"], row["entity"]))
    edges = {(row["paper"], row["entity"]) for row in sample_graph.tables.read("paper_entity").to_pylist()}
    assert edges == evidence


def test_comentions_count_the_papers_that_have_both(sample_graph: Graph) -> None:
    papers: dict[str, set[str]] = {}
    for row in sample_graph.tables.read("paper_entity").to_pylist():
        papers.setdefault(row["paper"], set()).add(row["entity"])
    counted = Counter(pair for names in papers.values() for pair in combinations(sorted(names), 2))
    rows = sample_graph.tables.read("comentions").to_pylist()
    assert {(row["source"], row["target"]): row["papers"] for row in rows} == counted


def test_shared_techniques_are_those_that_both_papers_have(sample_graph: Graph) -> None:
    broader = {row["id"]: row["broader"] for row in sample_graph.tables.read("entities").to_pylist()}
    has: dict[str, set[str]] = {}
    for row in sample_graph.tables.read("paper_entity").to_pylist():
        if row["role"] in ("introduces", "uses", "compares_with"):
            has.setdefault(row["paper"], set()).update({row["entity"], broader[row["entity"]]})
    for row in sample_graph.tables.read("shared_techniques").to_pylist():
        assert set(row["techniques"]) <= has[row["source"]] & has[row["target"]]


def test_a_paper_more_takes_no_candidate_from_another(sample_graph: Graph, tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "some.jsonl").write_text("".join(lines[::2]), encoding="utf-8")
    some = kgraph.build(tmp_path / "some.jsonl", tmp_path / "some.kg", store=False)
    whole = {tuple(row.items()) for row in sample_graph.tables.read("candidates").to_pylist()}
    assert {tuple(row.items()) for row in some.tables.read("candidates").to_pylist()} <= whole


def test_the_shipped_exports_are_those_of_the_sample(sample_graph: Graph, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[1] / "exports"
    for name in shown_targets():
        path = tmp_path / file_name(name)
        sample_graph.export(name, path)
        for file in [path] if path.is_file() else sorted(path.iterdir()):
            expected = shipped / file.relative_to(tmp_path)
            assert _content(file) == _content(expected), f"{expected.name} is stale: run 'make exports'"


def _content(file: Path) -> bytes:
    """Return what is in a file; two versions of zlib may pack the same bytes in two ways."""
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries({"title": st.text(min_size=1, max_size=60), "abstract": st.text(max_size=300)}),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_is_a_possible_paper(tmp_path: Path, records: list[dict[str, str]]) -> None:
    records.append({"title": "An anchor", "abstract": "LoRA on ImageNet (IN)."})
    (tmp_path / "any.json").write_text(json.dumps(records), encoding="utf-8")
    graph = kgraph.build(tmp_path / "any.json", tmp_path / "any.kg", force=True)
    papers = {row["id"]: row for row in graph.tables.read("papers").to_pylist()}
    for row in graph.tables.read("mentions").to_pylist():
        assert papers[row["paper"]][row["field"]][row["start"] : row["end"]] == row["surface"]
    assert graph.query("SELECT ?t { ?p a kg:Paper ; dcterms:title ?t }").rows
    assert graph.validate() == []
