"""Node-link JSON, as networkx, D3 and sigma read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kgraph.exporting.json_objects import columns, json_object, write_items
from kgraph.exporting.relations import EDGES, NODES, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection


def write_node_link(selection: Selection, path: Path) -> None:
    """Write the selection as node-link JSON (``nodes``, ``edges``); ``networkx.node_link_graph`` reads it back."""
    tables = tables_of(selection)
    nodes = [(relation.sql, json_object(columns(relation, "id", "kind", "label"))) for relation in NODES]
    edges = [
        (relation.sql, json_object(columns(relation, "source", "target", "kind", "weight") | {"key": "kind"}))
        for relation in EDGES
    ]
    name = json.dumps({"name": selection.title}, ensure_ascii=False)
    with path.open("wb") as file:
        file.write(f'{{"directed": true, "multigraph": true, "graph": {name}, "nodes": ['.encode())
        write_items(file, tables, nodes)
        file.write(b'\n], "edges": [')
        write_items(file, tables, edges)
        file.write(b"\n]}\n")
