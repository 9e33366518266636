"""Neo4j: a folder of CSV files for ``neo4j-admin database import``, with the command that loads them.

Each file of rows has its header in a file of its own. Lists are joined by the unit separator (U+001F), which
cleaned text never holds, so that no value is torn apart as it would be by ``;``. Relationships carry their id
as the property ``id``: the import tool refuses ``:ID`` in their headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.csv_files import header_line, joined_list, write_rows
from kgraph.exporting.property_graph import ENDS, schema_statements
from kgraph.exporting.relations import EDGE_ID, EDGES_WITH_EVIDENCE, ENTITIES, LABELS, PAPERS, TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import ColumnType, Relation
    from kgraph.storing.tables import Tables

_TYPES: Final[dict[ColumnType, str]] = {
    "text": "string", "integer": "long", "number": "double", "texts": "string[]",
}  # fmt: skip
_OPTIONS: Final = (
    "--id-type=string",
    "--array-delimiter=U+001F",
    "--multiline-fields=true",
    "--trim-strings=false",
    "--bad-tolerance=0",
)
_SCRIPT: Final = """\
#!/bin/sh
# Loads the files of this folder into a new database: sh import.sh [DATABASE]
# Neo4j must not be running. Where neo4j-admin is not on the PATH, set NEO4J_HOME.
set -eu
cd "$(dirname "$0")"
"${NEO4J_HOME:+$NEO4J_HOME/bin/}neo4j-admin" database import full @import.args "${1:-neo4j}"
echo "Start Neo4j and run constraints.cypher there, for fast look-ups by id and name."
"""


def write_neo4j(selection: Selection, folder: Path) -> None:
    """Write CSV files, ``import.args``, ``import.sh`` and ``constraints.cypher`` into an existing folder."""
    tables = selection.tables()
    _write_nodes(tables, folder, PAPERS, "Paper", "title")
    _write_nodes(tables, folder, ENTITIES, "Entity", "name")
    for relation in EDGES_WITH_EVIDENCE:
        _write_relationships(tables, folder, relation)
    options = [
        *_OPTIONS,
        "--nodes=Paper-header.csv,Paper.csv",
        # The further label of every entity; its type stands in the column.
        "--nodes=Entity=Entity-header.csv,Entity.csv",
        *(f"--relationships={name}-header.csv,{name}.csv" for name in TYPES.values()),
    ]
    (folder / "import.args").write_text("".join(f"{option}\n" for option in options), encoding="utf-8")
    (folder / "import.sh").write_text(_SCRIPT, encoding="utf-8")
    schema = "".join(f"{statement};\n" for statement in schema_statements())
    (folder / "constraints.cypher").write_text(schema, encoding="utf-8")


def _write_nodes(tables: Tables, folder: Path, relation: Relation, space: str, label: str) -> None:
    labels = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in LABELS.items())
    header = [f"id:ID({space})", ":LABEL", f"{label}:string", *_typed(relation)]
    (folder / f"{space}-header.csv").write_bytes(header_line(header))
    write_rows(
        folder / f"{space}.csv",
        (),
        tables,
        f"SELECT id, CASE kind {labels} END, label{_cells(relation)} FROM ({relation.sql})",  # noqa: S608
    )


def _write_relationships(tables: Tables, folder: Path, relation: Relation) -> None:
    name = TYPES[relation.name]
    start, end = ENDS[relation.name]
    header = [f":START_ID({start})", f":END_ID({end})", ":TYPE", "id:string", "weight:double", *_typed(relation)]
    (folder / f"{name}-header.csv").write_bytes(header_line(header))
    write_rows(
        folder / f"{name}.csv",
        (),
        tables,
        f"SELECT source, target, '{name}', {EDGE_ID}, weight{_cells(relation)} FROM ({relation.sql})",  # noqa: S608
    )


def _typed(relation: Relation) -> list[str]:
    return [f"{name}:{_TYPES[kind]}" for name, kind in relation.columns.items()]


def _cells(relation: Relation) -> str:
    cells = {"texts": lambda name: joined_list(name, "chr(31)"), "text": lambda name: f"nullif({name}, '')"}
    return "".join(f", {cells.get(kind, str)(name)}" for name, kind in relation.columns.items())
