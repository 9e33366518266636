"""GraphML, for Gephi, yEd, igraph and others. Lists stand as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.relations import EDGES, NODES, all_columns, lines, tables_of
from kgraph.exporting.xml_expressions import (
    attribute_text,
    columns_of,
    edge_attributes,
    element_text,
    is_number,
    joined,
    plain,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation

_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_TYPES: Final = {"text": "string", "texts": "string", "integer": "int", "number": "double"}


def write_graphml(selection: Selection, path: Path) -> None:
    """Write the selection as GraphML; the ids of edges tell their kind and ends."""
    tables = tables_of(selection)
    node_columns = {"kind": "text", "label": "text"} | all_columns(NODES)
    edge_columns = {"kind": "text", "weight": "number"} | all_columns(EDGES)
    with path.open("wb") as file:
        file.write(_HEAD.encode())
        file.writelines(_key("node", name, kind) for name, kind in node_columns.items())
        file.writelines(_key("edge", name, kind) for name, kind in edge_columns.items())
        file.write(b'<graph edgedefault="directed">\n')
        for relation in NODES:
            data = _data("node", relation, "kind", "label")
            line = joined("'<node id=\"'", attribute_text("id"), "'\">'", *data, "'</node>'", "chr(10)")
            file.writelines(lines(tables, relation.sql, line))
        for relation in EDGES:
            ends = [part for name, value in edge_attributes().items() for part in (f"' {name}=\"'", value, "'\"'")]
            data = _data("edge", relation, "kind", "weight")
            line = joined("'<edge'", *ends, "'>'", *data, "'</edge>'", "chr(10)")
            file.writelines(lines(tables, relation.sql, line))
        file.write(b"</graph>\n</graphml>\n")


def _key(domain: str, name: str, kind: str) -> bytes:
    """Return the declaration of an attribute of nodes or edges."""
    return f'<key id="{domain}-{name}" for="{domain}" attr.name="{name}" attr.type="{_TYPES[kind]}"/>\n'.encode()


def _data(domain: str, relation: Relation, *own: str) -> list[str]:
    cells = {
        name: plain(name, kind) if is_number(kind) else element_text(plain(name, kind))
        for name, kind in columns_of(relation, *own).items()
    }
    return [part for name, cell in cells.items() for part in (f"'<data key=\"{domain}-{name}\">'", cell, "'</data>'")]
