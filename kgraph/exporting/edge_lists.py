"""Edge lists for graph learning: numbered nodes, NumPy arrays of edges, and a table that tells which is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgraph.exporting.csv_files import write_rows
from kgraph.exporting.relations import EDGES, NODES, tables_of, together

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection

_NODES = (
    f"SELECT row_number() OVER (ORDER BY rank, id) - 1 AS number, id, kind, label FROM"  # noqa: S608 - our own expressions
    f" (SELECT id, kind, label, (kind = 'paper')::INTEGER AS rank FROM ({together(NODES)}))"
)


def write_edge_lists(selection: Selection, folder: Path) -> None:
    """Write ``nodes.csv`` (number, id, kind, label; entities first) and ``edges.npz`` into an existing folder.

    ``edges.npz`` holds, for each kind of edge, ``KIND_index`` (int64, shape (2, edges): rows of sources and of
    targets, as PyTorch Geometric wants them) and ``KIND_weight`` (float64, shape (edges,)).
    """
    tables = tables_of(selection)
    write_rows(folder / "nodes.csv", ("number", "id", "kind", "label"), tables, f"{_NODES} ORDER BY number")
    arrays = {}
    for relation in EDGES:
        found = tables.engine.query(
            f"SELECT a.number AS source, b.number AS target, weight FROM ({relation.sql}) AS edge"  # noqa: S608
            f" JOIN ({_NODES}) AS a ON a.id = edge.source JOIN ({_NODES}) AS b ON b.id = edge.target"
            " ORDER BY 1, 2"
        )
        ends = [found[end].to_numpy().astype(np.int64) for end in ("source", "target")]
        arrays[f"{relation.name}_index"] = np.stack(ends)
        arrays[f"{relation.name}_weight"] = found["weight"].to_numpy().astype(np.float64)
    np.savez_compressed(folder / "edges.npz", **arrays)  # type: ignore[arg-type]
