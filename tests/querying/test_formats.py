"""Results as text: standard formats that other libraries read, and a table that people read."""

from __future__ import annotations

import csv
import io
import json

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
    parse_query_results,
)
from rdflib.query import Result

from kgraph.errors import QueryError
from kgraph.querying import RESULT_FORMATS, QueryResult, Term, format_result, run_query
from kgraph.querying.table import format_table

ROWS = """SELECT ?iri ?text ?number ?nothing {
  VALUES (?iri ?text ?number) {
    (kg:Paper "a \\"quoted\\"\\tcell,\\nwith lines <b>&" 12)
    (<urn:x:y> "漢字 ü" 3.5)
    (UNDEF "plain"@en UNDEF)
  }
}"""
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def answer(query: str) -> QueryResult:
    return run_query(Store(), query)


@pytest.mark.parametrize(
    ("form", "read"),
    [("json", QueryResultsFormat.JSON), ("xml", QueryResultsFormat.XML), ("tsv", QueryResultsFormat.TSV)],
)
def test_oxigraph_reads_back_what_is_written(form: str, read: QueryResultsFormat) -> None:
    result = answer(ROWS)
    parsed = parse_query_results(format_result(result, form).encode(), read)
    assert isinstance(parsed, QuerySolutions)
    assert [variable.value for variable in parsed.variables] == list(result.variables)
    assert [tuple(row) for row in parsed] == list(result.rows)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_rdflib_reads_back_what_is_written(form: str) -> None:
    result = answer(ROWS)
    parsed = Result.parse(io.BytesIO(format_result(result, form).encode()), format=form)
    assert [str(name) for name in parsed.vars or []] == list(result.variables)
    assert [row.get(rdflib.Variable("text")) for row in parsed.bindings] == [
        rdflib.Literal('a "quoted"\tcell,\nwith lines <b>&'),
        rdflib.Literal("漢字 ü"),
        rdflib.Literal("plain", lang="en"),
    ]


def test_csv_has_plain_values() -> None:
    header, *rows = csv.reader(io.StringIO(format_result(answer(ROWS), "csv"), newline=""))
    assert header == ["iri", "text", "number", "nothing"]
    assert rows[0] == ["https://w3id.org/kgraph/ontology#Paper", 'a "quoted"\tcell,\nwith lines <b>&', "12", ""]


@pytest.mark.parametrize(
    ("form", "yes"),
    [("table", "yes\n"), ("csv", "true\r\n"), ("tsv", "true\n"), ("json", '{"head":{},"boolean":true}\n')],
)
def test_an_ask_is_answered_in_every_format(form: str, yes: str) -> None:
    assert format_result(answer("ASK {}"), form) == yes
    assert format_result(answer("ASK { ?x a ?y }"), "xml") == (f"{XML_START}<head/><boolean>false</boolean></sparql>\n")


XML_START = '<?xml version="1.0" encoding="utf-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
NUMBER = "http://www.w3.org/2001/XMLSchema#integer"
#: Format → what is written of the rows below, byte for byte.
WRITTEN = {
    "json": (
        '{"head":{"vars":["x","y"]},"results":{"bindings":[\n'
        '{"x":{"type":"uri","value":"urn:x"},"y":{"type":"literal","value":"a \\"b\\"\\t,\\n<c>&"}},\n'
        f'{{"x":{{"type":"literal","value":"5","datatype":"{NUMBER}"}}}},\n'
        '{"x":{"type":"literal","value":"ü","xml:lang":"de"},"y":{"type":"bnode","value":"n"}}\n]}}\n'
    ),
    "xml": (
        f'{XML_START}<head><variable name="x"/><variable name="y"/></head><results>\n'
        '<result><binding name="x"><uri>urn:x</uri></binding>'
        '<binding name="y"><literal>a "b"\t,\n&lt;c&gt;&amp;</literal></binding></result>\n'
        f'<result><binding name="x"><literal datatype="{NUMBER}">5</literal></binding></result>\n'
        '<result><binding name="x"><literal xml:lang="de">ü</literal></binding>'
        '<binding name="y"><bnode>n</bnode></binding></result>\n</results></sparql>\n'
    ),
    "csv": 'x,y\r\nurn:x,"a ""b""\t,\n<c>&"\r\n5,\r\nü,_:n\r\n',
    "tsv": f'?x\t?y\n<urn:x>\t"a \\"b\\"\\t,\\n<c>&"\n"5"^^<{NUMBER}>\t\n"ü"@de\t_:n\n',
}


