"""The cases of the W3C's suite for the SPARQL 1.1 Protocol, by their names there, as far as they ask a query service.

The suite has graphs at addresses of its own; here the name of the default graph stands for those that are known. What
it asks of updates is answered as a service that changes nothing must: with an error of the client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

OURS = "https://w3id.org/kgraph/graph"
OTHER = "http://127.0.0.1:1/data1.rdf"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ASK = "ASK {}"
FILLED = "ASK { ?paper a <https://w3id.org/kgraph/ontology#Paper> }"
GRAPHS = "ASK { GRAPH ?g { ?s ?p ?o } }"
ROWS = ("application/sparql-results+xml", "application/sparql-results+json", "text/csv", "text/tab-separated-values")
TRIPLES = ("application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json")


@dataclass(frozen=True)
class Case:
    """A request, and what is to come: a status, the answer of an ASK, one of some media types."""

    method: str = "POST"
    parameters: list[tuple[str, str]] = field(default_factory=list)
    body: str | bytes | list[tuple[str, str]] = ""
    content_type: str = ""
    accept: str = ""
    status: int = 200
    answer: bool | None = None
    media_types: tuple[str, ...] = ()


def get(*parameters: tuple[str, str], **more: object) -> Case:
    return Case("GET", list(parameters), **more)  # type: ignore[arg-type]


def form(*fields: tuple[str, str], **more: object) -> Case:
    return Case(body=list(fields), content_type=FORM, **more)  # type: ignore[arg-type]


def direct(body: str | bytes, content_type: str = DIRECT, **more: object) -> Case:
    return Case(body=body, content_type=content_type, **more)  # type: ignore[arg-type]


DEFAULT, NAMED = ("default-graph-uri", OURS), ("named-graph-uri", OTHER)
QUERIES = {
    "query_get": get(("query", ASK), answer=True, media_types=ROWS[:2]),
    "query_post_form": form(("query", ASK), answer=True, media_types=ROWS[:2]),
    "query_post_direct": direct(ASK, answer=True, media_types=ROWS[:2]),
    "query_content_type_ask": get(("query", ASK), accept=ROWS[0], media_types=ROWS[:1]),
    "query_content_type_select": form(("query", "SELECT (1 AS ?value) {}"), accept=",".join(ROWS), media_types=ROWS),
    "query_content_type_describe": form(("query", "DESCRIBE <urn:x>"), accept=",".join(TRIPLES), media_types=TRIPLES),
    "query_content_type_construct": form(
        ("query", "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}"), accept=",".join(TRIPLES), media_types=TRIPLES
    ),
    "query_dataset_default_graphs_get": get(("query", FILLED), DEFAULT, DEFAULT, answer=True),
    "query_dataset_default_graphs_post": form(("query", FILLED), DEFAULT, DEFAULT, answer=True),
    "query_dataset_default_graphs_direct": Case("POST", [DEFAULT, DEFAULT], FILLED, DIRECT, answer=True),
    "the default graph by a name that is unknown": form(("query", FILLED), ("default-graph-uri", OTHER), status=400),
    "query_dataset_named_graphs_get": get(("query", GRAPHS), NAMED, NAMED, status=400),
    "query_dataset_named_graphs_post": form(("query", GRAPHS), NAMED, NAMED, status=400),
    "query_dataset_full": form(("query", GRAPHS), DEFAULT, NAMED, status=400),
    "no graph but the default one": form(("query", GRAPHS), answer=False),
    # What the request says of the dataset goes before what the query says.
    "query_multiple_dataset": form(("query", f"ASK FROM <{OTHER}> {{ ?s ?p ?o }}"), DEFAULT, answer=True),
    "the default graph by its name in the query": form(("query", f"ASK FROM <{OURS}> {{ ?s ?p ?o }}"), answer=True),
    "another graph in the query": form(("query", f"ASK FROM <{OTHER}> {{ ?s ?p ?o }}"), status=403),
    "a named graph in the query": form(("query", f"ASK FROM NAMED <{OURS}> {GRAPHS[4:]}"), status=403),
}
BAD_QUERIES = {
    "bad_query_method": Case("PUT", [("query", ASK)], status=405),
    "bad_multiple_queries": get(("query", ASK), ("query", "SELECT * {}"), status=400),
    "bad_multiple_queries_form": form(("query", ASK), ("query", "SELECT * {}"), status=400),
    "bad_query_wrong_media_type": direct(ASK, "text/plain", status=415),
    "bad_query_missing_form_type": direct(urlencode({"query": ASK}), "", status=415),
    "bad_query_missing_direct_type": direct(ASK, "", status=415),
    "bad_query_non_utf8": direct(ASK.encode("utf-16"), f"{DIRECT}; charset=UTF-16", status=415),
    "bad_query_syntax": get(("query", "ASK {"), status=400),
    "no query in the form": form(("other", "x"), status=400),
}
CLEAR = "CLEAR ALL"
UPDATES = {
    "update_post_form": form(("update", CLEAR)),
    "update_post_direct": direct(CLEAR, UPDATE),
    "update_base_uri": form(("update", "BASE <urn:x> INSERT DATA { <a> <b> <c> }")),
    "update_dataset_default_graph": form(("update", CLEAR), ("using-graph-uri", OURS)),
    "update_dataset_default_graphs": form(("update", CLEAR), ("using-graph-uri", OURS), ("using-graph-uri", OTHER)),
    "update_dataset_named_graphs": form(("update", CLEAR), ("using-named-graph-uri", OTHER)),
    "update_dataset_full": Case("POST", [("using-graph-uri", OURS), ("using-named-graph-uri", OTHER)], CLEAR, UPDATE),
    "bad_update_get": get(("update", CLEAR)),
    "bad_multiple_updates": form(("update", CLEAR), ("update", CLEAR)),
    "bad_update_wrong_media_type": direct(CLEAR, "text/plain"),
    "bad_update_missing_form_type": direct(urlencode({"update": CLEAR}), ""),
    "bad_update_non_utf8": direct(CLEAR.encode("utf-16"), f"{UPDATE}; charset=UTF-16"),
    "bad_update_syntax": form(("update", "CLEAR NOTHING")),
    "bad_update_dataset_conflict": form(
        ("using-named-graph-uri", OTHER), ("update", f"WITH <{OURS}> DELETE {{}} WHERE {{}}")
    ),
    "an update in the place of a query": form(("query", CLEAR)),
    "an update as a query, directly": direct(CLEAR),
}


def ask(client: TestClient, case: Case) -> tuple[int, str, bytes]:
    content = urlencode(case.body) if isinstance(case.body, list) else case.body
    headers = {name: value for name, value in (("Content-Type", case.content_type), ("Accept", case.accept)) if value}
    answer = client.request(
        case.method, "/sparql", params=tuple(case.parameters), content=content or None, headers=headers
    )
    return answer.status_code, answer.headers["content-type"].partition(";")[0], answer.content


@pytest.mark.parametrize(("name", "case"), [*QUERIES.items(), *BAD_QUERIES.items()])
def test_a_query_is_answered_as_the_suite_asks(client: TestClient, name: str, case: Case) -> None:
    status, media_type, content = ask(client, case)
    assert status == case.status, (name, content)
    if case.answer is not None:
        assert (b"true" in content, b"false" in content) == (case.answer, not case.answer)
    assert media_type in (case.media_types or (media_type,))


@pytest.mark.parametrize(("name", "case"), UPDATES.items())
def test_an_update_is_refused_however_it_comes(client: TestClient, name: str, case: Case) -> None:
    status, media_type, _ = ask(client, case)
    assert 400 <= status < 500, name
    assert media_type == "application/problem+json"
    assert ask(client, QUERIES["query_dataset_default_graphs_get"])[0] == 200
