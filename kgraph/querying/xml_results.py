"""Query results as the SPARQL Query Results XML Format."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.querying.results import STRING, QueryResult, Term

_NAMESPACE = "http://www.w3.org/2005/sparql-results#"


def format_xml(result: QueryResult) -> str:
    """Return the rows of a SELECT or the answer of an ASK; what XML cannot hold becomes U+FFFD."""
    output = io.StringIO()
    writer = XMLGenerator(output, encoding="utf-8", short_empty_elements=True)
    writer.startDocument()
    with _element(writer, "sparql", xmlns=_NAMESPACE):
        with _element(writer, "head"):
            for name in result.variables:
                with _element(writer, "variable", name=name):
                    pass
        if result.kind == "ask":
            _text(writer, "boolean", str(result.answer).lower())
        else:
            _rows(writer, result)
    return output.getvalue() + "\n"


def _rows(writer: XMLGenerator, result: QueryResult) -> None:
    with _element(writer, "results"):
        for row in result.rows:
            with _element(writer, "result"):
                for name, term in zip(result.variables, row, strict=True):
                    if term is None:
                        continue
                    with _element(writer, "binding", name=name):
                        _term(writer, term)


def _term(writer: XMLGenerator, term: Term) -> None:
    if isinstance(term, NamedNode):
        _text(writer, "uri", term.value)
    elif isinstance(term, BlankNode):
        _text(writer, "bnode", term.value)
    elif isinstance(term, Triple):
        with _element(writer, "triple"):
            for name, part in (("subject", term.subject), ("predicate", term.predicate), ("object", term.object)):
                with _element(writer, name):
                    _term(writer, part)
    elif term.language:
        _text(writer, "literal", term.value, **{"xml:lang": term.language})
    elif term.datatype.value != STRING:
        _text(writer, "literal", term.value, datatype=term.datatype.value)
    else:
        _text(writer, "literal", term.value)


def _text(writer: XMLGenerator, tag: str, text: str, **attributes: str) -> None:
    with _element(writer, tag, **attributes):
        writer.characters("".join(char if _fits_xml(char) else "\ufffd" for char in text))


@contextmanager
def _element(writer: XMLGenerator, tag: str, **attributes: str) -> Iterator[None]:
    writer.startElement(tag, AttributesImpl(attributes))
    yield
    writer.endElement(tag)


def _fits_xml(char: str) -> bool:
    return (char >= " " and char not in "\ufffe\uffff") or char in "\t\n\r"