@pytest.mark.parametrize(("form", "written"), WRITTEN.items())
def test_the_formats_are_written_byte_for_byte_so(form: str, written: str) -> None:
    rows = (
        (NamedNode("urn:x"), Literal('a "b"\t,\n<c>&')),
        (Literal(5), None),
        (Literal("ü", language="de"), BlankNode("n")),
    )
    assert format_result(QueryResult("select", ("x", "y"), rows), form) == written


def test_what_goes_into_a_spreadsheet_runs_no_formula() -> None:
    texts = ['=HYPERLINK("https://x.org")', "+1", "-2+3", "@SUM(A1)", "\t=1", "－1", "plain", "a=b"]
    rows: tuple[tuple[Term, ...], ...] = (*((Literal(text),) for text in texts), (Literal(-5),), (NamedNode("urn:x"),))
    written = format_result(QueryResult("select", ("x",), rows), "safe-csv")
    cells = [row[0] for row in csv.reader(io.StringIO(written, newline=""))]
    assert cells == ["x", *(f"'{text}" for text in texts[:6]), "plain", "a=b", "-5", "urn:x"]


def test_a_table_is_aligned_also_with_wide_characters() -> None:
    lines = format_result(answer(ROWS), "table").splitlines()
    assert lines == [
        "iri        text                              number  nothing",
        "─────────  ────────────────────────────────  ──────  ───────",
        'kg:Paper   a "quoted" cell, with lines <b>&      12',
        "<urn:x:y>  漢字 ü                               3.5",
        "           plain",
    ]


def test_a_table_shortens_the_graphs_own_ids_and_cuts_long_cells() -> None:
    row = (NamedNode("https://example.org/entity/lora"), Literal("x" * 500))
    table = format_table(QueryResult("select", ("e", "t"), (row,)), "https://example.org/")
    last = table.splitlines()[-1]
    assert last.startswith("entity/lora  xxx")
    assert last.endswith("x…")
    assert len(last) < 100


def test_no_control_character_reaches_the_terminal() -> None:
    row = (Literal("\x1b[31mred\x07 \u202eback"),)
    table = format_table(QueryResult("select", ("t",), (row,)))
    assert not any(char in table for char in "\x1b\x07\u202e")


def test_an_empty_answer_is_a_header() -> None:
    assert format_result(answer("SELECT ?x { ?x a kg:Paper }"), "table") == "x\n─\n"


def test_a_graph_is_written_as_rdf_and_as_a_table() -> None:
    result = answer("CONSTRUCT { <urn:b> kg:uses <urn:c> . <urn:a> kg:uses <urn:c> } {}")
    assert "kg:uses" in format_result(result, "turtle")
    assert format_result(result, "ntriples").splitlines() == [
        f"<urn:{name}> <https://w3id.org/kgraph/ontology#uses> <urn:c> ." for name in "ab"
    ]
    assert {node["@id"] for node in json.loads(format_result(result, "jsonld"))} == {"urn:a", "urn:b"}
    assert format_result(result, "table").splitlines()[0].split() == ["subject", "predicate", "object"]


@pytest.mark.parametrize(
    ("query", "form", "fitting"),
    [("SELECT * {}", "turtle", "table, json, xml, csv"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "turtle")],
)
def test_a_format_that_does_not_fit_names_those_that_do(query: str, form: str, fitting: str) -> None:
    with pytest.raises(QueryError, match=fitting):
        format_result(answer(query), form)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_any_text_survives_json_tsv_and_xml(rows: list[tuple[str, str]]) -> None:
    result = QueryResult("select", ("a", "b"), tuple((Literal(a), Literal(b)) for a, b in rows))
    for form, read in (("json", QueryResultsFormat.JSON), ("tsv", QueryResultsFormat.TSV)):
        parsed = parse_query_results(format_result(result, form).encode(), read)
        assert [tuple(row) for row in parsed] == list(result.rows)  # type: ignore[union-attr]
    for form in RESULT_FORMATS["select"]:
        assert format_result(result, form)


def test_rows_are_python_values() -> None:
    first, _, third = answer(ROWS)
    assert first["number"] == 12
    assert first["iri"] == "https://w3id.org/kgraph/ontology#Paper"
    assert third == {"iri": None, "text": "plain", "number": None, "nothing": None}


def test_triple_terms_are_written_too() -> None:
    inner = Triple(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"))
    result = QueryResult("select", ("t",), ((inner,),))
    assert json.loads(format_result(result, "json"))["results"]["bindings"][0]["t"]["type"] == "triple"
    assert "<triple>" in format_result(result, "xml")
