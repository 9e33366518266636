"""Cytoscape.js JSON: elements with their data and positions, and a style that uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kgraph.exporting.appearance import tables_with, with_looks
from kgraph.exporting.json_objects import columns, json_object, structure, write_items
from kgraph.exporting.relations import DIRECTED, EDGE_ID, EDGES, NODES

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kgraph.exploring.subset import Selection

_STYLE: Final = [
    {"selector": "node", "style": {"label": "data(label)", "font-size": 8}},
    {
        "selector": "node[colour]",
        "style": {"background-color": "data(colour)", "width": "data(size)", "height": "data(size)"},
    },
    {"selector": "edge", "style": {"width": 1, "opacity": 0.4, "curve-style": "haystack"}},
    {"selector": "edge[?directed]", "style": {"curve-style": "straight", "target-arrow-shape": "triangle"}},
]


def write_cytoscape(selection: Selection, path: Path, *, appearance: pa.Table | None = None) -> None:
    """Write what ``cytoscape({...})`` and ``cy.json`` take: ``elements``, ``layout`` and ``style``."""
    tables = tables_with(selection, appearance)
    drawn = appearance is not None
    nodes = []
    for relation in NODES:
        data = columns(relation, "id", "label", "kind") | ({"size": "2 * size", "colour": "colour"} if drawn else {})
        place = {"position": structure({"x": "x", "y": "y"})} if drawn else {}
        nodes.append((with_looks(relation), json_object({"data": structure(data)} | place)))
    edges = [
        (
            relation.sql,
            json_object(
                {
                    "data": structure(
                        {"id": EDGE_ID}
                        | columns(relation, "source", "target", "kind", "weight")
                        | {"directed": "true" if relation.name in DIRECTED else "false"}
                    )
                }
            ),
        )
        for relation in EDGES
    ]
    with path.open("wb") as file:
        file.write(b'{"elements": {"nodes": [')
        write_items(file, tables, nodes)
        file.write(b'\n], "edges": [')
        write_items(file, tables, edges)
        name = json.dumps({"name": selection.title}, ensure_ascii=False)
        layout = json.dumps({"name": "preset" if drawn else "cose"})
        file.write(f'\n]}}, "data": {name}, "layout": {layout}, "style": {json.dumps(_STYLE)}}}\n'.encode())
