"""Query results as text: a table for the terminal, the W3C result formats, and RDF for graphs."""

from __future__ import annotations

import io
from typing import Final

from pyoxigraph import RdfFormat, serialize

from kgraph.errors import QueryError
from kgraph.querying.results import QueryResult
from kgraph.querying.rows import ROW_FORMATS, format_yes_or_no, write_rows
from kgraph.querying.table import format_table
from kgraph.rdf.terms import PREFIXES

_GRAPH_FORMATS = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD}


def format_result(result: QueryResult, form: str, base_iri: str = "") -> str:
    """Return a result in a format of :data:`RESULT_FORMATS`.

    ``base_iri`` shortens the graph's own IRIs in tables. Raises :class:`QueryError` where the
    format does not fit the kind of the query, and names those that do.
    """
    fitting = RESULT_FORMATS[result.kind]
    if form not in fitting:
        kinds = {"select": "a SELECT", "ask": "an ASK", "graph": "a CONSTRUCT or DESCRIBE"}
        raise QueryError(f"the answer to {kinds[result.kind]} cannot be written as {form}; use {', '.join(fitting)}")
    if form == "table":
        return format_table(result, base_iri)
    match result.kind:
        case "select":
            return _rows(result, form)
        case "ask":
            return format_yes_or_no(result.answer, form)
        case _:
            return _graph(result, form)


def _rows(result: QueryResult, form: str) -> str:
    output = io.BytesIO()
    write_rows(result.variables, result.rows, form, output)
    return output.getvalue().decode()


def _graph(result: QueryResult, form: str) -> str:
    triples = sorted(result.triples, key=str)
    written = serialize(triples, format=_GRAPH_FORMATS[form], prefixes=PREFIXES)
    assert written is not None
    return written.decode()


#: Kind of a query → the formats that its answer can be written in.
RESULT_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "select": ("table", *ROW_FORMATS),
    "ask": ("table", *ROW_FORMATS),
    "graph": ("table", *_GRAPH_FORMATS),
}
