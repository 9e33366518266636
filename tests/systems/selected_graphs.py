"""Graphs on disk made of selections that tests write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kgraph.exploring.subset import Selection
from kgraph.pipeline import write_store
from kgraph.storing.builds import commit, digest_build, write_tables, writing
from kgraph.storing.manifest import Manifest
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.tables import Tables


def write_selection(selection: Selection, path: Path) -> Path:
    """Write a selection as a graph with a store; return its folder."""
    with writing(path, replace=False) as draft:
        tables = selection.tables()
        write_tables(draft, {name: tables.read(name) for name in SCHEMAS})
        manifest = Manifest(digest_build(draft, selection.base_iri), "test", selection.base_iri)
        triples = write_store(Tables(draft), draft / "store", manifest)
        commit(path, draft, replace(manifest, counts={"papers": selection.papers.num_rows, "triples": triples}))
    return path
