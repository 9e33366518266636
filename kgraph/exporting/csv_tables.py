"""CSV: a folder with nodes.csv and edges.csv, in the columns that Gephi's import knows (Id, Label, Source, Target)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.exporting.csv_files import write_rows
from kgraph.exporting.relations import DIRECTED, EDGES, NODES, all_columns, tables_of, together

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation


def write_csv(selection: Selection, folder: Path) -> None:
    """Write ``nodes.csv`` and ``edges.csv`` (RFC 4180, UTF-8) into an existing folder; lists stand as JSON text."""
    tables = tables_of(selection)
    write_rows(
        folder / "nodes.csv",
        ("Id", "Label", "kind", *all_columns(NODES)),
        tables,
        f"SELECT id, label, kind{_cells(NODES)} FROM ({together(NODES)})",  # noqa: S608 - our own expressions
    )
    directed = ", ".join(f"'{kind}'" for kind in DIRECTED)
    write_rows(
        folder / "edges.csv",
        ("Source", "Target", "Type", "kind", "weight", *all_columns(EDGES)),
        tables,
        f"SELECT source, target, CASE WHEN kind IN ({directed}) THEN 'Directed' ELSE 'Undirected' END, kind,"  # noqa: S608
        f" weight{_cells(EDGES)} FROM ({together(EDGES)})",
    )


def _cells(relations: tuple[Relation, ...]) -> str:
    return "".join(
        f", CAST(to_json({name}) AS VARCHAR)" if kind == "texts" else f", {name}"
        for name, kind in all_columns(relations).items()
    )
