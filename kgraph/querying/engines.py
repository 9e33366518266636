"""Running a query: on Oxigraph, or on rdflib for who wants a second opinion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TypeVar

import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)
from rdflib.plugins import sparql as rdflib_sparql

from kgraph.errors import QueryError
from kgraph.querying.checking import check_query
from kgraph.querying.results import QueryResult, Term
from kgraph.querying.syntax_errors import explain_syntax_error
from kgraph.querying.tokens import fill_slots, words
from kgraph.rdf.terms import PREFIXES

# On a Dataset rdflib would fetch the address after FROM; check_query refuses it before.
rdflib_sparql.SPARQL_LOAD_GRAPHS = False

_Found = TypeVar("_Found")


def run_query(
    graph: Store | rdflib.Graph,
    query: str,
    parameters: Mapping[str, Term] | None = None,
    *,
    max_rows: int | None = None,
) -> QueryResult:
    """Run a query on a store (Oxigraph) or on an rdflib graph (rdflib's own engine).

    The prefixes of :data:`kgraph.rdf.terms.PREFIXES` need no declaration. ``parameters`` bind
    variables: each takes the place of UNDEF in ``VALUES ?name { UNDEF }``, or of a selected
    variable. At most ``max_rows`` rows or triples are fetched.
    Raises :class:`QueryError` where the query does not parse, would change the graph or reach the
    network, or has no place for a parameter.
    """
    check_query(query)
    values = {name: _checked(name, value) for name, value in (parameters or {}).items()}
    filled: set[str] = set()

    def fill(name: str) -> str | None:
        if name not in values:
            return None
        filled.add(name)
        # Terms write themselves as N-Triples do, which SPARQL reads: no text of theirs is ever read as a query.
        return str(values[name])

    text = fill_slots(query, fill)
    rest = {name: value for name, value in values.items() if name not in filled}
    if isinstance(graph, rdflib.Graph):
        return _run_rdflib(graph, text, rest, max_rows)
    return _run_oxigraph(graph, text, rest, max_rows)


def _checked(name: str, value: Term) -> Term:
    if not isinstance(value, NamedNode | Literal):
        raise QueryError(f"parameter {name}: only an IRI or a literal can be bound")
    return value


def _run_oxigraph(store: Store, query: str, values: Mapping[str, Term], max_rows: int | None) -> QueryResult:
    try:
        answer = store.query(
            query,
            prefixes=PREFIXES,
            substitutions={Variable(name): value for name, value in values.items()} or None,
        )
        if isinstance(answer, QueryBoolean):
            return QueryResult("ask", answer=bool(answer))
        if isinstance(answer, QueryTriples):
            triples, truncated = _taken(answer, max_rows)
            return QueryResult("graph", triples=triples, truncated=truncated)
        return _selected(answer, max_rows)
    except SyntaxError as error:
        raise QueryError(f"the query does not parse: {explain_syntax_error(error)}") from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(f"the query cannot be run: {error}") from None


def _selected(solutions: QuerySolutions, max_rows: int | None) -> QueryResult:
    rows, truncated = _taken((tuple(solution) for solution in solutions), max_rows)
    return QueryResult("select", tuple(name.value for name in solutions.variables), rows, truncated=truncated)


def _run_rdflib(graph: rdflib.Graph, query: str, values: Mapping[str, Term], max_rows: int | None) -> QueryResult:
    bindings = {name: to_rdflib_term(value) for name, value in values.items()}
    try:
        answer = graph.query(query, initNs=PREFIXES, initBindings=bindings)
        if answer.type == "ASK":
            return QueryResult("ask", answer=bool(answer.askAnswer))
        if answer.type != "SELECT":
            triples, truncated = _taken((_to_triple(triple) for triple in answer.graph or ()), max_rows)
            return QueryResult("graph", triples=triples, truncated=truncated)
        variables = answer.vars or []
        found = (tuple(_from_rdflib(row.get(name)) for name in variables) for row in answer.bindings)
        rows, truncated = _taken(found, max_rows)
    except Exception as error:  # noqa: BLE001 - rdflib and pyparsing raise bare Exceptions
        raise QueryError(f"the query cannot be run: {error}") from None
    # rdflib makes one empty row of no groups at all, where SPARQL has none.
    if len(rows) == 1 and not any(rows[0]) and "GROUP" in words(query):
        rows = ()
    return QueryResult("select", tuple(str(name) for name in variables), rows, truncated=truncated)


def _taken(found: Iterable[_Found], limit: int | None) -> tuple[tuple[_Found, ...], bool]:
    if limit is None:
        return tuple(found), False
    taken = tuple(islice(found, limit + 1))
    return taken[:limit], len(taken) > limit


def to_rdflib_term(term: Term) -> rdflib.term.Identifier:
    """Return a term of Oxigraph as rdflib's, with its lexical form as it stands."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Triple):
        raise QueryError("rdflib has no triple terms; use the engine oxigraph")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == str(rdflib.XSD.string)
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib(term: rdflib.term.Node | None) -> NamedNode | BlankNode | Literal | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if isinstance(term, rdflib.Literal) and term.language:
        return Literal(str(term), language=term.language)
    datatype = getattr(term, "datatype", None)
    if datatype == rdflib.XSD.decimal and "." in str(term):
        # Sums keep trailing zeros in rdflib; Oxigraph, and our own lines, write the shortest form.
        return Literal(str(term).rstrip("0").rstrip("."), datatype=NamedNode(str(datatype)))
    return Literal(str(term), datatype=NamedNode(str(datatype)) if datatype else None)


def _to_triple(triple: tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]) -> Triple:
    subject, predicate, target = (_from_rdflib(term) for term in triple)
    if not isinstance(predicate, NamedNode) or not isinstance(subject, NamedNode | BlankNode) or target is None:
        raise QueryError("the query makes a statement whose subject or property is no IRI")
    return Triple(subject, predicate, target)
