"""Running queries: both engines, parameters that never become text, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store
from small_build import PAPERS, write_build

from kgraph.errors import QueryError
from kgraph.querying import named_query, run_query
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.store import memory_store
from kgraph.rdf.triples import ntriples

BASE = "https://w3id.org/kgraph/"
#: Nothing listens there: a query that got through would fail with another error.
ELSEWHERE = "http://127.0.0.1:1/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("build")


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return memory_store(ntriples(write_build(folder)))


@pytest.fixture(scope="module")
def graph(folder: Path) -> rdflib.Graph:
    return to_rdflib(write_build(folder), native=True)


def test_prefixes_need_no_declaration_and_may_be_declared_otherwise(store: Store) -> None:
    assert len(run_query(store, "SELECT * { ?paper a kg:Paper }")) == len(PAPERS)
    assert len(run_query(store, "PREFIX kg: <urn:x:> SELECT * { ?paper a kg:Paper }")) == 0


def test_each_kind_of_query_has_its_kind_of_answer(store: Store, graph: rdflib.Graph) -> None:
    for target in (store, graph):
        assert run_query(target, "ASK { ?x a kg:Paper }").answer
        assert len(run_query(target, "CONSTRUCT { ?x a kg:P } WHERE { ?x a kg:Paper }").triples) == len(PAPERS)
        (row,) = run_query(target, "SELECT (COUNT(?x) AS ?n) { ?x a kg:Paper }")
        assert row == {"n": len(PAPERS)}
        assert len(run_query(target, f"DESCRIBE <{BASE}entity/lora>")) > 3


def test_rows_can_be_limited_and_the_cut_is_told(store: Store) -> None:
    cut = run_query(store, "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", max_rows=10)
    assert (len(cut), cut.truncated) == (10, True)
    assert not run_query(store, "SELECT * { ?x a kg:Paper }", max_rows=len(PAPERS)).truncated


@pytest.mark.parametrize("query", ["SELECT * { ?x", "SELECT * { ?x nope:y ?z }", "", "SELEKT"])
def test_what_does_not_parse_is_told_with_its_place(store: Store, graph: rdflib.Graph, query: str) -> None:
    with pytest.raises(QueryError, match=r"parse.*\d+:\d+"):
        run_query(store, query)
    with pytest.raises(QueryError):
        run_query(graph, query)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service silent <{ELSEWHERE}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ \\u0053ERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }}",
        # An escaped quote and hash: for rdflib the rest of the line is a comment, for Oxigraph it is not.
        f'SELECT * {{ ?s ?p "\\u0022\\u0023" . SERVICE <{ELSEWHERE}> {{ ?a ?b ?c }}\n}}',
        # For a lexer the keyword stands in an IRI.
        f"SELECT * {{ VALUES (?a ?b ?x) {{ (1 2 <{ELSEWHERE}>) }} FILTER(?a<?b)SERVICE?x#>\n{{ ?s ?p ?o }} }}",
        f"PREFIX e: <{ELSEWHERE}> SELECT * {{ VALUES (?a ?b) {{ (1 2) }} FILTER(?a<?b)SERVICEe:a#>\n{{ ?s ?p ?o }} }}",
        f"ASK {{ {{ SELECT * {{ OPTIONAL {{ # comment\n SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }} }} }} }}",
        f"SELECT * FROM <{ELSEWHERE}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{ELSEWHERE}> {{ ?s ?p ?o }}",
        f"LOAD <{ELSEWHERE}>",
        "PREFIX x: <urn:x> INSERT DATA { <a:a> <a:b> <a:c> }",
        "# a comment\nDELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
    ],
)
def test_changes_and_the_network_are_refused_before_anything_runs(
    store: Store, graph: rdflib.Graph, query: str
) -> None:
    for target in (store, graph):
        before = len(target)
        with pytest.raises(QueryError, match="refused"):
            run_query(target, query)
        assert len(target) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service ?from { ?service ?from ?x } LIMIT 1",
        'SELECT * { ?s ?p ?o FILTER(?o != "SERVICE FROM LOAD") } LIMIT 1',
        "SELECT * { ?s ?p ?o FILTER(?p != <http://example.org/service/from#load>) } LIMIT 1 # FROM SERVICE",
        "PREFIX service: <urn:x:> SELECT * { ?s ?p ?o FILTER(?p != service:from) } LIMIT 1",
    ],
)
def test_harmless_uses_of_these_words_run(store: Store, query: str) -> None:
    assert len(run_query(store, query)) == 1


def test_a_parameter_fills_its_slot_or_a_selected_variable(store: Store, graph: rdflib.Graph) -> None:
    lora = {"entity": NamedNode(f"{BASE}entity/lora")}
    for target in (store, graph):
        filled = run_query(target, "SELECT ?paper { VALUES ?entity { UNDEF } ?paper kg:introduces ?entity }", lora)
        selected = run_query(target, "SELECT ?paper ?entity { ?paper kg:introduces ?entity }", lora)
        assert [row["paper"] for row in filled] == [row["paper"] for row in selected] == [f"{BASE}{PAPERS[0][0]}"]
    with pytest.raises(QueryError, match="entity"):
        run_query(store, "SELECT ?paper { ?paper kg:introduces ?entity }", lora)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_of_a_parameter_changes_a_query(value: str) -> None:
    query = "SELECT ?text ?x { VALUES ?text { UNDEF } BIND(1 AS ?x) }"
    result = run_query(Store(), query, {"text": Literal(value)})
    assert list(result) == [{"text": value, "x": 1}]


def test_a_hostile_parameter_finds_nothing_and_breaks_nothing(store: Store, graph: rdflib.Graph) -> None:
    find = named_query("find")
    hostile = 'x" } } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #'
    for target in (store, graph):
        assert len(run_query(target, find.text, find.bind({"text": hostile}))) == 0


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from(" \n{}()<>?$:;.,\"'\\#|^/*+-=!&ABCSELCTWHRVIuserviceFROMfrom0123")))
def test_any_text_as_a_query_gives_an_answer_or_a_query_error(query: str) -> None:
    try:
        run_query(Store(), query, max_rows=10)
    except QueryError as error:
        assert str(error)
