"""Query results as a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from kgraph.querying.results import QueryResult, Term
from kgraph.rdf.terms import shorten
from kgraph.terminal import display_width

#: A cell wider than this is cut; the other formats have it whole.
_WIDEST = 80


def format_table(result: QueryResult, base_iri: str = "") -> str:
    """Return aligned columns, numbers to the right; IRIs are shortened by prefixes and ``base_iri``."""
    if result.kind == "ask":
        return "yes\n" if result.answer else "no\n"
    if result.kind == "graph":
        header = ["subject", "predicate", "object"]
        cells = [[_cell(term, base_iri) for term in (t.subject, t.predicate, t.object)] for t in result.triples]
        numeric = [False, False, False]
    else:
        header = list(result.variables)
        cells = [[_cell(term, base_iri) for term in row] for row in result.rows]
        numeric = [_is_numeric(row[index] for row in result.rows) for index in range(len(header))]
    widths = [max(map(display_width, column)) for column in zip(header, *cells, strict=True)]
    lines = [_line(header, widths, numeric), "  ".join("─" * width for width in widths)]
    lines += [_line(row, widths, numeric) for row in cells]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _cell(term: Term | None, base_iri: str) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return shorten(term.value, base_iri)
    if not isinstance(term, Literal):
        return str(term)
    # One line a row, and no control character reaches the terminal.
    visible = "".join(char if char.isprintable() else " " for char in " ".join(term.value.split()))
    return visible if display_width(visible) <= _WIDEST else _cut(visible)


def _cut(text: str) -> str:
    width = 1
    for position, char in enumerate(text):
        width += display_width(char)
        if width > _WIDEST:
            return text[:position] + "…"
    return text


def _is_numeric(terms: Iterable[Term | None]) -> bool:
    found = [term for term in terms if term is not None]
    return bool(found) and all(isinstance(term, Literal) and _is_number(term.value) for term in found)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _line(cells: list[str], widths: list[int], numeric: list[bool]) -> str:
    return "  ".join(
        " " * (width - display_width(cell)) + cell if right else cell + " " * (width - display_width(cell))
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
