"""RDF: the selection in one of the formats that :mod:`kgraph.rdf.serialize` writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgraph.errors import UsageError
from kgraph.rdf import serialize
from kgraph.rdf.description import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection


@dataclass(frozen=True, slots=True)
class RdfOptions:
    """What an RDF export takes and leaves.

    ``texts`` are abstracts, summaries and quoted sentences; ``annotations`` every mention as a Web Annotation;
    ``rdf12`` reifiers of RDF 1.2; ``shards`` (N-Triples) the number of files in a folder, 0 for a single file;
    ``provenance`` what the description of the graph says of its making.
    """

    texts: bool = True
    annotations: bool = False
    rdf12: bool = False
    shards: int = 0
    provenance: Provenance = field(default_factory=Provenance)


def check_options(options: RdfOptions, format_name: str) -> None:
    """Raise :class:`UsageError` where a format cannot do what is asked."""
    if options.shards < 0:
        raise UsageError(f"{options.shards} shards: give 1 or more")
    asked = {
        "--no-text": (not options.texts, tuple(serialize.RDF_FORMATS)),
        "--annotations": (options.annotations, tuple(serialize.RDF_FORMATS)),
        "--rdf12": (options.rdf12, serialize.RDF12_FORMATS),
        "--shards": (options.shards > 0, ("ntriples",)),
    }
    for flag, (wanted, formats) in asked.items():
        if wanted and format_name not in formats:
            raise UsageError(f"{flag} does not go with {format_name}; it goes with {', '.join(formats)}")


def write_rdf(selection: Selection, path: Path, *, format_name: str, options: RdfOptions | None = None) -> None:
    """Write the selection under its base IRI; a name that ends in ``.gz`` is compressed, shards always are."""
    options = options or RdfOptions()
    tables = selection.tables()
    if options.shards:
        serialize.write_shards(
            tables, path, options.shards, selection.base_iri, texts=options.texts, annotations=options.annotations,
            reifiers=options.rdf12, provenance=options.provenance,
        )  # fmt: skip
        return
    serialize.write_rdf(
        tables, path, format_name, selection.base_iri, texts=options.texts, annotations=options.annotations,
        reifiers=options.rdf12, provenance=options.provenance,
    )  # fmt: skip
