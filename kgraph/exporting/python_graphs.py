"""The graph as an object of other graph libraries: rustworkx and igraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgraph.errors import OutputError
from kgraph.exporting.relations import EDGES, NODES, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import igraph
    import rustworkx

    from kgraph.exploring.subset import Selection


def to_rustworkx(selection: Selection) -> rustworkx.PyDiGraph[dict[str, Any], dict[str, Any]]:
    """Return a rustworkx PyDiGraph whose nodes and edges are dictionaries with the attributes of the networkx graph.

    A node has its ``id`` among them. Raises :class:`OutputError` where rustworkx is not installed.
    """
    try:
        import rustworkx
    except ImportError:
        raise OutputError("this needs rustworkx: pip install 'kgraph-papers[rustworkx]'") from None
    graph: rustworkx.PyDiGraph[dict[str, Any], dict[str, Any]] = rustworkx.PyDiGraph(attrs={"name": selection.title})
    nodes = list(_rows(selection, "nodes"))
    number = dict(zip((node["id"] for node in nodes), graph.add_nodes_from(nodes), strict=True))
    graph.add_edges_from([(number[e["source"]], number[e["target"]], _own(e)) for e in _rows(selection, "edges")])
    return graph


def to_igraph(selection: Selection) -> igraph.Graph:
    """Return a directed igraph Graph; vertices have ``name`` (the id), ``label``, ``kind`` and the other attributes.

    What a vertex or edge lacks is None. igraph is under the GPL, which is why it is not installed with kgraph.
    Raises :class:`OutputError` where it is missing.
    """
    try:
        import igraph
    except ImportError:
        raise OutputError("this needs igraph: pip install 'kgraph-papers[igraph]'") from None
    nodes, edges = list(_rows(selection, "nodes")), list(_rows(selection, "edges"))
    number = {node["id"]: place for place, node in enumerate(nodes)}
    graph = igraph.Graph(directed=True)
    graph["name"] = selection.title
    graph.add_vertices(len(nodes), _by_column([{"name": node.pop("id"), **node} for node in nodes]))
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in edges]
    graph.add_edges(ends, _by_column([_own(edge) for edge in edges]))
    return graph


def _rows(selection: Selection, what: str) -> Iterator[dict[str, Any]]:
    tables = tables_of(selection)
    for relation in NODES if what == "nodes" else EDGES:
        for batch in tables.batches(relation.sql):
            yield from batch.to_pylist()


def _own(edge: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in edge.items() if name not in ("source", "target")}


def _by_column(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}
