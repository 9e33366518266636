"""The table of export targets, and the writing of one of them whole."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import UsageError
from kgraph.exporting.csv_tables import write_csv, write_safe_csv
from kgraph.exporting.cypher_script import write_cypher
from kgraph.exporting.cytoscape import write_cytoscape
from kgraph.exporting.data_files import write_duckdb, write_json_lines
from kgraph.exporting.edge_lists import write_edge_lists
from kgraph.exporting.gexf import write_gexf
from kgraph.exporting.graphml import write_graphml
from kgraph.exporting.graphology import write_graphology
from kgraph.exporting.ladybug import write_ladybug
from kgraph.exporting.neo4j_folder import write_neo4j
from kgraph.exporting.neptune import write_neptune_gremlin, write_neptune_opencypher
from kgraph.exporting.node_link import write_node_link
from kgraph.exporting.parquet import write_parquet
from kgraph.exporting.rdf_files import RdfOptions, check_options, write_rdf
from kgraph.exporting.vosviewer import write_vosviewer
from kgraph.rdf.serialize import RDF_FORMATS
from kgraph.storing.files import whole_file, whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from kgraph.exploring.subset import Selection


@dataclass(frozen=True, slots=True)
class Target:
    """A format that a graph is written in: how, under which extensions (none: a folder), and what it carries.

    ``drawn`` formats take positions, sizes and colours along (as the keyword ``appearance``). ``shown`` formats are
    among the samples of the repository: files of text.
    """

    write: Callable[..., None]
    extensions: tuple[str, ...]
    carries: str
    drawn: bool = False
    shown: bool = True


def _rdf(format_name: str, extension: str, note: str = "") -> Target:
    carries = "everything: nodes, edges, weights, mentions with their sentences" + note
    return Target(partial(write_rdf, format_name=format_name), (extension, f"{extension}.gz"), carries)


def _text(write: Callable[..., None], extension: str, carries: str, *, drawn: bool = False) -> Target:
    return Target(partial(_write_text, write=write), (extension, f"{extension}.gz"), carries, drawn)


def _folder(write: Callable[[Selection, Path], None], carries: str, *, shown: bool = False) -> Target:
    return Target(write, (), carries, shown=shown)


def _write_text(selection: Selection, path: Path, *, write: Callable[..., None], **options: Any) -> None:
    """Write a file, compressed where its name ends in ``.gz``."""
    if path.suffix != ".gz":
        write(selection, path, **options)
        return
    plain = path.with_suffix("")
    write(selection, plain, **options)
    # Neither the name nor the time of the file goes into it: the same graph gives the same bytes.
    with plain.open("rb") as file, path.open("wb") as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
        shutil.copyfileobj(file, packed)


_ALL: Final = "nodes and edges with all attributes"
_EVIDENCE: Final = "nodes and edges with all attributes and the sentences of each edge"

TARGETS: Final[dict[str, Target]] = {
    "turtle": _rdf("turtle", ".ttl"),
    "ntriples": _rdf("ntriples", ".nt", ", sorted"),
    "nquads": _rdf("nquads", ".nq", ", with the named graph"),
    "trig": _rdf("trig", ".trig", ", with the named graph"),
    "rdfxml": _rdf("rdfxml", ".rdf"),
    "jsonld": _rdf("jsonld", ".jsonld"),
    "graphml": _text(write_graphml, ".graphml", f"{_ALL}; lists as JSON text"),
    "gexf": _text(write_gexf, ".gexf", f"{_ALL}, dates, positions, colours, sizes; lists as JSON text", drawn=True),
    "json": _text(write_node_link, ".json", f"{_ALL} (node-link JSON)"),
    "graphology": _text(write_graphology, ".json", f"{_ALL}, positions, colours, sizes (sigma.js)", drawn=True),
    "cytoscape": _text(write_cytoscape, ".json", f"{_ALL}, positions, colours, sizes (Cytoscape.js)", drawn=True),
    "vosviewer": _text(write_vosviewer, ".json", "entities and co-mentions, with clusters and scores", drawn=True),
    "csv": _folder(write_csv, f"nodes.csv and edges.csv: {_ALL}; lists as JSON text", shown=True),
    "safe-csv": _folder(write_safe_csv, "as csv, for spreadsheets: none of its texts is run as a formula"),
    "neo4j": _folder(write_neo4j, f"{_EVIDENCE}, for neo4j-admin, with import.sh"),
    "neptune": _folder(write_neptune_opencypher, f"{_EVIDENCE}, for Neptune's loader (opencypher)"),
    "neptune-gremlin": _folder(write_neptune_gremlin, f"{_EVIDENCE}, for Neptune's loader (csv)"),
    "cypher": _text(write_cypher, ".cypher", f"{_EVIDENCE}, as a script for openCypher consoles"),
    "ladybug": Target(write_ladybug, (".lbug",), f"{_EVIDENCE}, as a LadybugDB file", shown=False),
    "duckdb": Target(write_duckdb, (".duckdb",), "the tables, and views of nodes and edges", shown=False),
    "parquet": _folder(write_parquet, "the tables, described in Croissant 1.1 (croissant.json)"),
    "jsonl": _folder(write_json_lines, "the tables as JSON Lines"),
    "edge-lists": _folder(write_edge_lists, "numbered nodes, edges with weights as NumPy arrays, for graph learning"),
}


def export_selection(
    selection: Selection,
    format_name: str,
    path: Path,
    rdf: RdfOptions | None = None,
    appearance: pa.Table | None = None,
) -> None:
    """Write a selection in a format; what is at ``path`` is replaced at once or stays as it was.

    ``rdf`` says what the RDF formats take and leave, ``appearance`` how the nodes look in formats that are drawn
    (the columns of :data:`kgraph.exporting.appearance.APPEARANCE`). Raises :class:`UsageError` for a format that is
    not in the table or cannot do what is asked, :class:`OutputError` where it cannot be written.
    """
    target = TARGETS.get(format_name)
    if not target:
        raise UsageError(f"unknown format {format_name!r}; there are {', '.join(TARGETS)}")
    options = rdf or RdfOptions()
    check_options(options, format_name)
    write = target.write
    if format_name in RDF_FORMATS:
        write = partial(write_rdf, format_name=format_name, options=options)
    elif target.drawn:
        write = partial(write, appearance=appearance)
    whole = whole_file if target.extensions and not options.shards else whole_folder
    with whole(path) as draft:
        write(selection, draft)
