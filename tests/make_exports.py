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
        for name in TARGETS:
            graph.export(name, folder / file_name(name))


def file_name(target: str) -> str:
    """Return the name of an export: one RDF file and the tables stay readable, the others are compressed."""
    if not TARGETS[target].extensions:
        return f"sample-{target}"
    return f"sample{TARGETS[target].extensions[0 if target == 'turtle' else -1]}"


if __name__ == "__main__":
    make_exports(Path(sys.argv[1]))
