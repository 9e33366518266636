"""graphology's JSON, for sigma.js and Gephi Lite: directed and undirected edges, positions, colours and sizes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kgraph.exporting.appearance import tables_with, with_looks
from kgraph.exporting.json_objects import columns, json_object, structure, write_items
from kgraph.exporting.relations import DIRECTED, EDGE_ID, EDGES, NODES

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kgraph.exploring.subset import Selection

_LOOKS = {"x": "x", "y": "y", "size": "size", "color": "colour", "community": "community"}


def write_graphology(selection: Selection, path: Path, *, appearance: pa.Table | None = None) -> None:
    """Write what ``Graph.import`` of graphology takes. Without looks, ``x`` to ``community`` are left out."""
    tables = tables_with(selection, appearance)
    looks = {} if appearance is None else _LOOKS
    nodes = [
        (
            with_looks(relation),
            json_object({"key": "id", "attributes": structure(columns(relation, "label", "kind") | looks)}),
        )
        for relation in NODES
    ]
    edges = [
        (
            relation.sql,
            json_object(
                {
                    "key": EDGE_ID,
                    "source": "source",
                    "target": "target",
                    "undirected": "false" if relation.name in DIRECTED else "true",
                    "attributes": structure(columns(relation, "kind", "weight")),
                }
            ),
        )
        for relation in EDGES
    ]
    attributes = json.dumps({"name": selection.title}, ensure_ascii=False)
    with path.open("wb") as file:
        options = '{"type": "mixed", "multi": true, "allowSelfLoops": true}'
        file.write(f'{{"attributes": {attributes}, "options": {options}, "nodes": ['.encode())
        write_items(file, tables, nodes)
        file.write(b'\n], "edges": [')
        write_items(file, tables, edges)
        file.write(b"\n]}\n")
