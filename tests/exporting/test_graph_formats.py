from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import duckdb
import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading_back import (
    expected,
    read_csv_folder,
    read_cytoscape,
    read_graphology,
    read_neo4j_folder,
    read_neptune_folder,
    rows,
    without_evidence,
)

from kgraph.exploring.subset import Selection, Subset, select
from kgraph.exporting import TARGETS, export_selection
from kgraph.exporting.data_files import TABLES
from kgraph.exporting.python_graphs import to_igraph, to_rustworkx
from kgraph.graph import Graph
from kgraph.storing.tables import MemoryTables
from kgraph.viewing.appearance import appearance


@pytest.fixture(scope="module")
def selection(small_tables: MemoryTables) -> Selection:
    return select(small_tables, Subset(), title="small", base_iri="https://example.org/")


@pytest.fixture(scope="module")
def looks(selection: Selection) -> pa.Table:
    return appearance(selection)


def test_every_target_tells_what_it_carries() -> None:
    assert all(target.carries for target in TARGETS.values())


def test_csv_read_back_is_the_same_graph(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "csv", tmp_path / "g")
    assert read_csv_folder(tmp_path / "g") == expected(selection)


def test_neo4j_files_read_back_are_the_same_graph(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "neo4j", tmp_path / "g")
    assert without_evidence(read_neo4j_folder(tmp_path / "g")) == expected(selection)


def test_neo4j_headers_are_those_that_the_import_tool_takes(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "neo4j", tmp_path / "g")
    headers = {path.name: rows(path)[0] for path in (tmp_path / "g").glob("*-header.csv")}
    assert headers["Paper-header.csv"][:3] == ["id:ID(Paper)", ":LABEL", "title:string"]
    assert headers["Entity-header.csv"][-1] == "aliases:string[]"
    for name in ("MENTIONS", "CO_MENTION", "SHARED_TECHNIQUE", "BROADER"):
        header = headers[f"{name}-header.csv"]
        assert header[0].startswith(":START_ID(")
        assert header[1].startswith(":END_ID(")
        # The tool refuses :ID among the columns of a relationship; it is a property there.
        assert header[2:4] == [":TYPE", "id:string"]
        assert all(field.split(":")[1] in ("string", "long", "double", "string[]") for field in header[3:])


def test_neo4j_evidence_is_the_sentences_of_the_edge(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "neo4j", tmp_path / "g")
    _, edges = read_neo4j_folder(tmp_path / "g")
    evidence = edges["paper/doi-10.1000%2Fq", "entity/quantization", "mentions"]["evidence"]
    assert evidence == ["On quantization", "Quantization of Zebra is studied."]


def test_the_import_script_calls_neo4j_admin_beside_its_files(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "neo4j", tmp_path / "g")
    fake = tmp_path / "bin" / "neo4j-admin"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\nxargs ls < /dev/null\n')
    fake.chmod(0o755)
    environment = {"PATH": f"{fake.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", str(tmp_path / "g" / "import.sh"), "papers"], env=environment, capture_output=True, text=True, check=True
    )
    told = done.stdout.splitlines()
    assert told[:6] == [str(tmp_path / "g"), "database", "import", "full", "@import.args", "papers"]
    for option in (tmp_path / "g" / "import.args").read_text().splitlines():
        files = option.rpartition("=")[2].split(",") if option.startswith(("--nodes", "--relationships")) else []
        assert all((tmp_path / "g" / file).is_file() for file in files)


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("neptune", (":ID", ":LABEL", (":START_ID", ":END_ID"), ":TYPE")),
        ("neptune-gremlin", ("~id", "~label", ("~from", "~to"), "~label")),
    ],
)
def test_neptune_files_read_back_are_the_same_graph(
    selection: Selection, tmp_path: Path, target: str, names: tuple[str, str, tuple[str, str], str]
) -> None:
    export_selection(selection, target, tmp_path / "g")
    assert without_evidence(read_neptune_folder(tmp_path / "g", *names)) == expected(selection)
    header, *edges = rows(tmp_path / "g" / "relationships.csv")
    assert header[0] == names[0]
    assert len({row[0] for row in edges}) == len(edges)
    # Edges have single values only.
    assert not any(field.endswith("[]") for field in header)


def test_nodes_look_the_same_each_time(sample_graph: Graph) -> None:
    selection = sample_graph.select()
    assert appearance(selection).equals(appearance(selection))


def test_gexf_has_positions_colours_sizes_and_dates(selection: Selection, looks: pa.Table, tmp_path: Path) -> None:
    export_selection(selection, "gexf", tmp_path / "g.gexf", appearance=looks)
    graph = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    by_id = {row["id"]: row for row in looks.to_pylist()}
    assert set(graph) == set(by_id)
    for node, data in graph.nodes(data=True):
        assert data["viz"]["position"] == {"x": by_id[node]["x"], "y": by_id[node]["y"], "z": 0.0}
        assert data["viz"]["size"] == by_id[node]["size"]
    colour = graph.nodes["paper/t-0123456789ab"]["viz"]["color"]
    assert f"#{colour['r']:02X}{colour['g']:02X}{colour['b']:02X}" == by_id["paper/t-0123456789ab"]["colour"]
    text = (tmp_path / "g.gexf").read_text(encoding="utf-8")
    # A year stands as its first day; a paper without a date has no timestamp.
    assert [text.count(f'timestamp="{day}"') for day in ("2021-01-01", "2021-02-01", "2020-01-01")] == [1, 1, 1]
    assert text.count('timestamp="') == 3


