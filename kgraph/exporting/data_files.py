"""The tables for data tools: JSON Lines and a DuckDB file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from kgraph.exporting.relations import EDGES, NODES, lines, together

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection

#: The tables of a selection, in the order in which a reader wants them.
TABLES: Final = (
    "papers", "entities", "aliases", "paper_entity", "comentions", "shared_techniques", "mentions",
)  # fmt: skip


def write_json_lines(selection: Selection, folder: Path) -> None:
    """Write each table as ``NAME.jsonl``, an object a row, into an existing folder."""
    tables = selection.tables()
    for name in TABLES:
        members = ", ".join(f"'{column}': \"{column}\"" for column in tables.read(name).column_names)
        with (folder / f"{name}.jsonl").open("wb") as file:
            line = f"CAST(to_json({{{members}}}) AS VARCHAR) || chr(10)"
            file.writelines(lines(tables, f"SELECT * FROM {name}", line))  # noqa: S608 - our own name


def write_duckdb(selection: Selection, path: Path) -> None:
    """Write the tables into a DuckDB file, with the views ``nodes`` and ``edges`` over them."""
    with duckdb.connect(str(path)) as connection:
        for name in TABLES:
            connection.register("incoming", getattr(selection, name))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 - our own name
            connection.unregister("incoming")
        connection.execute(f"CREATE VIEW nodes AS {together(NODES)}")
        connection.execute(f"CREATE VIEW edges AS {together(EDGES)}")
