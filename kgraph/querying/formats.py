"""Query results as text: a table for the terminal, the W3C result formats, and RDF for graphs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kgraph.errors import QueryError
from kgraph.querying.results import STRING, QueryResult, Term
from kgraph.querying.table import format_table
from kgraph.querying.xml_results import format_xml
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
    return _WRITERS[form](result)


def _json(result: QueryResult) -> str:
    if result.kind == "ask":
        return json.dumps({"head": {}, "boolean": result.answer}) + "\n"
    bindings = [
        {name: _json_term(term) for name, term in zip(result.variables, row, strict=True) if term is not None}
        for row in result.rows
    ]
    answer = {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, object]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    described: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        described["xml:lang"] = term.language
    elif term.datatype.value != STRING:
        described["datatype"] = term.datatype.value
    return described


def _csv(result: QueryResult) -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    if result.kind == "ask":
        writer.writerow([str(result.answer).lower()])
        return output.getvalue()
    writer.writerow(result.variables)
    writer.writerows([_plain(term) for term in row] for row in result.rows)
    return output.getvalue()


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _tsv(result: QueryResult) -> str:
    if result.kind == "ask":
        return f"{str(result.answer).lower()}\n"
    lines = ["\t".join(f"?{name}" for name in result.variables)]
    lines += ["\t".join("" if term is None else _escaped_tab(str(term)) for term in row) for row in result.rows]
    return "\n".join(lines) + "\n"


def _escaped_tab(term: str) -> str:
    return term.replace("\t", "\\t")


def _graph_writer(form: RdfFormat) -> Callable[[QueryResult], str]:
    def write(result: QueryResult) -> str:
        triples = sorted(result.triples, key=str)
        return serialize(triples, format=form, prefixes=PREFIXES).decode()  # type: ignore[union-attr]

    return write


_WRITERS: Final[dict[str, Callable[[QueryResult], str]]] = {
    "json": _json,
    "csv": _csv,
    "tsv": _tsv,
    "xml": format_xml,
} | {name: _graph_writer(form) for name, form in _GRAPH_FORMATS.items()}

#: Kind of a query → the formats that its answer can be written in.
RESULT_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "select": ("table", "json", "csv", "tsv", "xml"),
    "ask": ("table", "json", "csv", "tsv", "xml"),
    "graph": ("table", *_GRAPH_FORMATS),
}
