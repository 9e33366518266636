from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marking import make_tables, mark

from kgraph.errors import OutputError, UsageError
from kgraph.exploring.subset import Selection, Subset, select
from kgraph.exporting import TARGETS, export_selection
from kgraph.exporting.networks import flatten, to_networkx
from kgraph.records import Paper
from kgraph.storing.tables import MemoryTables

BASE = "https://example.org/"


@pytest.fixture(scope="module")
def selection(small_tables: MemoryTables) -> Selection:
    return select(small_tables, Subset(), title="small", base_iri=BASE)


def _unflattened(graph: nx.Graph[str]) -> tuple[dict[str, Any], dict[tuple[str, str, str], Any]]:
    """Return nodes and edges with the lists that were written as JSON text read back."""

    def value(text: Any) -> Any:
        return json.loads(text) if isinstance(text, str) and text.startswith("[") else text

    def clean(attributes: dict[str, Any]) -> dict[str, Any]:
        return {k: value(v) for k, v in attributes.items() if k not in ("id", "viz")}

    nodes = {node: clean(attributes) for node, attributes in graph.nodes(data=True)}
    edges = {(u, v, data["kind"]): clean(data) for u, v, data in graph.edges(data=True)}
    return nodes, edges


def test_networkx_has_every_node_and_edge_keyed_by_kind(selection: Selection) -> None:
    graph = to_networkx(selection)
    assert graph.number_of_nodes() == len(selection.papers) + len(selection.entities)
    keys = [key for _, _, key in graph.edges(keys=True)]
    assert keys.count("mentions") == len(selection.paper_entity)
    assert keys.count("co_mention") == len(selection.comentions)
    assert keys.count("shared_technique") == len(selection.shared_techniques)
    assert keys.count("broader") == 3


def test_graphml_read_back_is_the_same_graph(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "graphml", tmp_path / "g.graphml")
    read = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert _unflattened(read) == _unflattened(flatten(to_networkx(selection)))


def test_gexf_read_back_is_the_same_graph(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "gexf", tmp_path / "g.gexf")
    text = (tmp_path / "g.gexf").read_text(encoding="utf-8")
    assert 'version="1.3"' in text
    assert "lastmodified" not in text
    read = nx.read_gexf(tmp_path / "g.gexf", version="1.3")
    assert _unflattened(read)[0] == _unflattened(flatten(to_networkx(selection)))[0]
    assert set(_unflattened(read)[1]) == set(_unflattened(to_networkx(selection))[1])


def test_node_link_read_back_is_the_same_graph(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "json", tmp_path / "g.json")
    read = nx.node_link_graph(json.loads((tmp_path / "g.json").read_text(encoding="utf-8")), edges="edges")
    graph = to_networkx(selection)
    assert nx.utils.graphs_equal(read, graph)


def test_csv_has_a_row_a_node_and_a_row_an_edge(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "csv", tmp_path / "out")
    with (tmp_path / "out/nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = {row["Id"]: row for row in csv.DictReader(file)}
    with (tmp_path / "out/edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    graph = to_networkx(selection)
    assert set(nodes) == set(graph)
    assert len(edges) == graph.number_of_edges()
    assert json.loads(nodes["paper/arxiv-2101.00001"]["authors"]) == ["Ada Zhu", "Bo Li"]


@pytest.mark.parametrize(
    ("format_name", "parser"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml"), ("jsonld", "json-ld")]
)
def test_rdf_formats_hold_the_same_triples(selection: Selection, tmp_path: Path, format_name: str, parser: str) -> None:
    export_selection(selection, format_name, tmp_path / "g.out")
    export_selection(selection, "ntriples", tmp_path / "g.nt")
    one = rdflib.Graph().parse(tmp_path / "g.out", format=parser)
    other = rdflib.Graph().parse(tmp_path / "g.nt", format="nt")
    assert set(one) == set(other)


# Of database files the law asks for the same content, not for the same bytes.
def test_what_goes_into_a_spreadsheet_runs_no_formula(selection: Selection, tmp_path: Path) -> None:
    titles = ["=1+1", "-x", "＝1", "plain"][: selection.papers.num_rows]
    titles += ["more"] * (selection.papers.num_rows - len(titles))
    place = selection.papers.schema.get_field_index("title")
    hostile = replace(selection, papers=selection.papers.set_column(place, "title", pa.array(titles, pa.string())))
    labels = {}
    for name in ("csv", "safe-csv"):
        export_selection(hostile, name, tmp_path / name)
        with (tmp_path / name / "nodes.csv").open(encoding="utf-8", newline="") as file:
            labels[name] = [row["Label"] for row in csv.DictReader(file) if row["kind"] == "paper"]
    assert labels["csv"] == titles
    assert labels["safe-csv"] == [f"'{title}" if title[0] in "=-＝" else title for title in titles]
    assert (tmp_path / "csv" / "edges.csv").read_bytes() == (tmp_path / "safe-csv" / "edges.csv").read_bytes()


@pytest.mark.parametrize("format_name", [name for name in TARGETS if name not in ("ladybug", "duckdb")])
def test_every_export_is_the_same_each_time(selection: Selection, tmp_path: Path, format_name: str) -> None:
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        export_selection(selection, format_name, tmp_path / name / "g")
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        written.append([(file.name, file.read_bytes()) for file in files])
    assert written[0] == written[1] != []


def test_a_name_in_gz_is_compressed_without_a_clock(selection: Selection, tmp_path: Path) -> None:
    export_selection(selection, "turtle", tmp_path / "g.ttl.gz")
    export_selection(selection, "turtle", tmp_path / "g.ttl")
    packed = (tmp_path / "g.ttl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "g.ttl").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"


def test_an_unknown_format_tells_which_there_are(selection: Selection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="turtle"):
        export_selection(selection, "docx", tmp_path / "g")


def test_an_unwritable_target_says_so(selection: Selection, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        export_selection(selection, "graphml", tmp_path / "missing" / "g.graphml")
    assert list(tmp_path.iterdir()) == []


_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\n"), max_size=40)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_text, body=_text, author=_text)
def test_hostile_text_survives_ntriples(tmp_path: Path, title: str, body: str, author: str) -> None:
    paper = Paper("paper/t-000000000001", f'{title}; "x"', f"{body} Zed <b>&amp; 'q'", authors=(author,))
    other = Paper("paper/t-000000000002", "Two", "Zed")
    tables = make_tables([(p, mark(p, [("Zed", "method", "uses")])) for p in (paper, other)])
    export_selection(select(tables, Subset(), title="t", base_iri=BASE), "ntriples", tmp_path / "g.nt")
    triples = rdflib.Graph().parse(tmp_path / "g.nt", format="nt")
    assert str(triples.value(rdflib.URIRef(BASE + paper.id), rdflib.DCTERMS.title)) == paper.title
