"""RDF terms as SQL expressions over the columns of the tables.

Backslashes and quotes are written as ``chr(92)`` and ``chr(34)``, because SQL dialects differ in how they
read them inside string literals.
"""

from __future__ import annotations

from functools import reduce

from kgraph.rdf.terms import expand

_BACKSLASH = "chr(92)"
#: Code point → the letter that stands for it after a backslash in N-Triples.
_NAMED_ESCAPES = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r", 34: '"'}
_CONTROLS = [*range(32), 127]
#: Characters that N-Triples writes with an escape; a text without any is passed on as it is.
_SPECIAL = r"[\x00-\x1F\x7F" + r'"\\]'
#: Those of them that have no letter: rare, and slow to replace one by one.
_RARE = r"[\x00-\x07\x0B\x0E-\x1F\x7F]"

_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?"
_CHARACTER = r"([A-Za-z0-9._~!$&()*+,;=:@/?-]|%[0-9A-Fa-f]{2})"
_WEB_ADDRESS = rf"^https?://{_HOST}([/?]{_CHARACTER}*)?(#{_CHARACTER}*)?$"


def quoted(text: str) -> str:
    """Return a SQL string literal.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def resource(base_iri: str, path: str) -> str:
    """Return the term of a resource of the graph, whose ``path`` is a SQL expression."""
    return f"{quoted('<' + base_iri)} || {path} || '>'"


def term(name: str) -> str:
    """Return the term of a prefixed name.

    >>> term("rdf:type")
    "'<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'"
    """
    return quoted(f"<{expand(name)}>")


def choice(column: str, names: dict[str, str]) -> str:
    """Return the term that a column's value stands for; ``names`` maps values to prefixed names."""
    cases = " ".join(f"WHEN {quoted(value)} THEN {term(name)}" for value, name in names.items())
    return f"CASE {column} {cases} END"


def triple(subject: str, predicate: str, target: str) -> str:
    """Return a statement as a term (RDF 1.2); the three are SQL expressions of terms."""
    return f"'<<( ' || {subject} || ' ' || {predicate} || ' ' || {target} || ' )>>'"


def text(expression: str) -> str:
    """Return a plain literal, escaped as canonical N-Triples are."""
    return f"chr(34) || {_escaped(expression)} || chr(34)"


def typed(expression: str, datatype: str) -> str:
    """Return a literal of a datatype whose lexical form needs no escapes."""
    end = quoted(f'"^^<{expand(datatype)}>')
    return f"chr(34) || {expression} || {end}"


def integer(expression: str) -> str:
    """Return an ``xsd:integer``."""
    return typed(f"CAST({expression} AS VARCHAR)", "xsd:integer")


def decimal(expression: str) -> str:
    """Return an ``xsd:decimal`` of at most six places, in the shortest form, as Oxigraph keeps it."""
    fixed = f"CAST(CAST({expression} AS DECIMAL(18, 6)) AS VARCHAR)"
    return typed(f"rtrim(rtrim({fixed}, '0'), '.')", "xsd:decimal")


def date(column: str) -> str:
    """Return an ISO 8601 date as ``xsd:date``, ``xsd:gYearMonth`` or ``xsd:gYear``, else as a plain literal."""
    is_year = f"regexp_matches({column}, '^[1-9][0-9]{{3}}$')"
    is_month = f"regexp_matches({column}, '^[1-9][0-9]{{3}}-(0[1-9]|1[0-2])$')"
    is_day = (
        f"regexp_matches({column}, '^[1-9][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}$')"
        f" AND TRY_CAST({column} AS DATE) IS NOT NULL"
    )
    return (
        f"CASE WHEN {is_day} THEN {typed(column, 'xsd:date')} WHEN {is_month} THEN {typed(column, 'xsd:gYearMonth')}"
        f" WHEN {is_year} THEN {typed(column, 'xsd:gYear')} ELSE {text(column)} END"
    )


def web_address(column: str) -> str:
    """Return an http(s) address as an IRI, and anything else as a plain literal, so that no link misleads."""
    return (
        f"CASE WHEN regexp_matches({column}, {quoted(_WEB_ADDRESS)})"
        f" THEN '<' || {column} || '>' ELSE {text(column)} END"
    )


def _escaped(expression: str) -> str:
    escaped = reduce(_replaced, list(_NAMED_ESCAPES.items()), _backslashes(expression))
    rest = [(code, f"u{code:04X}") for code in _CONTROLS if code not in _NAMED_ESCAPES]
    thorough = reduce(_replaced, rest, escaped)
    return (
        f"CASE WHEN NOT regexp_matches({expression}, {quoted(_SPECIAL)}) THEN {expression}"
        f" WHEN NOT regexp_matches({expression}, {quoted(_RARE)}) THEN {escaped}"
        f" ELSE {thorough} END"
    )


def _backslashes(expression: str) -> str:
    return f"replace({expression}, {_BACKSLASH}, {_BACKSLASH} || {_BACKSLASH})"


def _replaced(expression: str, escape: tuple[int, str]) -> str:
    code, letter = escape
    return f"replace({expression}, chr({code}), {_BACKSLASH} || {quoted(letter)})"
