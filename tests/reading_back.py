"""Reads each format back into one shape: nodes by id and edges by (source, target, kind), with their attributes.

Empty texts and lists are left out on both sides: databases do not tell them from what is absent.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from kgraph.exploring.subset import Selection
from kgraph.exporting.networks import to_networkx
from kgraph.exporting.relations import DIRECTED, EDGES_WITH_EVIDENCE, LABELS, NODES, TYPES, all_columns

Nodes = dict[str, dict[str, Any]]
Edges = dict[tuple[str, str, str], dict[str, Any]]
Graph = tuple[Nodes, Edges]

LISTS = {name for name, kind in (all_columns(NODES) | all_columns(EDGES_WITH_EVIDENCE)).items() if kind == "texts"}
KIND_OF_LABEL = {label: kind for kind, label in LABELS.items()}
KIND_OF_TYPE = {name: kind for kind, name in TYPES.items()}


def expected(selection: Selection) -> Graph:
    """Return what a format that carries all attributes must hold."""
    graph = to_networkx(selection)
    nodes = {node: clean(data) for node, data in graph.nodes(data=True)}
    edges = {(u, v, key): clean(data) for u, v, key, data in graph.edges(keys=True, data=True)}
    return nodes, edges


def clean(data: dict[str, Any], *without: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in without and value not in ("", [], None)}


def without_evidence(graph: Graph) -> Graph:
    """Drop the sentences of the edges and their ids, which networkx does not have."""
    nodes, edges = graph
    return nodes, {key: clean(data, "evidence", "id") for key, data in edges.items()}


def rows(path: Path) -> list[list[str]]:
    csv.field_size_limit(1 << 28)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_csv_folder(folder: Path) -> Graph:
    (header, *nodes), (edge_header, *edges) = rows(folder / "nodes.csv"), rows(folder / "edges.csv")
    read_nodes, read_edges = {}, {}
    for row in nodes:
        data = dict(zip(header, row, strict=True))
        read_nodes[data["Id"]] = clean(_parsed({"label": data.pop("Label"), **data}), "Id")
    for row in edges:
        data = dict(zip(edge_header, row, strict=True))
        assert data["Type"] == ("Directed" if data["kind"] in DIRECTED else "Undirected")
        read_edges[data["Source"], data["Target"], data["kind"]] = clean(_parsed(data), "Source", "Target", "Type")
    return read_nodes, read_edges


def _parsed(data: dict[str, Any]) -> dict[str, Any]:
    """Give texts of tables the type of their column: lists are JSON, numbers are numbers."""
    whole = {"papers", "mentions", "sentences"}
    numbers = {"weight", "confidence", "npmi", "log_likelihood", "score"}
    parsed: dict[str, Any] = {}
    for name, value in data.items():
        if value == "":
            continue
        if name in LISTS:
            parsed[name] = json.loads(value)
        elif name in whole:
            parsed[name] = int(value)
        else:
            parsed[name] = float(value) if name in numbers else value
    return parsed


_NEO4J = {"string": str, "long": int, "double": float}


def read_neo4j_folder(folder: Path) -> Graph:
    """Read the folder as the documented grammar of ``neo4j-admin database import`` says."""
    options = (folder / "import.args").read_text(encoding="utf-8").splitlines()
    assert "--array-delimiter=U+001F" in options
    nodes: Nodes = {}
    edges: Edges = {}
    for option in options:
        name, _, value = option.partition("=")
        labels, _, files = value.rpartition("=")
        if name not in ("--nodes", "--relationships"):
            continue
        header_file, data_file = files.split(",")
        ((*header,),) = rows(folder / header_file)
        for row in rows(folder / data_file):
            fields = dict(zip(header, row, strict=True))
            own = {n: v for n, v in fields.items() if not n.startswith(":") and ":ID(" not in n}
            data = {n.split(":")[0]: _typed(n, v) for n, v in own.items()}
            if name == "--nodes":
                (node,) = (v for n, v in fields.items() if n.startswith("id:ID("))
                label = data.pop("title", None) or data.pop("name")
                assert labels == ("Entity" if fields[":LABEL"] != "Paper" else "")
                nodes[node] = clean({**data, "label": label, "kind": KIND_OF_LABEL[fields[":LABEL"]]})
            else:
                ends = [v for n, v in fields.items() if n.startswith((":START_ID(", ":END_ID("))]
                kind = KIND_OF_TYPE[fields[":TYPE"]]
                edges[ends[0], ends[1], kind] = clean({**data, "kind": kind})
    return nodes, edges


def _typed(name: str, value: str) -> Any:
    kind = name.split(":")[1]
    if value == "":
        return None
    return value.split("\x1f") if kind == "string[]" else _NEO4J[kind](value)


def read_neptune_folder(folder: Path, node_id: str, label: str, ends: tuple[str, str], kind: str) -> Graph:
    (header, *nodes), (edge_header, *edges) = rows(folder / "nodes.csv"), rows(folder / "relationships.csv")
    read_nodes, read_edges = {}, {}
    for row in nodes:
        data = dict(zip(header, row, strict=True))
        labels = data[label].split(";")
        assert labels == ["Paper"] or (labels[0] == "Entity" and len(labels) == 2)
        typed = {n.split(":")[0]: _neptune(n, v) for n, v in data.items() if n not in (node_id, label)}
        read_nodes[data[node_id]] = clean({**typed, "kind": KIND_OF_LABEL[labels[-1]]})
    for row in edges:
        data = dict(zip(edge_header, row, strict=True))
        typed = {n.split(":")[0]: _neptune(n, v) for n, v in data.items() if n not in (node_id, *ends, kind)}
        lists = {n: json.loads(v) for n, v in typed.items() if n in LISTS and v}
        own = KIND_OF_TYPE[data[kind]]
        read_edges[data[ends[0]], data[ends[1]], own] = clean({**typed, **lists, "kind": own})
    return read_nodes, read_edges


def _neptune(name: str, value: str) -> Any:
    if value == "":
        return None
    kind = name.split(":")[1]
    if kind == "String[]":
        return [part.replace("\\;", ";") for part in _split(value)]
    return {"String": str, "Int": int, "Double": float}[kind](value)


def _split(text: str) -> list[str]:
    """Split at each ``;`` that has no backslash before it."""
    parts = [""]
    for piece in text.split(";"):
        parts[-1] += piece
        if piece.endswith("\\"):
            parts[-1] += ";"
        else:
            parts.append("")
    return parts[:-1] if parts[-1] == "" else parts


def read_graphology(path: Path) -> Graph:
    content = json.loads(path.read_text(encoding="utf-8"))
    looks = ("x", "y", "size", "color", "community")
    nodes = {node["key"]: clean(node["attributes"], *looks) for node in content["nodes"]}
    edges = {(e["source"], e["target"], e["attributes"]["kind"]): clean(e["attributes"]) for e in content["edges"]}
    return nodes, edges


def read_cytoscape(path: Path) -> Graph:
    elements = json.loads(path.read_text(encoding="utf-8"))["elements"]
    nodes = {node["data"]["id"]: clean(node["data"], "id", "size", "colour") for node in elements["nodes"]}
    ends = ("id", "source", "target", "directed")
    data = [edge["data"] for edge in elements["edges"]]
    edges = {(edge["source"], edge["target"], edge["kind"]): clean(edge, *ends) for edge in data}
    return nodes, edges
