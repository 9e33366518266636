"""Law 4: what is exported and read back is the same graph, whatever the text (cleaned, as all text in a graph is)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest
from hostile import HOSTILE_TEXTS, hostile_tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_back import (
    LISTS,
    Graph,
    clean,
    expected,
    read_csv_folder,
    read_cytoscape,
    read_graphology,
    read_neo4j_folder,
    read_neptune_folder,
    without_evidence,
)

from kgraph.exploring.subset import Selection, Subset, select
from kgraph.exporting import export_selection
from kgraph.exporting.data_files import TABLES


def _of(texts: list[str]) -> Selection:
    return select(hostile_tables(texts), Subset(), title='a "title"\n<&>', base_iri="https://example.org/")


def _from_networkx(graph: Any) -> Graph:
    def parsed(data: dict[str, Any]) -> dict[str, Any]:
        lists = {name: json.loads(value) for name, value in data.items() if name in LISTS}
        return clean({**data, **lists}, "viz", "id", "start", "end")

    nodes = {node: parsed(data) for node, data in graph.nodes(data=True)}
    return nodes, {(u, v, data["kind"]): parsed(data) for u, v, data in graph.edges(data=True)}


def _xml(graph: Graph) -> Graph:
    """Replace what XML cannot hold."""

    def legal(value: Any) -> Any:
        if isinstance(value, list):
            return [legal(item) for item in value]
        return value.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") if isinstance(value, str) else value

    nodes, edges = graph
    return {n: {k: legal(v) for k, v in data.items()} for n, data in nodes.items()}, edges


def _neptune(graph: Graph) -> Graph:
    """Add the space that keeps a backslash at the end of a list's value from escaping what follows."""

    def legal(value: Any) -> Any:
        return [f"{item} " if item.endswith("\\") else item for item in value] if isinstance(value, list) else value

    nodes, edges = graph
    return {n: {k: legal(v) for k, v in data.items()} for n, data in nodes.items()}, edges


def check_every_format(selection: Selection, place: Path) -> None:
    whole = expected(selection)
    for name in ("csv", "neo4j", "neptune", "neptune-gremlin", "parquet", "jsonl"):
        export_selection(selection, name, place / name)
    for name in ("graphml", "gexf", "graphology", "cytoscape", "json", "vosviewer"):
        export_selection(selection, name, place / f"{name}.out")
    assert read_csv_folder(place / "csv") == whole
    assert without_evidence(read_neo4j_folder(place / "neo4j")) == whole
    opencypher = (":ID", ":LABEL", (":START_ID", ":END_ID"), ":TYPE")
    assert without_evidence(read_neptune_folder(place / "neptune", *opencypher)) == _neptune(whole)
    gremlin = ("~id", "~label", ("~from", "~to"), "~label")
    assert without_evidence(read_neptune_folder(place / "neptune-gremlin", *gremlin)) == _neptune(whole)
    assert read_graphology(place / "graphology.out") == whole
    assert read_cytoscape(place / "cytoscape.out") == whole
    content = json.loads((place / "json.out").read_text(encoding="utf-8"))
    assert _from_networkx_of_lists(nx.node_link_graph(content, edges="edges")) == whole
    assert _from_networkx(nx.read_graphml(place / "graphml.out", force_multigraph=True)) == _xml(whole)
    assert _from_networkx(nx.read_gexf(place / "gexf.out", version="1.3")) == _xml(whole)
    items = json.loads((place / "vosviewer.out").read_text(encoding="utf-8"))["network"]["items"]
    assert {item["label"] for item in items} == set(selection.entities["name"].to_pylist())
    for name in TABLES:
        table = getattr(selection, name)
        assert pq.read_table(place / "parquet" / f"{name}.parquet").equals(table)
        lines = (place / "jsonl" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        assert [json.loads(line) for line in lines] == table.to_pylist()


def _from_networkx_of_lists(graph: Any) -> Graph:
    nodes = {node: clean(data) for node, data in graph.nodes(data=True)}
    return nodes, {(u, v, key): clean(data) for u, v, key, data in graph.edges(keys=True, data=True)}


def test_the_texts_that_break_careless_formats(tmp_path: Path) -> None:
    check_every_format(_of(list(HOSTILE_TEXTS)), tmp_path)


def test_a_text_of_a_megabyte(tmp_path: Path) -> None:
    check_every_format(_of(['é"; \n' * 80_000]), tmp_path)


_controls = [chr(code) for code in range(32) if chr(code) not in "\t\n"]
_clean = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters=_controls)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(_clean, min_size=1, max_size=40), min_size=1, max_size=3, unique=True))
def test_any_clean_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    check_every_format(_of(texts), tmp_path_factory.mktemp("any"))
