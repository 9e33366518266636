"""Refusing, before it runs, what would change the graph or reach the network.

Neither engine has a switch for it, and text alone misleads: rdflib decodes ``\\u0053ERVICE`` before it parses
and Oxigraph does not, and a lexer takes ``<?b)SERVICE?x#>`` after ``?a`` for an IRI. So a query in which a
dangerous word occurs anywhere, decoded or not, passes only if the lexer and rdflib's parser agree that the
word is harmless; where rdflib cannot parse it, the word itself is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rdflib.plugins.sparql.parser import Query
from rdflib.plugins.sparql.parserutils import CompValue

from kgraph.errors import QueryError
from kgraph.querying.tokens import without_texts, words

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_DANGEROUS = re.compile(r"service|from", re.IGNORECASE)
#: Brackets within brackets, or signs in a row. Oxigraph's parser takes some 1,000; people write 20.
DEEPEST = 200
#: Patterns and conditions that are joined: planning takes the cube of them, and the recursion ends at some 10,000.
MOST_JOINED = 500
_JOINT = re.compile(r"&&|\|\||\bUNION\b|[.;](?=[\s}])", re.IGNORECASE)
_BRACKET = re.compile(r"[\[\](){}]")
_SIGNS = re.compile(rf"(?:[!+-]\s*+){{{DEEPEST + 1}}}")
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH"}
_PROLOGUE = {"PREFIX", "BASE", "VERSION"}
_SERVICE = "SERVICE is refused: a query asks this graph alone and never reaches the network"
_UPDATE = "{} is refused: a graph is never changed by a query; build it anew or add papers to it"
_FROM = "FROM {} is refused: everything is in the default graph, and nothing is fetched; leave FROM out"


def check_query(query: str, graphs: Collection[str] | None = ()) -> None:
    """Raise :class:`QueryError` where a query is an update, or uses SERVICE or FROM.

    ``graphs`` are the IRIs that FROM may name, None where it may name any because the caller sets the dataset.
    """
    _check_depth(query)
    first = next((word for word in words(query) if word not in _PROLOGUE), "")
    if first in _UPDATES:
        raise QueryError(_UPDATE.format(first))
    decoded = _ESCAPE.sub(_character, query)
    if not _DANGEROUS.search(decoded):
        return
    # An escaped quote ends a string for rdflib and not for Oxigraph: both readings are judged.
    for reading in dict.fromkeys((query, decoded)):
        _check_reading(reading, graphs)


def _check_depth(query: str) -> None:
    """Raise where a query is so deep or long that an engine would run out of stack, which ends the process."""
    bare = without_texts(query)
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth = depth + 1 if bracket in "([{" else max(depth - 1, 0)
        if depth > DEEPEST:
            raise QueryError(f"the query is nested more than {DEEPEST} deep; write it flatter")
    if len(_JOINT.findall(bare)) > MOST_JOINED:
        raise QueryError(
            f"the query joins more than {MOST_JOINED:,} patterns or conditions; use VALUES, or ask in parts"
        )
    if _SIGNS.search(bare):
        raise QueryError(f"the query has more than {DEEPEST} signs in a row; leave out those that cancel each other")


def _check_reading(query: str, graphs: Collection[str] | None) -> None:
    keywords = set(words(query))
    if "SERVICE" in keywords:
        raise QueryError(_SERVICE)
    try:
        parsed = list(Query.parse_string(query, parse_all=True))
    except Exception:  # noqa: BLE001 - pyparsing raises many kinds, RecursionError among them
        if "FROM" in keywords:
            raise QueryError(_FROM.format("an address")) from None
        if "service" in query.lower():
            raise QueryError(f"{_SERVICE}; this query holds the word and could not be checked") from None
        return
    for node in _nodes(parsed):
        if node.name == "ServiceGraphPattern":
            raise QueryError(_SERVICE)
        if node.name == "DatasetClause" and graphs is not None and str(node.get("default")) not in graphs:
            raise QueryError(_FROM.format(node.get("default") or node.get("named")))


def _nodes(part: object) -> Iterator[CompValue]:
    pending: list[object] = [part]
    while pending:
        current = pending.pop()
        if isinstance(current, CompValue):
            yield current
            pending.extend(current.values())
        elif not isinstance(current, str) and hasattr(current, "__iter__"):
            pending.extend(current)


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code < 0x110000 else match.group()
