"""Write a graph with kgraph and with what people use for each format today; print seconds, peak memory and ratios.

Usage: python benchmarks/export_speed.py GRAPH [--biocypher PYTHON] [--without rdflib]

Each writer runs in a process of its own. The clock counts writing alone: kgraph starts from the selected tables,
networkx from a flattened graph and rdflib from a filled one, whose making is free for them; BioCypher (0.17, run by the
interpreter that has it) from rows in memory. Peak memory is that of the process before and after writing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: What is written → (ours, theirs).
PAIRS = {
    "GraphML": ("graphml", "networkx-graphml"),
    "GEXF": ("gexf", "networkx-gexf"),
    "node-link JSON": ("json", "networkx-json"),
    "Neo4j CSV": ("neo4j", "biocypher"),
    "Turtle": ("turtle", "rdflib"),
}
_SCHEMA = """
{name}:
  is_a: {parent}
  represented_as: {kind}
  preferred_id: id
  input_label: {name}
{ends}  properties: {properties}
"""
_ONTOLOGY = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
<owl:Class rdf:about="urn:x:thing"><rdfs:label>thing</rdfs:label></owl:Class>
<owl:Class rdf:about="urn:x:entity"><rdfs:label>entity</rdfs:label>
<rdfs:subClassOf rdf:resource="urn:x:thing"/></owl:Class>
<owl:Class rdf:about="urn:x:association"><rdfs:label>association</rdfs:label>
<rdfs:subClassOf rdf:resource="urn:x:thing"/></owl:Class>
</rdf:RDF>
"""
_CONFIG = """
biocypher: {dbms: neo4j, offline: true, strict_mode: false, log_to_disk: false}
neo4j: {database_name: neo4j, delimiter: ",", array_delimiter: "|", quote_character: '"', file_format: csv}
"""
_COLUMNS: dict[str, dict[str, str]] = {
    "paper": {"title": "str", "abstract": "str", "date": "str", "url": "str", "authors": "str[]"},
    "concept": {"name": "str", "type": "str", "papers": "int", "mentions": "int"},
    "mentions": {"role": "str", "confidence": "float", "mentions": "int"},
    "co mention": {"papers": "int", "sentences": "int", "npmi": "float", "log_likelihood": "float"},
    "shared technique": {"score": "float", "techniques": "str[]"},
}
#: Kind of edge → the table, and the columns and kinds of its ends.
_EDGES = {
    "mentions": ("paper_entity", ("paper", "paper"), ("entity", "concept")),
    "co mention": ("comentions", ("source", "concept"), ("target", "concept")),
    "shared technique": ("shared_techniques", ("source", "paper"), ("target", "paper")),
}


def prepare(name: str, graph: Path, out: Path) -> Callable[[], None]:
    """Return what is to be timed."""
    if name == "biocypher":
        return _biocypher(graph, out)
    import kgraph
    from kgraph.exporting import export_selection
    from kgraph.exporting.networks import flatten

    opened = kgraph.open_graph(graph)
    if name == "rdflib":
        import rdflib

        export_selection(opened.select(), "ntriples", out / "g.nt")
        filled = rdflib.Graph().parse(out / "g.nt", format="nt")
        return lambda: void(filled.serialize(out / "g.ttl", format="turtle"))
    if not name.startswith("networkx-"):
        selection = opened.select()
        return lambda: export_selection(selection, name, out / "ours")
    import networkx as nx

    full = opened.to_networkx()
    flat = full if name == "networkx-json" else flatten(full)
    writers: dict[str, Callable[[], None]] = {
        "networkx-graphml": lambda: nx.write_graphml(flat, out / "g.graphml"),
        "networkx-gexf": lambda: nx.write_gexf(flat, out / "g.gexf", version="1.3"),
        "networkx-json": lambda: void((out / "g.json").write_text(json.dumps(nx.node_link_data(flat, edges="edges")))),
    }
    return writers[name]


