"""The table of export targets, and the writing of one of them whole."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from kgraph.errors import UsageError
from kgraph.exporting.csv_tables import write_csv
from kgraph.exporting.gexf import write_gexf
from kgraph.exporting.graphml import write_graphml
from kgraph.exporting.node_link import write_node_link
from kgraph.exporting.rdf_files import RdfOptions, check_options, write_rdf
from kgraph.rdf.serialize import RDF_FORMATS
from kgraph.storing.files import whole_file, whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kgraph.exploring.subset import Selection


@dataclass(frozen=True, slots=True)
class Target:
    """A format that a graph is written in: how, under which extensions (none: a folder), and what it carries."""

    write: Callable[[Selection, Path], None]
    extensions: tuple[str, ...]
    carries: str


def _rdf(format_name: str, extension: str, note: str = "") -> Target:
    carries = "everything: nodes, edges, weights, mentions with their sentences" + note
    return Target(partial(write_rdf, format_name=format_name), (extension, f"{extension}.gz"), carries)


def _text(write: Callable[[Selection, Path], None], extension: str, carries: str) -> Target:
    return Target(partial(_write_text, write=write), (extension, f"{extension}.gz"), carries)


def _write_text(selection: Selection, path: Path, *, write: Callable[[Selection, Path], None]) -> None:
    """Write a file, compressed where its name ends in ``.gz``."""
    if path.suffix != ".gz":
        write(selection, path)
        return
    plain = path.with_suffix("")
    write(selection, plain)
    # Neither the name nor the time of the file goes into it: the same graph gives the same bytes.
    with plain.open("rb") as file, path.open("wb") as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
        shutil.copyfileobj(file, packed)


TARGETS: Final[dict[str, Target]] = {
    "turtle": _rdf("turtle", ".ttl"),
    "ntriples": _rdf("ntriples", ".nt", ", sorted"),
    "nquads": _rdf("nquads", ".nq", ", with the named graph"),
    "trig": _rdf("trig", ".trig", ", with the named graph"),
    "rdfxml": _rdf("rdfxml", ".rdf"),
    "jsonld": _rdf("jsonld", ".jsonld"),
    "graphml": _text(write_graphml, ".graphml", "nodes and edges with all attributes; lists as JSON text"),
    "gexf": _text(write_gexf, ".gexf", "nodes and edges with all attributes; lists as JSON text"),
    "json": _text(write_node_link, ".json", "nodes and edges with all attributes (node-link JSON)"),
    "csv": Target(write_csv, (), "nodes.csv and edges.csv with all attributes; lists as JSON text"),
}


def export_selection(selection: Selection, format_name: str, path: Path, rdf: RdfOptions | None = None) -> None:
    """Write a selection in a format; what is at ``path`` is replaced at once or stays as it was.

    ``rdf`` says what the RDF formats take and leave. Raises :class:`UsageError` for a format that is not in the
    table or cannot do what is asked, :class:`OutputError` where it cannot be written.
    """
    target = TARGETS.get(format_name)
    if not target:
        raise UsageError(f"unknown format {format_name!r}; there are {', '.join(TARGETS)}")
    options = rdf or RdfOptions()
    check_options(options, format_name)
    write = partial(write_rdf, format_name=format_name, options=options) if format_name in RDF_FORMATS else target.write
    whole = whole_file if target.extensions and not options.shards else whole_folder
    with whole(path) as draft:
        write(selection, draft)
