"""What a query gives back, whatever the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple

_INTEGERS = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "int", "long", "nonNegativeInteger")}
_NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("decimal", "double", "float")}
NUMERIC = _INTEGERS | _NUMBERS
STRING = "http://www.w3.org/2001/XMLSchema#string"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to a query: ``rows`` of a SELECT, the ``answer`` of an ASK, or the ``triples`` of a graph.

    ``truncated`` tells that there were more rows or triples than were asked for.
    """

    kind: OneOf["select", "ask", "graph"]
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    answer: bool = False
    triples: tuple[Triple, ...] = ()
    truncated: bool = False

    def __iter__(self) -> Iterator[dict[str, str | int | float | bool | None]]:
        """Yield the rows as dictionaries of Python values: IRIs and texts as strings, numbers as numbers."""
        for row in self.rows:
            yield {name: python_value(term) for name, term in zip(self.variables, row, strict=True)}

    def __len__(self) -> int:
        """Return the number of rows or triples."""
        return len(self.triples) if self.kind == "graph" else len(self.rows)

    def __bool__(self) -> bool:
        """Return the answer of an ASK; otherwise whether there is any row or triple."""
        return self.answer if self.kind == "ask" else len(self) > 0


def python_value(term: Term | None) -> str | int | float | bool | None:
    """Return a term as a Python value.

    >>> python_value(Literal(3)), python_value(NamedNode("https://example.org/"))
    (3, 'https://example.org/')
    """
    if term is None:
        return None
    if not isinstance(term, Literal):
        return str(term) if isinstance(term, (Triple, BlankNode)) else term.value
    datatype = term.datatype.value
    try:
        if datatype in _INTEGERS:
            return int(term.value)
        if datatype in _NUMBERS:
            return float(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if datatype == _BOOLEAN else term.value