def peak() -> float:
    """Return the MiB that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def void(_: object) -> None:
    """Forget a result."""


def _biocypher(tables: Path, out: Path) -> Callable[[], None]:
    """Return BioCypher's writing of the same nodes and edges, read from exported Parquet tables."""
    import biocypher  # type: ignore[import-not-found, unused-ignore]
    import pyarrow.parquet as pq

    parts = []
    for name, columns in _COLUMNS.items():
        kind = "edge" if name in _EDGES else "node"
        ends = f"  source: {_EDGES[name][1][1]}\n  target: {_EDGES[name][2][1]}\n" if kind == "edge" else ""
        parent = "association" if kind == "edge" else "entity"
        parts.append(_SCHEMA.format(name=name, parent=parent, kind=kind, ends=ends, properties=json.dumps(columns)))
    for file, content in (("schema.yaml", "".join(parts)), ("config.yaml", _CONFIG), ("head.owl", _ONTOLOGY)):
        (out / file).write_text(content, encoding="utf-8")

    def rows(table: str) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = pq.read_table(tables / f"{table}.parquet").to_pylist()
        return read

    nodes = [
        (row["id"], kind, {column: row[column] for column in _COLUMNS[kind]})
        for kind, table in (("paper", "papers"), ("concept", "entities"))
        for row in rows(table)
    ]
    edges = [
        (None, row[source], row[target], kind, {column: row[column] for column in _COLUMNS[kind]})
        for kind, (table, (source, _), (target, _)) in _EDGES.items()
        for row in rows(table)
    ]

    def write() -> None:
        writer = biocypher.BioCypher(
            dbms="neo4j", offline=True, schema_config_path=str(out / "schema.yaml"),
            biocypher_config_path=str(out / "config.yaml"), output_directory=str(out / "out"),
            head_ontology={"url": str(out / "head.owl"), "root_node": "thing"},
        )  # fmt: skip
        writer.write_nodes(iter(nodes))
        writer.write_edges(iter(edges))

    return write


def measure(name: str, graph: Path, python: str) -> dict[str, float]:
    """Return the seconds and MiB that a writer takes in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "biocypher":
            import kgraph

            kgraph.open_graph(graph).export("parquet", Path(folder) / "tables")
            graph = Path(folder) / "tables"
        done = subprocess.run(
            [python, str(Path(__file__).resolve()), str(graph.resolve()), "--one", name, "--out", folder],
            capture_output=True, text=True, check=True, cwd=folder,
        )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def compare(graph: Path, pairs: dict[str, tuple[str, str]], biocypher: str) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| format | kgraph | | the other | | | times as fast |"
    yield "|---|---|---|---|---|---|---|"
    for title, (ours, theirs) in pairs.items():
        mine = measure(ours, graph, sys.executable)
        other = measure(theirs, graph, biocypher if theirs == "biocypher" else sys.executable)
        times = other["seconds"] / mine["seconds"]
        yield f"| {title} | {figures(mine)} | {theirs.partition('-')[0]} | {figures(other)} | {times:.1f} |"


def figures(told: dict[str, float]) -> str:
    """Return the two cells of a writer."""
    return f"{told['seconds']:.2f} s | {told['before']:.0f} → {told['peak']:.0f} MiB"


def main() -> None:
    """Parse the arguments; print the table, or run one writer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--biocypher", default="", help="an interpreter that has BioCypher and pyarrow")
    parser.add_argument("--without", action="append", default=[], help="leave a writer out")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        write = prepare(options.one, options.graph, options.out)
        before, start = peak(), time.perf_counter()
        write()
        print(json.dumps({"seconds": time.perf_counter() - start, "before": before, "peak": peak()}))
        return
    left_out = {*options.without, *([] if options.biocypher else ["biocypher"])}
    pairs = {title: pair for title, pair in PAIRS.items() if pair[1].partition("-")[0] not in left_out}
    for line in compare(options.graph, pairs, options.biocypher):
        print(line, flush=True)


if __name__ == "__main__":
    main()
