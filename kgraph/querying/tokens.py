"""The words of a SPARQL query: what is a string, a comment or an IRI is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_OPAQUE = r"""
    (?P<string>   \"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<iri>      <[^<>\"{}|^`\\\x00-\x20]*> )
  | (?P<comment>  \#[^\n\r]* )
"""
_TEXT = re.compile(_OPAQUE, re.VERBOSE | re.DOTALL)
_WORDS = re.compile(
    _OPAQUE
    + r"""
  | (?P<name>     [\w.-]*:[\w.:%\\-]* | [?$@]\w+ )
  | (?P<word>     [A-Za-z]+ )
""",
    re.VERBOSE | re.DOTALL,
)
_SLOT = re.compile(
    _OPAQUE + r"| (?P<slot> \bVALUES\s+[?$](?P<parameter>\w+)\s*\{\s*UNDEF\s*\} )",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def words(query: str) -> Iterator[str]:
    """Yield the bare words of a query in upper case: its keywords and functions.

    >>> list(words("SELECT ?from { ?from <urn:service> 'load' } # drop"))
    ['SELECT']
    """
    return (match.group().upper() for match in _WORDS.finditer(query) if match.lastgroup == "word")


def without_texts(query: str) -> str:
    """Return a query without its strings, IRIs and comments.

    >>> without_texts("SELECT * { ?from ?p '(((' } # (((")
    'SELECT * { ?from ?p  } '
    """
    return _TEXT.sub("", query)


def slots(query: str) -> list[str]:
    """Return the parameters of a query: the variables of its ``VALUES ?name { UNDEF }``.

    >>> slots("SELECT * { VALUES ?paper { UNDEF } ?paper ?p ?o } # VALUES ?x { UNDEF }")
    ['paper']
    """
    return [match.group("parameter") for match in _SLOT.finditer(query) if match.group("slot")]


def fill_slots(query: str, fill: Callable[[str], str | None]) -> str:
    """Return the query with ``fill(name)`` in the place of UNDEF, where that is not None."""

    def replaced(match: re.Match[str]) -> str:
        name = match.group("parameter")
        value = fill(name) if name else None
        return match.group() if value is None else f"VALUES ?{name} {{ {value} }}"

    return _SLOT.sub(replaced, query)
