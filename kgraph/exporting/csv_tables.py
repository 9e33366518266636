"""CSV: a folder with nodes.csv and edges.csv, in the columns that Gephi's import knows (Id, Label, Source, Target)."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from kgraph.exporting.networks import to_networkx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kgraph.exploring.subset import Selection

NODE_COLUMNS = (
    "kind", "papers", "mentions", "aliases", "date", "url", "authors", "identifiers", "text_kind", "abstract",
)  # fmt: skip
EDGE_COLUMNS = (
    "kind", "weight", "role", "confidence", "mentions", "papers", "sentences", "npmi", "log_likelihood", "score",
    "techniques",
)  # fmt: skip


def write_csv(selection: Selection, folder: Path) -> None:
    """Write ``nodes.csv`` and ``edges.csv`` (RFC 4180, UTF-8) into an existing folder; lists stand as JSON text."""
    graph = to_networkx(selection)
    _write(
        folder / "nodes.csv",
        ("Id", "Label", *NODE_COLUMNS),
        ([node, data["label"], *_cells(data, NODE_COLUMNS)] for node, data in graph.nodes(data=True)),
    )
    _write(
        folder / "edges.csv",
        ("Source", "Target", "Type", *EDGE_COLUMNS),
        (
            [
                source,
                target,
                "Directed" if data["kind"] in ("mentions", "broader") else "Undirected",
                *_cells(data, EDGE_COLUMNS),
            ]
            for source, target, data in graph.edges(data=True)
        ),
    )


def _cells(data: dict[str, Any], columns: Sequence[str]) -> list[Any]:
    values = (data.get(column, "") for column in columns)
    return [json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for value in values]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