def test_graphology_and_cytoscape_hold_the_same_graph(selection: Selection, looks: pa.Table, tmp_path: Path) -> None:
    for given in (None, looks):
        export_selection(selection, "graphology", tmp_path / "g.json", appearance=given)
        assert read_graphology(tmp_path / "g.json") == expected(selection)
        export_selection(selection, "cytoscape", tmp_path / "c.json", appearance=given)
        assert read_cytoscape(tmp_path / "c.json") == expected(selection)


def test_vosviewer_has_clusters_weights_and_scores(selection: Selection, looks: pa.Table, tmp_path: Path) -> None:
    export_selection(selection, "vosviewer", tmp_path / "v.json", appearance=looks)
    network = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["network"]
    items = {item["id"]: item for item in network["items"]}
    assert set(items) == set(selection.entities["id"].to_pylist())
    assert items["entity/lora"]["weights"] == {"Papers": 3, "Mentions": 4}
    assert items["entity/lora"]["scores"]["Mean year"] == 2020.67
    assert {item["cluster"] for item in network["items"]} >= {cluster["cluster"] for cluster in network["clusters"]}
    strengths = {(link["source_id"], link["target_id"]): link["strength"] for link in network["links"]}
    assert strengths == {(r["source"], r["target"]): r["papers"] for r in selection.comentions.to_pylist()}


def test_parquet_json_lines_and_duckdb_hold_the_tables(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "parquet", tmp_path / "p")
    export_selection(selection, "jsonl", tmp_path / "j")
    export_selection(selection, "duckdb", tmp_path / "g.duckdb")
    with duckdb.connect(str(tmp_path / "g.duckdb"), read_only=True) as connection:
        for name in TABLES:
            table: pa.Table = getattr(selection, name)
            assert pq.read_table(tmp_path / "p" / f"{name}.parquet").equals(table.replace_schema_metadata(None))
            lines = (tmp_path / "j" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
            assert [json.loads(line) for line in lines] == table.to_pylist()
            assert connection.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist() == table.to_pylist()
        counted = [len(connection.sql(f"SELECT * FROM {view}").fetchall()) for view in ("nodes", "edges")]
    nodes, edges = expected(selection)
    assert counted == [len(nodes), len(edges)]


def test_the_tables_are_described_in_croissant(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "parquet", tmp_path / "p")
    described = json.loads((tmp_path / "p" / "croissant.json").read_text(encoding="utf-8"))
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    fields = {field["@id"] for records in described["recordSet"] for field in records["field"]}
    columns = {f"{name}/{column}" for name in TABLES for column in getattr(selection, name).column_names}
    assert columns - fields == {"papers/identifiers", "papers/sources"}
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(str(tmp_path / "p" / "croissant.json"))
    assert dataset.metadata.issues.errors == set()
    for name in TABLES:
        assert len(list(dataset.records(name))) == getattr(selection, name).num_rows


def test_edge_lists_number_the_nodes(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "edge-lists", tmp_path / "e")
    header, *nodes = rows(tmp_path / "e" / "nodes.csv")
    assert header == ["number", "id", "kind", "label"]
    assert [int(row[0]) for row in nodes] == list(range(len(nodes)))
    arrays = np.load(tmp_path / "e" / "edges.npz")
    read = {
        (nodes[source][1], nodes[target][1], kind)
        for kind in ("mentions", "co_mention", "shared_technique", "broader")
        for source, target in arrays[f"{kind}_index"].T
    }
    assert read == set(expected(selection)[1])
    assert arrays["mentions_weight"].sum() == pytest.approx(sum(selection.paper_entity["confidence"].to_pylist()))


def test_rustworkx_has_the_attributes_of_networkx(selection: Selection) -> None:
    pytest.importorskip("rustworkx", reason="rustworkx is not installed")
    graph = to_rustworkx(selection)
    nodes, edges = expected(selection)
    assert {node["id"] for node in graph.nodes()} == set(nodes)
    read = {(graph[u]["id"], graph[v]["id"], data["kind"]): data["weight"] for u, v, data in graph.weighted_edge_list()}
    assert read == {key: data["weight"] for key, data in edges.items()}


def test_igraph_has_the_attributes_of_networkx(selection: Selection, tmp_path: Path) -> None:
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    graph = to_igraph(selection)
    nodes, edges = expected(selection)
    assert dict(zip(graph.vs["name"], graph.vs["label"], strict=True)) == {n: d["label"] for n, d in nodes.items()}
    names = graph.vs["name"]
    read_edges = {(names[e.source], names[e.target], e["kind"]): e["weight"] for e in graph.es}
    assert read_edges == {key: data["weight"] for key, data in edges.items()}
    export_selection(selection, "graphml", tmp_path / "g.graphml")
    read = igraph.Graph.Read_GraphML(str(tmp_path / "g.graphml"))
    assert read.vs["label"] == graph.vs["label"]
    assert read.es["weight"] == graph.es["weight"]
