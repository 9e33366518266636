"""Writes the sample graph in every text format: ``python tests/make_exports.py FOLDER``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import kgraph
from kgraph.exporting import TARGETS
from kgraph.resources import data_path


def make_exports(folder: Path) -> None:
    """Build the graph of the sample papers and write it into ``folder`` as ``sample.EXTENSION``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        graph = kgraph.build(data_path("sample/papers.jsonl"), Path(place) / "sample.kg")
        for name, target in TARGETS.items():
            graph.export(name, folder / (f"sample{target.extensions[0]}" if target.extensions else f"sample-{name}"))


if __name__ == "__main__":
    make_exports(Path(sys.argv[1]))
