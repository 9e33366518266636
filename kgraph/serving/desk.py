"""What a worker has before it: one build of the graph, its tables and its triple store."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import DefaultGraph, RdfFormat, Store

from kgraph.rdf.store import open_store

if TYPE_CHECKING:
    from kgraph.serving.limits import Limits
    from kgraph.storing.tables import Tables

#: ``store`` workers answer SPARQL, ``tables`` workers the JSON API and the explorer's page.
Kind = Literal["store", "tables"]


class Desk:
    """A build that the server keeps open, seen from a worker."""

    def __init__(self, folder: Path, base_iri: str, title: str, limits: Limits) -> None:
        self.folder = folder
        self.base_iri = base_iri
        self.title = title
        self.limits = limits

    def prepare(self, kind: Kind) -> None:
        """Open, before memory is limited, what the tasks to come need. Raises :class:`kgraph.errors.GraphError`."""
        if kind == "store":
            self.store.query("ASK {}")
        else:
            import kgraph.exploring.neighbours
            import kgraph.exploring.paths
            import kgraph.exploring.searching
            import kgraph.viewing.answers  # noqa: F401 - the first request should not wait for it

            self.tables.rows("SELECT count(*) AS papers FROM papers")

    @cached_property
    def store(self) -> Store:
        """The triple store, in memory where the graph is small."""
        store = open_store(self.folder / "store")
        if len(store) > self.limits.memory_copy:
            return store
        copy = Store()
        copy.bulk_load(store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()), RdfFormat.N_TRIPLES)
        return copy

    @cached_property
    def tables(self) -> Tables:
        """The tables."""
        # Imported here: workers that only answer SPARQL do without pyarrow and DuckDB.
        from kgraph.storing.tables import Tables

        return Tables(self.folder)
