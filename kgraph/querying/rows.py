"""The W3C formats of query results, written row by row: a long answer is not held, and a cut one is well-formed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kgraph.querying.results import NUMERIC, STRING, Term
from kgraph.rdf.terms import PREFIXES

Row = Sequence[Term | None]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEEDS_QUOTES = re.compile('[",\r\n]')
#: What a spreadsheet takes for the beginning of a formula; in East Asian ones the wide signs too.
_FORMULA = re.compile("[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]")
_XML_START = '<?xml version="1.0" encoding="utf-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows or triples were written, and whether there were more."""

    rows: int
    truncated: bool


@dataclass(frozen=True, slots=True)
class RowFormat:
    """What stands before, between and after the rows, and how one row is written."""

    head: Callable[[Sequence[str]], str]
    row: Callable[[Sequence[str], Row], str]
    between: str
    tail: str


def write_rows(
    names: Sequence[str],
    rows: Iterable[Row],
    form: str,
    file: IO[bytes],
    *,
    max_rows: int | None = None,
    max_bytes: int | None = None,
) -> Written:
    """Write rows in a format of :data:`ROW_FORMATS` until a limit, where one is given, is reached."""
    writer = ROW_FORMATS[form]
    size = file.write(writer.head(names).encode()) + len(writer.tail)
    count, truncated = 0, False
    for row in rows:
        text = (writer.between if count else "") + writer.row(names, row)
        line = text.encode()
        size += len(line)
        if count == max_rows or (max_bytes is not None and size > max_bytes):
            truncated = True
            break
        file.write(line)
        count += 1
    file.write(writer.tail.encode())
    return Written(count, truncated)


def write_triples(
    triples: Iterable[Triple], form: RdfFormat, file: IO[bytes], *, max_rows: int, max_bytes: int
) -> Written:
    """Write triples as RDF until a limit is reached. Raises ValueError where the format cannot hold one."""
    count, truncated = 0, False

    def limited() -> Iterator[Triple]:
        nonlocal count, truncated
        for triple in triples:
            if count == max_rows or file.tell() + len(str(triple)) > max_bytes:
                truncated = True
                return
            count += 1
            yield triple

    serialize(limited(), file, form, prefixes=PREFIXES)
    return Written(count, truncated)


def _json_head(names: Sequence[str]) -> str:
    return f'{{"head":{{"vars":[{",".join(map(quoted, names))}]}},"results":{{"bindings":[\n'


def _json_row(names: Sequence[str], row: Row) -> str:
    cells = (f"{quoted(name)}:{_json(term)}" for name, term in zip(names, row, strict=True) if term is not None)
    return f"{{{','.join(cells)}}}"


def _json(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{quoted(term.value)}}}'
    if isinstance(term, Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return f'{{"type":"triple","value":{{{",".join(f"{quoted(name)}:{_json(part)}" for name, part in parts)}}}}}'
    start = f'{{"type":"literal","value":{quoted(term.value)}'
    if term.language:
        return f'{start},"xml:lang":{quoted(term.language)}}}'
    plain = term.datatype.value == STRING
    return f"{start}}}" if plain else f'{start},"datatype":{quoted(term.datatype.value)}}}'


def _xml_head(names: Sequence[str]) -> str:
    variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    return f"{_XML_START}<head>{variables}</head><results>\n"


def _xml_row(names: Sequence[str], row: Row) -> str:
    cells = (
        f"<binding name={quoteattr(name)}>{_xml(term)}</binding>"
        for name, term in zip(names, row, strict=True)
        if term is not None
    )
    return f"<result>{''.join(cells)}</result>\n"


def _xml(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f"<uri>{_xml_text(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{_xml_text(term.value)}</bnode>"
    if isinstance(term, Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return f"<triple>{''.join(f'<{name}>{_xml(part)}</{name}>' for name, part in parts)}</triple>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{_xml_text(term.value)}</literal>"
    if term.datatype.value == STRING:
        return f"<literal>{_xml_text(term.value)}</literal>"
    return f"<literal datatype={quoteattr(term.datatype.value)}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    """Return text as XML reads it back; what XML cannot hold becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _csv_head(names: Sequence[str]) -> str:
    return ",".join(map(_csv, names)) + "\r\n"


def _csv_row(_: Sequence[str], row: Row) -> str:
    return ",".join(_csv("" if term is None else _value(term)) for term in row) + "\r\n"


def _safe_csv_row(_: Sequence[str], row: Row) -> str:
    return ",".join(_csv("" if term is None else _no_formula(term)) for term in row) + "\r\n"


def _no_formula(term: Term) -> str:
    """Return the value, after an apostrophe where a spreadsheet would run it; numbers are none of those."""
    text = _value(term)
    is_number = isinstance(term, Literal) and term.datatype.value in NUMERIC
    return f"'{text}" if _FORMULA.match(text) and not is_number else text


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _tsv_row(_: Sequence[str], row: Row) -> str:
    # Terms write themselves as N-Triples do, with line breaks escaped; a tab is left to us.
    return "\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) + "\n"


#: Name of a format → how it is written.
ROW_FORMATS: Final[dict[str, RowFormat]] = {
    "json": RowFormat(_json_head, _json_row, ",\n", "\n]}}\n"),
    "xml": RowFormat(_xml_head, _xml_row, "", "</results></sparql>\n"),
    "csv": RowFormat(_csv_head, _csv_row, "", ""),
    "safe-csv": RowFormat(_csv_head, _safe_csv_row, "", ""),
    "tsv": RowFormat(lambda names: "\t".join(f"?{name}" for name in names) + "\n", _tsv_row, "", ""),
}


def format_yes_or_no(answer: bool, form: str) -> str:
    """Return the answer of an ASK in a format of :data:`ROW_FORMATS`."""
    told = "true" if answer else "false"
    match form:
        case "json":
            return f'{{"head":{{}},"boolean":{told}}}\n'
        case "xml":
            return f"{_XML_START}<head/><boolean>{told}</boolean></sparql>\n"
        case "tsv":
            return f"{told}\n"
        case _:
            return f"{told}\r\n"
