"""The LadybugDB file, opened by its own library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE_TEXTS, hostile_tables
from needed import module
from reading_back import KIND_OF_LABEL, KIND_OF_TYPE, Graph, clean, expected, without_evidence

import kgraph
from kgraph.exploring.subset import Subset, select
from kgraph.exporting import export_selection
from kgraph.graph import Graph as Handle
from kgraph.resources import data_path

pytestmark = pytest.mark.systems

OWN_TO_LADYBUG = {"_id", "_label", "_src", "_dst"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Handle:
    return kgraph.build(data_path("sample/papers.jsonl"), tmp_path_factory.mktemp("sample") / "sample.kg")


def opened(path: Path) -> Any:
    ladybug = module("ladybug")
    return ladybug.Connection(ladybug.Database(str(path), read_only=True))


def read_file(path: Path) -> Graph:
    connection = opened(path)
    nodes, edges = {}, {}
    for label, kind in KIND_OF_LABEL.items():
        for (data,) in connection.execute(f"MATCH (n:{label}) RETURN n"):
            own = {name: value for name, value in data.items() if name.lower() not in OWN_TO_LADYBUG}
            node, text = own.pop("id"), own.pop("title" if kind == "paper" else "name")
            nodes[node] = clean({**own, "label": text, "kind": kind})
    for type_, kind in KIND_OF_TYPE.items():
        for source, target, data in connection.execute(f"MATCH (a)-[r:{type_}]->(b) RETURN a.id, b.id, r"):
            own = {name: value for name, value in data.items() if name.lower() not in OWN_TO_LADYBUG}
            edges[source, target, kind] = clean({**own, "kind": kind})
    return without_evidence((nodes, edges))


def test_the_file_holds_the_whole_graph(graph: Handle, tmp_path: Path) -> None:
    module("ladybug")
    graph.export("ladybug", tmp_path / "g.lbug")
    assert [path.name for path in tmp_path.iterdir()] == ["g.lbug"]
    assert read_file(tmp_path / "g.lbug") == expected(graph.select())


def test_cypher_answers_what_sparql_answers(graph: Handle, tmp_path: Path) -> None:
    module("ladybug")
    graph.export("ladybug", tmp_path / "g.lbug")
    mine = opened(tmp_path / "g.lbug").execute(
        "MATCH (d:Dataset)<-[e:MENTIONS]-(p:Paper)-[u:MENTIONS]->(m:Method)"
        " WHERE e.role = 'evaluates_on' AND u.role = 'uses' RETURN d.name, m.name, count(p)"
    )
    theirs = graph.query(
        "SELECT ?d ?m (COUNT(?p) AS ?n) { ?p kg:evaluatesOn ?x ; kg:uses ?y . ?x a kg:Dataset ; skos:prefLabel ?d ."
        " ?y a kg:Method ; skos:prefLabel ?m } GROUP BY ?d ?m"
    )
    expected_rows = sorted((str(row["d"]), str(row["m"]), int(str(row["n"]))) for row in theirs)
    assert sorted((d, m, int(n)) for d, m, n in mine) == expected_rows
    assert len(expected_rows) > 100


def test_hostile_text_arrives_as_it_was(tmp_path: Path) -> None:
    module("ladybug")
    selection = select(hostile_tables(HOSTILE_TEXTS), Subset(), title="h", base_iri="https://example.org/")
    export_selection(selection, "ladybug", tmp_path / "g.lbug")
    assert read_file(tmp_path / "g.lbug") == expected(selection)
