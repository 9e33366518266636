"""Files in every RDF format, streamed from the sorted N-Triples."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kgraph.errors import OutputError, UsageError
from kgraph.rdf.description import Provenance
from kgraph.rdf.jsonld import jsonld
from kgraph.rdf.store import piped
from kgraph.rdf.terms import DEFAULT_BASE_IRI, PREFIXES
from kgraph.rdf.triples import ntriples
from kgraph.storing.tables import Tables

#: Name of a format → how it is written.
RDF_FORMATS: Final[dict[str, RdfFormat]] = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
#: Those that RDF 1.2 is written in: no reader that we know of takes it in JSON-LD, and RDF/XML has a draft.
RDF12_FORMATS: Final = ("turtle", "ntriples", "nquads", "trig")


def write_rdf(
    tables: Tables,
    path: Path,
    form: str,
    base_iri: str = DEFAULT_BASE_IRI,
    *,
    texts: bool = True,
    annotations: bool = False,
    reifiers: bool = False,
    provenance: Provenance | None = None,
) -> None:
    """Write the graph as a file in one of :data:`RDF_FORMATS`; ``.gz`` at the end of the name compresses it.

    N-Quads and TriG hold everything twice: in the default graph and in the named graph
    ``<base_iri>graph``. ``texts``, ``annotations`` and ``reifiers`` are as in :func:`ntriples`; the
    formats of :data:`RDF12_FORMATS` alone have reifiers. The same tables give the same bytes. Raises
    :class:`UsageError` for an unknown format or base IRI, and :class:`OutputError` where the file
    cannot be written.
    """
    if form not in RDF_FORMATS:
        raise UsageError(f"{form!r} is no RDF format; there are {', '.join(RDF_FORMATS)}")
    if reifiers and form not in RDF12_FORMATS:
        raise UsageError(f"{form} has no RDF 1.2; {', '.join(RDF12_FORMATS)} have")

    def lines() -> Iterator[bytes]:
        return ntriples(
            tables, base_iri, texts=texts, annotations=annotations, reifiers=reifiers, provenance=provenance
        )

    graph = NamedNode(f"{base_iri}graph")
    with _opened(path) as output:
        if form == "ntriples":
            output.writelines(lines())
        elif form == "nquads":
            output.writelines(_with_graph(piece, graph) for piece in lines())
        elif form == "trig":
            quads = chain(_quads(lines()), (Quad(t.subject, t.predicate, t.object, graph) for t in _triples(lines())))
            serialize(quads, output, RDF_FORMATS[form], prefixes=PREFIXES, base_iri=base_iri)
        elif form == "jsonld":
            output.writelines(jsonld(_triples(lines()), base_iri))
        else:
            # Relative IRIs keep Turtle short; RDF/XML is read most safely without.
            base = base_iri if form == "turtle" else None
            serialize(_triples(lines()), output, RDF_FORMATS[form], prefixes=PREFIXES, base_iri=base)


def write_shards(
    tables: Tables,
    folder: Path,
    shards: int,
    base_iri: str = DEFAULT_BASE_IRI,
    *,
    texts: bool = True,
    annotations: bool = False,
    reifiers: bool = False,
    provenance: Provenance | None = None,
) -> list[Path]:
    """Write the graph as ``shards`` compressed N-Triples files, for loaders that read several at once.

    Together they are the file that :func:`write_rdf` writes, dealt out in turn in pieces of some
    thousand lines. Returns the files. Raises as :func:`write_rdf`.
    """
    if shards < 1:
        raise UsageError(f"{shards} shards: give 1 or more")
    digits = len(str(shards))
    paths = [folder / f"part-{number:0{digits}}-of-{shards}.nt.gz" for number in range(1, shards + 1)]
    lines = ntriples(tables, base_iri, texts=texts, annotations=annotations, reifiers=reifiers, provenance=provenance)
    with ExitStack() as stack:
        files = [stack.enter_context(_opened(path)) for path in paths]
        for number, piece in enumerate(lines):
            files[number % shards].write(piece)
    return paths


def _with_graph(lines: bytes, graph: NamedNode) -> bytes:
    """Return each statement twice: as it is, and in the named graph."""
    ending = f" {graph} .\n".encode()
    return b"".join(line + b"\n" + line.removesuffix(b" .") + ending for line in lines.splitlines())


def _triples(lines: Iterable[bytes]) -> Iterator[Triple]:
    return (quad.triple for quad in _quads(lines))


def _quads(lines: Iterable[bytes]) -> Iterator[Quad]:
    with piped(lines) as stream:
        yield from parse(stream, RdfFormat.N_TRIPLES)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("wb") as file:
            if path.suffix != ".gz":
                yield file
                return
            # Neither the name nor the time of the file goes into it: the same graph gives the same bytes.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield packed  # type: ignore[misc]
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
