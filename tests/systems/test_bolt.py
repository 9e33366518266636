"""The graph in a real graph database: ArcadeDB, spoken to over Bolt by the driver of Neo4j."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from arcadedb import PASSWORD, ArcadeServer, running_server
from hostile import HOSTILE_TEXTS, hostile_tables
from needed import module
from reading_back import KIND_OF_LABEL, KIND_OF_TYPE, Graph, clean, expected, read_neo4j_folder, without_evidence

import kgraph
from kgraph.errors import OutputError
from kgraph.exploring.subset import Subset, select
from kgraph.exporting import export_selection
from kgraph.exporting.bolt import Server, push_selection
from kgraph.exporting.property_graph import ENDS
from kgraph.graph import Graph as Handle
from kgraph.resources import data_path

pytestmark = pytest.mark.systems

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArcadeServer]:
    module("neo4j")
    module("arcadedb_embedded")
    with running_server(tmp_path_factory.mktemp("arcadedb")) as running:
        yield running


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Handle:
    return kgraph.build(data_path("sample/papers.jsonl"), tmp_path_factory.mktemp("sample") / "sample.kg")


@pytest.fixture(scope="module")
def asking(server: ArcadeServer) -> Iterator[Callable[[str], Ask]]:
    """A function that gives, for a database, the function that asks it."""
    driver = module("neo4j").GraphDatabase.driver(server.address, auth=("root", PASSWORD))

    def of(database: str) -> Ask:
        def ask(cypher: str, **parameters: Any) -> list[dict[str, Any]]:
            records = driver.execute_query(cypher, parameters, database_=database).records
            return [record.data() for record in records]

        return ask

    yield of
    driver.close()


def read_database(ask: Ask) -> Graph:
    """Return all that a database holds, as the formats are read back."""
    nodes, edges = {}, {}
    for row in ask("MATCH (n) RETURN labels(n) AS labels, properties(n) AS data"):
        (kind,) = (KIND_OF_LABEL[label] for label in row["labels"] if label in KIND_OF_LABEL)
        assert ("Entity" in row["labels"]) == (kind != "paper")
        data = {"title" if kind == "paper" else "name": "", **row["data"]}
        node, label = data.pop("id"), data.pop("title" if kind == "paper" else "name")
        nodes[node] = clean({**data, "label": label, "kind": kind})
    found = ask("MATCH (a)-[r]->(b) RETURN a.id AS source, b.id AS target, type(r) AS type, properties(r) AS data")
    for row in found:
        kind = KIND_OF_TYPE[row["type"]]
        edges[row["source"], row["target"], kind] = clean({**row["data"], "kind": kind})
    return without_evidence((nodes, edges))


def push(graph: Handle, server: ArcadeServer, database: str) -> dict[str, int]:
    return graph.push(server.address, user="root", password=PASSWORD, database=database)


@pytest.fixture(scope="module")
def pushed(graph: Handle, server: ArcadeServer, asking: Callable[[str], Ask]) -> Ask:
    counts = push(graph, server, "papers")
    nodes, edges = expected(graph.select())
    assert counts == {"nodes": len(nodes), "relationships": len(edges)}
    return asking("papers")


def test_the_database_holds_the_whole_graph(graph: Handle, pushed: Ask) -> None:
    assert read_database(pushed) == expected(graph.select())


def test_pushed_twice_is_pushed_once(graph: Handle, server: ArcadeServer, pushed: Ask) -> None:
    push(graph, server, "papers")
    assert read_database(pushed) == expected(graph.select())


def test_an_edge_has_its_sentences(pushed: Ask) -> None:
    (row,) = pushed(
        "MATCH (:Paper {id: 'paper/arxiv-2106.09685'})-[r:MENTIONS]->(:Method {name: 'LoRA'})"
        " RETURN r.evidence AS quotes"
    )
    assert any("LoRA" in quote for quote in row["quotes"])


QUESTIONS = {
    "how many of each type": (
        "MATCH (e:Entity) UNWIND labels(e) AS label WITH label WHERE label <> 'Entity'"
        " RETURN label AS name, count(*) AS n",
        "SELECT ?name (COUNT(?e) AS ?n) { ?e a ?type"
        " FILTER(?type IN (kg:Method, kg:Model, kg:Dataset, kg:Task, kg:Metric))"
        " BIND(STRAFTER(STR(?type), '#') AS ?name) } GROUP BY ?name",
    ),
    "methods of papers evaluated on ImageNet": (
        "MATCH (:Dataset {name: 'ImageNet'})<-[e:MENTIONS]-(p:Paper)-[u:MENTIONS]->(m:Method)"
        " WHERE e.role = 'evaluates_on' AND u.role = 'uses' RETURN m.name AS name, count(p) AS n",
        "SELECT ?name (COUNT(?p) AS ?n) { ?p kg:evaluatesOn ?d ; kg:uses ?m ."
        ' ?d a kg:Dataset ; skos:prefLabel "ImageNet" .'
        " ?m a kg:Method ; skos:prefLabel ?name } GROUP BY ?name",
    ),
    "what is mentioned together with LoRA": (
        "MATCH (:Method {name: 'LoRA'})-[r:CO_MENTION]-(other:Entity) RETURN other.name AS name, r.papers AS n",
        'SELECT ?name ?n { ?e a kg:Method ; skos:prefLabel "LoRA" . ?c a kg:CoMention ; kg:entity ?e, ?other ;'
        " kg:paperCount ?n . ?other skos:prefLabel ?name FILTER(?other != ?e) }",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_cypher_answers_what_sparql_answers(graph: Handle, pushed: Ask, question: str) -> None:
    cypher, sparql = QUESTIONS[question]
    mine = sorted((row["name"], int(row["n"])) for row in pushed(cypher))
    theirs = sorted((str(row["name"]), int(str(row["n"]))) for row in graph.query(sparql))
    assert mine == theirs
    assert len(mine) >= 4


def test_a_killed_push_goes_on_where_it_stopped(
    graph: Handle, server: ArcadeServer, asking: Callable[[str], Ask]
) -> None:
    command = [
        sys.executable, "-m", "kgraph", "push", str(graph.path), server.address, "--user", "root",
        "--database", "again",
    ]  # fmt: skip
    environment = {**os.environ, "NEO4J_PASSWORD": PASSWORD}
    ask = asking("again")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    marker = "MATCH (p:KgraphPush) RETURN p.batches AS batches"
    deadline = time.monotonic() + 120
    while not (found := ask(marker)) or found[0]["batches"] < 3:
        assert process.poll() is None, "the push ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    nodes, edges = expected(graph.select())
    assert count_database(ask) < len(nodes) + len(edges)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert ask(marker) == []
    assert read_database(ask) == (nodes, edges)


def count_database(ask: Ask) -> int:
    (nodes,) = ask("MATCH (n) WHERE NOT n:KgraphPush RETURN count(n) AS n")
    (edges,) = ask("MATCH ()-[r]->() RETURN count(r) AS n")
    return int(nodes["n"]) + int(edges["n"])


def test_the_files_for_neo4j_make_the_same_graph(graph: Handle, asking: Callable[[str], Ask], tmp_path: Path) -> None:
    graph.export("neo4j", tmp_path / "files")
    nodes, edges = read_neo4j_folder(tmp_path / "files")
    ask = asking("files")
    for statement in (tmp_path / "files" / "constraints.cypher").read_text(encoding="utf-8").split(";\n")[:-1]:
        ask(statement)
    for label, kind in KIND_OF_LABEL.items():
        labels, name = ("Paper", "title") if kind == "paper" else (f"Entity:{label}", "name")
        rows = [
            {**clean(data, "kind", "label"), "id": node, name: data["label"]}
            for node, data in nodes.items()
            if data["kind"] == kind
        ]
        ask(f"UNWIND $rows AS row CREATE (n:{labels}) SET n = row", rows=rows)
    for type_, kind in KIND_OF_TYPE.items():
        source, target = ENDS[kind]
        rows = [{"a": a, "b": b, "data": clean(data, "kind")} for (a, b, k), data in edges.items() if k == kind]
        ask(
            f"UNWIND $rows AS row MATCH (a:{source} {{id: row.a}}) MATCH (b:{target} {{id: row.b}})"
            f" CREATE (a)-[r:{type_}]->(b) SET r = row.data",
            rows=rows,
        )
    assert read_database(ask) == expected(graph.select())


def test_the_cypher_script_makes_the_same_graph(graph: Handle, asking: Callable[[str], Ask], tmp_path: Path) -> None:
    graph.export("cypher", tmp_path / "g.cypher")
    ask = asking("script")
    for statement in (tmp_path / "g.cypher").read_text(encoding="utf-8").split(";\n")[:-1]:
        ask(statement)
    assert read_database(ask) == expected(graph.select())


def test_hostile_text_arrives_as_it_was(server: ArcadeServer, asking: Callable[[str], Ask], tmp_path: Path) -> None:
    selection = select(hostile_tables(HOSTILE_TEXTS), Subset(), title="hostile", base_iri="https://example.org/")
    push_selection(selection, Server(server.address, "root", PASSWORD, "hostile"), key="hostile")
    ask = asking("hostile")
    assert read_database(ask) == expected(selection)
    ask("MATCH (n) DETACH DELETE n")
    export_selection(selection, "cypher", tmp_path / "g.cypher")
    for statement in (tmp_path / "g.cypher").read_text(encoding="utf-8").split(";\n")[:-1]:
        ask(statement)
    assert read_database(ask) == expected(selection)


def test_an_entity_of_another_type_is_told_anew(graph: Handle, server: ArcadeServer, pushed: Ask) -> None:
    pushed("MATCH (n:Entity {id: 'entity/lora'}) DETACH DELETE n")
    pushed("CREATE (n:Entity:Model {id: 'entity/lora', name: 'LoRA'})")
    push(graph, server, "papers")
    assert read_database(pushed) == expected(graph.select())


def test_a_refused_password_is_one_line_that_does_not_tell_it(graph: Handle, server: ArcadeServer) -> None:
    with pytest.raises(OutputError, match="refuses the user 'root'") as told:
        graph.push(server.address, user="root", password="wrong-and-private")
    assert "wrong-and-private" not in str(told.value)


def test_a_server_that_is_not_there_is_one_line(graph: Handle) -> None:
    with pytest.raises(OutputError, match="cannot be reached"):
        graph.push("bolt://127.0.0.1:1", user="root", password="x")
