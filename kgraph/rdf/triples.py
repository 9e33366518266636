"""The graph as sorted N-Triples, made by the relational engine and streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa

from kgraph.exploring.subset import least_comention_papers
from kgraph.rdf.description import DESCRIPTION_FAMILY, Provenance, describe
from kgraph.rdf.statements import Statements, Wanted, all_statements
from kgraph.rdf.terms import DEFAULT_BASE_IRI, check_base_iri
from kgraph.storing.tables import Tables


def ntriples(
    tables: Tables,
    base_iri: str = DEFAULT_BASE_IRI,
    *,
    texts: bool = True,
    annotations: bool = False,
    reifiers: bool = False,
    provenance: Provenance | None = None,
) -> Iterator[bytes]:
    """Yield the graph as N-Triples, some thousand lines at a time, sorted by bytes and without repeats.

    ``texts=False`` leaves abstracts, summaries and quoted sentences out; ``annotations`` adds every
    mention with its offsets as a Web Annotation; ``reifiers`` says in RDF 1.2 which statements each edge
    with weights stands for. The graph's description of itself (VoID, DCAT, PROV) is part of it. Memory
    grows with one family of nodes, not with the graph, and the engine spills where its own memory ends.
    Raises :class:`UsageError` where ``base_iri`` is none.
    """
    papers = int(str(tables.rows("SELECT count(*) AS papers FROM papers")[0]["papers"]))
    wanted = Wanted(check_base_iri(base_iri), texts, annotations, least_comention_papers(papers), reifiers)
    statements = all_statements(wanted)
    description = describe(tables, base_iri, statements, provenance or Provenance())
    families = {name: list(group) for name, group in groupby(statements, key=lambda entry: entry.family)}
    for family in sorted([*families, DESCRIPTION_FAMILY], key=lambda name: f"{name}/"):
        if family == DESCRIPTION_FAMILY:
            yield b"".join(description)
            continue
        yield from _sorted_lines(tables, families[family])


def _sorted_lines(tables: Tables, entries: list[Statements]) -> Iterator[bytes]:
    union = " UNION ALL ".join(entry.lines() for entry in entries)
    for batch in tables.batches(f"SELECT line FROM ({union}) ORDER BY line"):  # noqa: S608 - our own expressions
        if batch.num_rows:
            yield _joined(batch.column(0))


def _joined(lines: pa.Array) -> bytes:
    """Return the texts of a column in one piece: they lie one after another in its buffer."""
    column = lines.cast(pa.large_binary())
    offsets = memoryview(column.buffers()[1]).cast("q")
    first, last = offsets[column.offset], offsets[column.offset + len(column)]
    joined: bytes = column.buffers()[2][first:last].to_pybytes()
    return joined
