"""Writes the sample graph in every text format: ``python tests/make_exports.py FOLDER``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import kgraph
from kgraph.exporting import TARGETS
from kgraph.resources import data_path


def make_exports(folder: Path) -> None:
    """Build the graph of the sample papers and write it into ``folder`` in every format."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        graph = kgraph.build(data_path("sample/papers.jsonl"), Path(place) / "sample.kg")
        for name in shown_targets():
            graph.export(name, folder / file_name(name))


def shown_targets() -> list[str]:
    """Return the formats that stand among the exports: those of text, and of folders only the plain tables."""
    return [name for name, target in TARGETS.items() if target.shown]


def file_name(target: str) -> str:
    """Return the name of an export: all are compressed but the tables, which anyone can read as they are."""
    if not TARGETS[target].extensions:
        return f"sample-{target}"
    extension = TARGETS[target].extensions[-1]
    # Of several formats with one extension the first has the short name.
    first = next(name for name in TARGETS if TARGETS[name].extensions[-1:] == TARGETS[target].extensions[-1:])
    return f"sample{extension}" if target == first else f"sample-{target}{extension}"


if __name__ == "__main__":
    make_exports(Path(sys.argv[1]))
