"""openCypher: a script of UNWIND … MERGE statements, for consoles; run twice it changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.property_graph import NAMES, edge_groups, merge_edges, merge_nodes, node_groups, schema_statements
from kgraph.exporting.relations import EDGE_ID, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation
    from kgraph.storing.tables import Tables

#: Rows of one statement.
BATCH: Final = 500


def write_cypher(selection: Selection, path: Path) -> None:
    """Write the schema, then nodes, then relationships; empty texts and lists are left out."""
    tables = selection.tables()
    with path.open("wb") as file:
        file.writelines(f"{statement};\n".encode() for statement in schema_statements())
        for labels, select, relation in node_groups():
            row = f"'{{id: ' || {literal('id')} || ', properties: ' || {_map(_node_properties(relation))} || '}}'"
            file.writelines(_statements(tables, select, row, merge_nodes(labels)))
        for _, select, relation in edge_groups():
            row = (
                f"'{{source: ' || {literal('source')} || ', target: ' || {literal('target')}"
                f" || ', properties: ' || {_map(_edge_properties(relation))} || '}}'"
            )
            file.writelines(_statements(tables, select, row, merge_edges(relation)))


def literal(expression: str) -> str:
    """Return the SQL of a text as a Cypher string.

    A ``u`` after a backslash is written as an escape of its own: some servers look for such escapes before they
    look for pairs of backslashes.
    """
    backslash, quote = "chr(92)", "chr(39)"
    escaped = f"replace({expression}, {backslash}, {backslash} || {backslash})"
    for code, letter in ((39, quote), (10, "'n'"), (9, "'t'")):
        escaped = f"replace({escaped}, chr({code}), {backslash} || {letter})"
    escaped = f"replace({escaped}, {backslash} || {backslash} || 'u', repeat({backslash}, 3) || 'u0075')"
    return f"{quote} || {escaped} || {quote}"


def _node_properties(relation: Relation) -> dict[str, str]:
    return {NAMES[relation.name]: _value("label", "text")} | _further(relation)


def _edge_properties(relation: Relation) -> dict[str, str]:
    return {"id": literal(EDGE_ID), "weight": _value("weight", "number")} | _further(relation)


def _further(relation: Relation) -> dict[str, str]:
    return {name: _value(name, kind) for name, kind in relation.columns.items()}


def _value(name: str, kind: str) -> str:
    if kind == "text":
        return f"CASE WHEN {name} != '' THEN {literal(name)} END"
    if kind == "texts":
        items = f"array_to_string([{literal('item')} FOR item IN {name}], ', ')"
        return f"CASE WHEN len({name}) > 0 THEN '[' || {items} || ']' END"
    return f"CAST({name} AS VARCHAR)"


def _map(properties: dict[str, str]) -> str:
    """Return the SQL of a map literal; ``concat_ws`` passes over what is NULL."""
    return (
        "'{' || concat_ws(', ', " + ", ".join(f"'{name}: ' || {sql}" for name, sql in properties.items()) + ") || '}'"
    )


def _statements(tables: Tables, select: str, row: str, action: str) -> Iterator[bytes]:
    """Yield statements of ``BATCH`` rows each."""
    numbered = f"SELECT *, row_number() OVER () AS number, count(*) OVER () AS total FROM ({select})"  # noqa: S608
    first = f"CASE WHEN number % {BATCH} = 1 THEN 'UNWIND [' ELSE ',' END || chr(10)"
    last = (
        f"CASE WHEN number % {BATCH} = 0 OR number = total THEN chr(10) || '] AS row {action};' || chr(10) ELSE '' END"
    )
    yield from lines(tables, numbered, f"{first} || {row} || {last}")
