"""GEXF 1.3, for Gephi and Gephi Lite: attributes, weights, dates, positions, colours and sizes.

Lists stand as JSON text. A paper's date is also its timestamp, a year or month as the first day of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.appearance import tables_with, with_looks
from kgraph.exporting.relations import EDGES, NODES, PAPERS, all_columns, lines
from kgraph.exporting.xml_expressions import attribute_text, columns_of, edge_attributes, is_number, joined, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation

_TYPES: Final = {"text": "string", "texts": "string", "integer": "integer", "number": "double"}
_PARTIAL_DATE: Final = "^[0-9]{4}(-[0-9]{2})?(-[0-9]{2})?$"


def write_gexf(selection: Selection, path: Path, *, appearance: pa.Table | None = None) -> None:
    """Write the selection as GEXF 1.3."""
    tables = tables_with(selection, appearance)
    node_columns, edge_columns = {"kind": "text"} | all_columns(NODES), {"kind": "text"} | all_columns(EDGES)
    with path.open("wb") as file:
        file.write(
            b'<?xml version="1.0" encoding="utf-8"?>\n<gexf xmlns="http://gexf.net/1.3"'
            b' xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n<graph defaultedgetype="directed" mode="dynamic"'
            b' timeformat="date" timerepresentation="timestamp">\n'
        )
        file.write(_declared("node", node_columns) + _declared("edge", edge_columns))
        file.write(b"<nodes>\n")
        for relation in NODES:
            file.writelines(lines(tables, with_looks(relation), _node(relation)))
        file.write(b"</nodes>\n<edges>\n")
        for relation in EDGES:
            file.writelines(lines(tables, relation.sql, _edge(relation)))
        file.write(b"</edges>\n</graph>\n</gexf>\n")


def _declared(domain: str, columns: Mapping[str, str]) -> bytes:
    """Return the declarations of attributes; graphology takes their ids for their names, so these are the same."""
    declared = "".join(
        f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>\n' for name, kind in columns.items()
    )
    return f'<attributes class="{domain}" mode="static">\n{declared}</attributes>\n'.encode()


def _node(relation: Relation) -> str:
    tag = (
        "'<node id=\"'",
        attribute_text("id"),
        "'\" label=\"'",
        attribute_text("label"),
        "'\"'",
        _timestamp(relation),
    )
    return joined(*tag, "'>'", *_values(relation), _viz(), "'</node>'", "chr(10)")


def _edge(relation: Relation) -> str:
    ends = edge_attributes()
    own = {"id": ends["id"], "source": ends["source"], "target": ends["target"], "kind": "kind", "weight": "weight"}
    tag = [part for name, value in own.items() for part in (f"' {name}=\"'", value, "'\"'")]
    return joined("'<edge'", *tag, "'>'", *_values(relation), "'</edge>'", "chr(10)")


def _timestamp(relation: Relation) -> str:
    if relation is not PAPERS:
        return "''"
    day = "rpad(date, 10, '-01-01')"
    known = f"regexp_matches(date, '{_PARTIAL_DATE}') AND TRY_CAST({day} AS DATE) IS NOT NULL"
    return f"CASE WHEN {known} THEN ' timestamp=\"' || {day} || '\"' ELSE '' END"


def _values(relation: Relation) -> list[str]:
    cells = {
        name: plain(name, kind) if is_number(kind) else attribute_text(plain(name, kind))
        for name, kind in columns_of(relation, "kind").items()
    }
    values = [part for name, cell in cells.items() for part in (f'\'<attvalue for="{name}" value="\'', cell, "'\"/>'")]
    return ["'<attvalues>'", *values, "'</attvalues>'"]


def _viz() -> str:
    colours = " || ".join(
        f"' {channel}=\"' || CAST(CAST('0x' || substr(colour, {2 + 2 * place}, 2) AS INTEGER) AS VARCHAR) || '\"'"
        for place, channel in enumerate("rgb")
    )
    position = "'<viz:position x=\"' || x || '\" y=\"' || y || '\" z=\"0.0\"/><viz:size value=\"' || size || '\"/>'"
    return f"coalesce('<viz:color' || {colours} || '/>' || {position}, '')"
