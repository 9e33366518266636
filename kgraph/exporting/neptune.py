"""Amazon Neptune: nodes.csv and relationships.csv for its bulk loader, for openCypher or for Gremlin.

Lists of nodes are joined by ``;``, with a backslash before a ``;`` inside a value. Neptune's edges hold no lists:
there they stand as JSON text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.csv_files import joined_list, write_rows
from kgraph.exporting.relations import EDGE_ID, EDGES_WITH_EVIDENCE, LABELS, NODES, TYPES, all_columns, together

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import ColumnType

_TYPES: Final[dict[ColumnType, str]] = {
    "text": "String", "integer": "Int", "number": "Double", "texts": "String[]",
}  # fmt: skip


def write_neptune_opencypher(selection: Selection, folder: Path) -> None:
    """Write the files that the loader takes as format ``opencypher``."""
    _write(selection, folder, (":ID", ":LABEL"), (":ID", ":START_ID", ":END_ID", ":TYPE"))


def write_neptune_gremlin(selection: Selection, folder: Path) -> None:
    """Write the files that the loader takes as format ``csv``."""
    _write(selection, folder, ("~id", "~label"), ("~id", "~from", "~to", "~label"))


def _write(selection: Selection, folder: Path, of_nodes: tuple[str, ...], of_edges: tuple[str, ...]) -> None:
    tables = selection.tables()
    node_columns, edge_columns = all_columns(NODES), all_columns(EDGES_WITH_EVIDENCE)
    write_rows(
        folder / "nodes.csv",
        (*of_nodes, "label:String", *(f"{name}:{_TYPES[kind]}" for name, kind in node_columns.items())),
        tables,
        f"SELECT id, {_labels()}, label{_node_cells(node_columns)} FROM ({together(NODES)})",  # noqa: S608
    )
    single = {name: "text" if kind == "texts" else kind for name, kind in edge_columns.items()}
    write_rows(
        folder / "relationships.csv",
        (*of_edges, "weight:Double", *(f"{name}:{_TYPES[kind]}" for name, kind in single.items())),
        tables,
        f"SELECT {EDGE_ID}, source, target, {_types()}, weight{_edge_cells(edge_columns)}"  # noqa: S608
        f" FROM ({together(EDGES_WITH_EVIDENCE)})",
    )


def _labels() -> str:
    cases = " ".join(
        f"WHEN '{kind}' THEN '{label if kind == 'paper' else f'Entity;{label}'}'" for kind, label in LABELS.items()
    )
    return f"CASE kind {cases} END"


def _types() -> str:
    return "CASE kind " + " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in TYPES.items()) + " END"


def _node_cells(columns: dict[str, ColumnType]) -> str:
    cells = {"texts": lambda name: joined_list(name, "';'", "chr(92)"), "text": lambda name: f"nullif({name}, '')"}
    return "".join(f", {cells.get(kind, str)(name)}" for name, kind in columns.items())


def _edge_cells(columns: dict[str, ColumnType]) -> str:
    return "".join(
        f", CAST(to_json({name}) AS VARCHAR)" if kind == "texts" else f", {name}" for name, kind in columns.items()
    )
