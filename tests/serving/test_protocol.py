"""The query half of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

ASK = "ASK {}"
GRAPH = "https://w3id.org/kgraph/graph"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


def test_a_query_comes_by_get_by_form_and_directly(client: TestClient) -> None:
    answers = [
        client.get("/sparql", params={"query": ASK}),
        client.post("/sparql", data={"query": ASK}),
        client.post("/sparql", content=ASK, headers=DIRECT),
        client.post("/sparql", content=ASK, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.json()["boolean"] is True


def test_texts_outside_ascii_arrive_whole(client: TestClient) -> None:
    query = 'SELECT ("Zürich 🤗 \\" +&=%" AS ?x) {}'
    for answer in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers=DIRECT),
    ):
        assert answer.json()["results"]["bindings"][0]["x"]["value"] == 'Zürich 🤗 " +&=%'


def test_the_default_graph_may_be_named_and_no_other_one_may(client: TestClient) -> None:
    ask = {"query": "ASK { ?p a kg:Paper }"}
    assert client.get("/sparql", params={**ask, "default-graph-uri": GRAPH}).json()["boolean"]
    for name in ("default-graph-uri", "named-graph-uri"):
        answer = client.post("/sparql", data={**ask, name: "http://127.0.0.1:1/other"})
        assert answer.status_code == 400
        assert "http://127.0.0.1:1/other" in answer.json()["detail"]
    both = client.get(f"/sparql?query=ASK%7B%7D&default-graph-uri={GRAPH}&default-graph-uri=http://127.0.0.1:1/x")
    assert both.status_code == 400
    direct = client.post(f"/sparql?default-graph-uri={GRAPH}", content=ASK, headers=DIRECT)
    assert direct.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status"),
    [
        ("POST", "/sparql", "", FORM, 400),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "", {}, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql?query=ASK%7B%7D", ASK, DIRECT, 400),
        ("POST", "/sparql", ASK, {"Content-Type": "text/plain"}, 415),
        ("POST", "/sparql", ASK, {}, 415),
        ("POST", "/sparql", "query=ASK%7B%7D", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ("POST", "/sparql", ASK, {"Content-Type": "application/sparql-query; charset=utf-16"}, 415),
        ("POST", "/sparql", ASK, {**DIRECT, "Content-Encoding": "gzip"}, 415),
        ("POST", "/sparql", b"ASK { ?s ?p '\xff' }", DIRECT, 400),
        ("POST", "/sparql", "query=%FF%FE", FORM, 400),
        ("GET", "/sparql?query=%FF%FE", "", {}, 400),
        ("GET", "/sparql?query=ASK%20%7B", "", {}, 400),
        ("GET", "/sparql?query=", "", {}, 400),
        ("PUT", "/sparql?query=ASK%7B%7D", "", {}, 405),
        ("DELETE", "/sparql", "", {}, 405),
        ("PATCH", "/sparql", ASK, DIRECT, 405),
        ("POST", "/sparql", "update=CLEAR%20ALL", FORM, 403),
        ("GET", "/sparql?update=CLEAR%20ALL", "", {}, 403),
        ("POST", "/sparql", "CLEAR ALL", {"Content-Type": "application/sparql-update"}, 403),
        ("POST", "/sparql", "query=CLEAR%20ALL", FORM, 403),
        ("GET", "/sparql?query=ASK%7B%7D&format=png", "", {"Accept": "image/png"}, 406),
        ("GET", "/sparql?query=" + 40_000 * "x", "", {}, 414),
        ("POST", "/sparql", 10_000_000 * " ", DIRECT, 413),
    ],
)
def test_what_the_protocol_does_not_have_is_a_client_error(
    client: TestClient, method: str, path: str, content: str | bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["detail"]


def test_a_query_that_does_not_parse_is_told_with_its_place(client: TestClient) -> None:
    problem = client.post("/sparql", data={"query": "SELECT *\n{ ?s nope:x ?o }"}).json()
    assert (problem["line"], problem["column"]) == (2, 12)
    assert "does not parse" in problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { # comment\n sErViCe <http://127.0.0.1:1/> { ?s ?p ?o } } }",
        'SELECT * { ?s ?p "\\u0022\\u0023" . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }\n}',
        "SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }",
        "# SELECT\nINSERT DATA { <a:a> <a:b> <a:c> }",
        "LOAD <http://127.0.0.1:1/>",
        "DROP ALL",
    ],
)
def test_what_would_change_or_fetch_anything_is_refused(client: TestClient, query: str) -> None:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 403
    assert "refused" in answer.json()["detail"]


def test_the_words_are_harmless_where_they_are_no_keywords(client: TestClient) -> None:
    query = 'SELECT ?service { ?service ?from "SERVICE" . FILTER(?from != <http://x.org/SERVICE#FROM>) } # LOAD SERVICE'
    assert client.post("/sparql", data={"query": query}).status_code == 200


def test_the_endpoint_describes_itself(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "application/n-triples"})
    triples = {(q.subject.value, q.predicate.value, q.object.value) for q in parse(answer.content, RdfFormat.N_TRIPLES)}
    sd, endpoint = "http://www.w3.org/ns/sparql-service-description#", "http://127.0.0.1:8000/sparql"
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    assert (f"{endpoint}#service", rdf_type, f"{sd}Service") in triples
    assert (f"{endpoint}#service", f"{sd}endpoint", endpoint) in triples
    assert (f"{endpoint}#service", f"{sd}supportedLanguage", f"{sd}SPARQL11Query") in triples


def test_a_head_request_has_the_headers_alone(client: TestClient) -> None:
    answer = client.head("/sparql", params={"query": ASK})
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


def test_results_are_what_the_formats_say(client: TestClient) -> None:
    query = 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ("x\\t,\\"\\n<&\\u0001" "é"@fr UNDEF) (<urn:x> 5 1.5) } }'
    answer = client.post("/sparql", data={"query": query, "format": "json"})
    first, second = json.loads(answer.content)["results"]["bindings"]
    assert first == {
        "a": {"type": "literal", "value": 'x\t,"\n<&\x01'},
        "b": {"type": "literal", "value": "é", "xml:lang": "fr"},
    }
    assert second["b"] == {"type": "literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    assert client.post("/sparql", data={"query": query, "format": "csv"}).text == (
        'a,b,c\r\n"x\t,""\n<&\x01",é,\r\nurn:x,5,1.5\r\n'
    )
    tsv = client.post("/sparql", data={"query": query, "format": "tsv"}).text
    assert tsv.splitlines()[0] == "?a\t?b\t?c"
    assert [line.count("\t") for line in tsv.splitlines()] == [2, 2, 2]
