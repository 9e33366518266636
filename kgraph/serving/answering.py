"""Answering SPARQL inside a worker: the answer goes into a file, cut at the limits, before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Triple

from kgraph.errors import QueryError
from kgraph.querying.checking import check_query
from kgraph.querying.rows import Written, format_yes_or_no, write_rows, write_triples
from kgraph.querying.syntax_errors import explain_syntax_error
from kgraph.rdf.serialize import RDF_FORMATS
from kgraph.rdf.terms import KG, PREFIXES, shorten
from kgraph.serving.desk import Desk
from kgraph.serving.limits import Limits
from kgraph.serving.negotiation import HTML, MEDIA_TYPES, choose, described
from kgraph.serving.problems import Problem

_PLACE = re.compile(r"\b(\d+):(\d+)\b")
_Offers = Mapping[str, tuple[str, ...]]


def answer_query(
    desk: Desk,
    output: Path,
    *,
    query: str,
    accept: str = "",
    form: str = "",
    strict: bool = False,
    graphs: Collection[str] | None = (),
) -> dict[str, Any]:
    """Write the answer to a query, in the format that ``form`` names if it fits, or else that the client accepts.

    ``graphs`` are the names of the default graph, which FROM may use; None where FROM counts for nothing.
    Returns its media type and number of rows, and whether it was cut. Raises :class:`Problem`: 400 where the
    query does not parse, 403 where it is refused, 406 where no format fits, 422 where ``strict`` forbids to cut.
    """
    try:
        check_query(query, graphs)
    except QueryError as error:
        raise Problem(403, str(error)) from None
    try:
        # Whatever FROM named, it was this.
        found = desk.store.query(query, prefixes=PREFIXES, default_graph=DefaultGraph())
        media_type, written = _write(found, accept, form, desk.limits, output)
    except SyntaxError as error:
        raise _parse_problem(explain_syntax_error(error)) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise Problem(400, f"the query cannot be run: {error}") from None
    if written.truncated and strict:
        raise Problem(422, f"the limits let {written.rows} rows through; the answer has more", rows=written.rows)
    return {"media_type": media_type, "rows": written.rows, "truncated": written.truncated}


def describe_resource(desk: Desk, output: Path, *, iri: str, accept: str = "", form: str = "") -> dict[str, Any]:
    """Write the statements about a resource, as RDF or as a page. Raises :class:`Problem` 404 where there are none."""
    try:
        subject = NamedNode(iri)
    except ValueError:
        raise Problem(404, f"{iri!r} is no IRI") from None
    triples = [quad.triple for quad in desk.store.quads_for_pattern(subject, None, None)]
    if not triples:
        raise Problem(404, f"the graph says nothing about {iri}")
    triples.sort(key=str)
    chosen, media_type = _negotiate({**MEDIA_TYPES["graph"], **HTML}, accept, form)
    if chosen == "html":
        output.write_text(_page(iri, triples, desk.base_iri), encoding="utf-8")
        return {"media_type": media_type}
    written = _write_graph(triples, chosen, desk.limits, output)
    return {"media_type": media_type, "rows": written.rows, "truncated": written.truncated}


def _write(
    found: QueryBoolean | QuerySolutions | QueryTriples, accept: str, form: str, limits: Limits, output: Path
) -> tuple[str, Written]:
    if isinstance(found, QueryBoolean):
        chosen, media_type = _negotiate(MEDIA_TYPES["ask"], accept, form)
        output.write_text(format_yes_or_no(bool(found), chosen), encoding="utf-8", newline="")
        return media_type, Written(1, False)
    if isinstance(found, QueryTriples):
        chosen, media_type = _negotiate(MEDIA_TYPES["graph"], accept, form)
        return media_type, _write_graph(found, chosen, limits, output)
    chosen, media_type = _negotiate(MEDIA_TYPES["select"], accept, form)
    names = [variable.value for variable in found.variables]
    rows = (tuple(solution) for solution in found)
    with output.open("wb") as file:
        written = write_rows(names, rows, chosen, file, max_rows=limits.max_rows, max_bytes=limits.max_bytes)
    return media_type, written


def _write_graph(triples: Iterable[Triple], form: str, limits: Limits, output: Path) -> Written:
    try:
        with output.open("wb") as file:
            return write_triples(triples, RDF_FORMATS[form], file, max_rows=limits.max_rows, max_bytes=limits.max_bytes)
    except ValueError as error:
        raise Problem(406, f"this answer cannot be written as {form} ({error}); ask for another format") from None


def _negotiate(offers: _Offers, accept: str, form: str) -> tuple[str, str]:
    for name, media_types in offers.items():
        if form == name or form in media_types:
            return name, media_types[0]
    chosen = choose(accept, offers)
    if chosen is None:
        raise Problem(406, f"this answer cannot be had as {accept!r}; there are {described(offers)}")
    return chosen


def _parse_problem(message: str) -> Problem:
    place = _PLACE.search(message)
    more = {"line": int(place[1]), "column": int(place[2])} if place else {}
    return Problem(400, f"the query does not parse: {message}", **more)


def _page(iri: str, triples: Iterable[Triple], base_iri: str) -> str:
    """Return the statements about a resource as a page without scripts."""
    root = "../" * (iri.removeprefix(base_iri).count("/") + 1)
    cells = ((escape(shorten(one.predicate.value)), _linked(one.object, base_iri, root)) for one in triples)
    rows = "".join(f"<tr><td>{predicate}</td><td>{value}</td></tr>\n" for predicate, value in cells)
    template = (Path(__file__).parent / "pages" / "resource.html").read_text(encoding="utf-8")
    parts = {"name": escape(iri), "rows": rows, "root": root}
    # One pass over the template: a text that looks like a slot is never taken for one.
    pieces = template.split("@@")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _linked(term: object, base_iri: str, root: str) -> str:
    if not isinstance(term, NamedNode):
        return escape(term.value if isinstance(term, Literal) else str(term))
    text = escape(shorten(term.value, base_iri))
    if term.value.startswith(KG):
        # The ontology may stand under the base IRI, and is at this server whether it does or not.
        return f'<a href="{root}ontology#{escape(term.value.removeprefix(KG))}">{text}</a>'
    if term.value.startswith(base_iri):
        return f'<a href="{root}data/{escape(term.value.removeprefix(base_iri))}">{text}</a>'
    return f'<a href="{escape(term.value)}">{text}</a>' if term.value.startswith(("http://", "https://")) else text
