"""The graph as a networkx graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection


def to_networkx(selection: Selection) -> nx.MultiDiGraph[str]:
    """Return papers and entities as nodes and every edge with its kind as the key.

    Nodes carry ``kind`` (``paper`` or the entity's type), ``label`` and what their table says; edges carry
    ``kind`` and their weights. The undirected kinds, ``co_mention`` and ``shared_technique``, stand once, from
    the smaller id to the larger.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=selection.title)
    graph.add_nodes_from((row["id"], _paper(row)) for row in selection.papers.to_pylist())
    aliases = _aliases(selection)
    graph.add_nodes_from((row["id"], _entity(row, aliases)) for row in selection.entities.to_pylist())
    for source, target, kind, attributes in _edges(selection):
        graph.add_edge(source, target, key=kind, **attributes)
    return graph


def _paper(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "paper",
        "label": row["title"],
        "text_kind": row["text_kind"],
        "abstract": row["abstract"],
        "date": row["date"],
        "url": row["url"],
        "authors": row["authors"],
        "identifiers": [f"{i['scheme']}:{i['value']}" for i in row["identifiers"]],
    }


def _entity(row: dict[str, Any], aliases: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "kind": row["type"],
        "label": row["name"],
        "papers": row["papers"],
        "mentions": row["mentions"],
        "aliases": aliases.get(row["id"], []),
    }


def _aliases(selection: Selection) -> dict[str, list[str]]:
    aliases: dict[str, list[str]] = {}
    for row in selection.aliases.to_pylist():
        aliases.setdefault(row["entity"], []).append(row["alias"])
    return aliases


def _edges(selection: Selection) -> list[tuple[str, str, str, dict[str, Any]]]:
    mentions = [
        (row["paper"], row["entity"], "mentions", _weights("mentions", row, ("role", "confidence", "mentions")))
        for row in selection.paper_entity.to_pylist()
    ]
    comentions = [
        (
            row["source"],
            row["target"],
            "co_mention",
            _weights("co_mention", row, ("papers", "sentences", "npmi", "log_likelihood")),
        )
        for row in selection.comentions.to_pylist()
    ]
    shared = [
        (row["source"], row["target"], "shared_technique", _weights("shared_technique", row, ("score", "techniques")))
        for row in selection.shared_techniques.to_pylist()
    ]
    broader = [
        (row["id"], row["broader"], "broader", {"kind": "broader", "weight": 1.0})
        for row in selection.entities.to_pylist()
        if row["broader"]
    ]
    return mentions + comentions + shared + broader


#: What programs that lay out or rank by ``weight`` should see of each kind of edge.
_WEIGHT = {"mentions": "confidence", "co_mention": "log_likelihood", "shared_technique": "score"}


def _weights(kind: str, row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    weight = max(float(row[_WEIGHT[kind]]), 0.0)
    return {"kind": kind, "weight": weight, **{column: row[column] for column in columns}}


def flatten(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return a copy whose lists are JSON text, for formats that hold single values only.

    JSON keeps them reversible: ``json.loads`` gives the list back.
    """
    import json

    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)

    def single(attributes: dict[str, Any]) -> dict[str, Any]:
        return {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
            for name, value in attributes.items()
        }

    flat.add_nodes_from((node, single(attributes)) for node, attributes in graph.nodes(data=True))
    for source, target, kind, attributes in graph.edges(keys=True, data=True):
        flat.add_edge(source, target, key=kind, **single(attributes))
    return flat
