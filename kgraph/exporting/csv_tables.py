"""CSV: a folder with nodes.csv and edges.csv, in the columns that Gephi's import knows (Id, Label, Source, Target)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.csv_files import write_rows
from kgraph.exporting.relations import DIRECTED, EDGES, NODES, all_columns, tables_of, together

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation


#: What a spreadsheet takes for the beginning of a formula; in East Asian ones the wide signs too.
_FORMULA: Final = r"^[=+@\t\r\n＝＋－＠-]"


def write_csv(selection: Selection, folder: Path) -> None:
    """Write ``nodes.csv`` and ``edges.csv`` (RFC 4180, UTF-8) into an existing folder; lists stand as JSON text."""
    _write(selection, folder, str)


def write_safe_csv(selection: Selection, folder: Path) -> None:
    """Write as :func:`write_csv`, with an apostrophe before each text that a spreadsheet would run as a formula."""
    _write(selection, folder, _guarded)


def _guarded(text: str) -> str:
    return f"CASE WHEN regexp_matches({text}, '{_FORMULA}') THEN chr(39) || {text} ELSE {text} END"


def _write(selection: Selection, folder: Path, shown: Callable[[str], str]) -> None:
    tables = tables_of(selection)
    write_rows(
        folder / "nodes.csv",
        ("Id", "Label", "kind", *all_columns(NODES)),
        tables,
        f"SELECT id, {shown('label')} AS label, kind{_cells(NODES, shown)} FROM ({together(NODES)})",  # noqa: S608 - our own expressions
    )
    directed = ", ".join(f"'{kind}'" for kind in DIRECTED)
    write_rows(
        folder / "edges.csv",
        ("Source", "Target", "Type", "kind", "weight", *all_columns(EDGES)),
        tables,
        f"SELECT source, target, CASE WHEN kind IN ({directed}) THEN 'Directed' ELSE 'Undirected' END, kind,"  # noqa: S608
        f" weight{_cells(EDGES, shown)} FROM ({together(EDGES)})",
    )


def _cells(relations: tuple[Relation, ...], shown: Callable[[str], str]) -> str:
    # A list is JSON, which begins with a bracket: no spreadsheet runs that.
    written = {"texts": lambda name: f"CAST(to_json({name}) AS VARCHAR)", "text": shown}
    return "".join(f", {written.get(kind, str)(name)} AS {name}" for name, kind in all_columns(relations).items())
