"""RDF: the selection in one of the formats that :mod:`kgraph.rdf.serialize` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.rdf import serialize

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection


def write_rdf(selection: Selection, path: Path, *, format_name: str) -> None:
    """Write the selection under its base IRI; a name that ends in ``.gz`` is compressed."""
    serialize.write_rdf(selection.tables(), path, format_name, selection.base_iri)
