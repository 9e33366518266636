from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from starlette.testclient import TestClient

from kgraph.serving.negotiation import MEDIA_TYPES, choose

SELECT = "SELECT ?p ?t { ?p dcterms:title ?t } LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?p dcterms:title ?t } { ?p dcterms:title ?t } LIMIT 3"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (XML, XML),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("application/*", JSON),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        (f"{JSON};q=0.1, {XML};q=0.2", XML),
        (f"{XML};q=0, */*;q=0.5", JSON),
        (f"{JSON};q=0, {XML};q=0, */*;q=0.1", "text/csv; charset=utf-8; header=present"),
        (f"text/turtle, {XML};q=0.3, text/csv; q=0.4", "text/csv; charset=utf-8; header=present"),
        (f"{XML.upper()} ; q=0.9", XML),
        ("image/png, */*;q=0.001", JSON),
        ("image/png", None),
        ("text/turtle", None),
        ("*/*;q=0", None),
        ("nonsense", None),
    ],
)
def test_rows_come_in_the_format_that_the_client_likes_best(
    client: TestClient, accept: str, answered: str | None
) -> None:
    answer = client.post("/sparql", data={"query": SELECT}, headers={"Accept": accept})
    if answered is None:
        assert answer.status_code == 406
        assert JSON in answer.json()["detail"]
        return
    assert answer.headers["content-type"] == answered
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "answered", "form"),
    [
        ("", "text/turtle; charset=utf-8", RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("text/plain", "text/plain; charset=utf-8", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", RdfFormat.JSON_LD),
        ("application/n-quads", "application/n-quads", RdfFormat.N_QUADS),
        ("application/trig", "application/trig", RdfFormat.TRIG),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.4", "application/rdf+xml", RdfFormat.RDF_XML),
        (f"{JSON}, application/ld+json;q=0.2, */*;q=0.1", "application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_in_every_format(client: TestClient, accept: str, answered: str, form: RdfFormat) -> None:
    answer = client.post("/sparql", data={"query": CONSTRUCT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == answered
    assert len(set(parse(answer.content, form))) == 3


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("json", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ],
)
def test_the_formats_of_rows_are_read_back_whole(client: TestClient, name: str, form: QueryResultsFormat) -> None:
    query = """SELECT ?a ?b { VALUES (?a ?b) {
        ("tab\\t quote\\" line\\n return\\r <&> 🤗" "é"@fr-CA)
        (<urn:x> 5) (UNDEF "2024-06-01"^^xsd:date) (UNDEF UNDEF) } }"""
    answer = client.post("/sparql", data={"query": query, "format": name})
    read = [tuple(map(str, row)) for row in parse_query_results(answer.content, form)]  # type: ignore[union-attr]
    assert read == [
        ('"tab\\t quote\\" line\\n return\\r <&> 🤗"', '"é"@fr-ca'),
        ("<urn:x>", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("None", '"2024-06-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("None", "None"),
    ]


def test_a_format_can_be_named_where_a_header_cannot_be_sent(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": SELECT, "format": "csv"}, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/csv")
    for wish, answered in (("text/csv", "text/csv"), ("turtle", JSON), ("json-ld", JSON)):
        answer = client.post("/sparql", data={"query": SELECT, "format": wish}, headers={"Accept": JSON})
        assert answer.headers["content-type"].startswith(answered)


def test_a_browser_gets_the_page_and_a_program_the_answer(client: TestClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for path in ("/sparql", "/sparql?query=ASK%7B%7D"):
        page = client.get(path, headers=browser)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert client.post("/sparql", data={"query": "ASK{}"}, headers=browser).headers["content-type"] == "application/xml"


@given(st.text(st.sampled_from("application/*;q=0.15, textxmljsoncsv+-")))
def test_any_header_is_read_without_failing(header: str) -> None:
    chosen = choose(header, MEDIA_TYPES["select"])
    assert chosen is None or chosen[1] in MEDIA_TYPES["select"][chosen[0]]
