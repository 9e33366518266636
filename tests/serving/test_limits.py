"""No query hurts the server: what overruns is ended, what follows is answered."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kgraph.errors import UsageError
from kgraph.serving.limits import Limits

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != %d) }"


def doubled(times: int, start: str = "0123456789") -> str:
    """Return a pattern that binds ?x to a text doubled so often."""
    steps = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(times))
    return f"BIND('{start}' AS ?x0) {steps} BIND(?x{times} AS ?x)"


def ask(client: TestClient, query: str, **more: str) -> Response:
    return client.post("/sparql", data={"query": query, **more})


def is_well(client: TestClient) -> bool:
    return bool(ask(client, "ASK { ?p a kg:Paper }").json()["boolean"])


def test_a_query_that_runs_too_long_is_stopped(client: TestClient) -> None:
    began = time.monotonic()
    answer = ask(client, CROSS % 1)
    assert answer.status_code == 503
    assert "longer than 12 seconds" in answer.json()["detail"]
    assert answer.headers["retry-after"]
    assert time.monotonic() - began < 30
    assert is_well(client)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (STRLEN(?x) AS ?n) {{ {doubled(40)} }}",
        f"SELECT (GROUP_CONCAT(?x) AS ?y) {{ ?a ?b ?c {doubled(14)} }}",
    ],
)
def test_a_query_that_needs_too_much_memory_is_stopped(client: TestClient, query: str) -> None:
    assert ask(client, query).status_code == 503
    assert is_well(client)


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_nesting_harms_nobody(client: TestClient, depth: int) -> None:
    for query in (
        f"ASK {depth * '{'} ?s ?p ?o {depth * '}'}",
        f"ASK {{ FILTER({depth * '('} true {depth * ')'}) }}",
        f"ASK {{ ?service a {depth * '('} kg:Paper {depth * ')'} }}",
    ):
        assert ask(client, query).status_code in (200, 400, 403, 503)
        assert is_well(client)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_long_answer_is_cut_and_says_so(client: TestClient, form: str) -> None:
    answer = ask(client, "SELECT * { ?s ?p ?o }", format=form)
    assert answer.status_code == 200
    assert answer.headers["x-kgraph-truncated"] == "rows=1000"
    if form == "json":
        assert len(answer.json()["results"]["bindings"]) == 1000


def test_a_wide_answer_is_cut_at_the_bytes(client: TestClient) -> None:
    answer = ask(client, f"SELECT ?x ?c {{ ?a ?b ?c {doubled(12)} }}")
    assert answer.headers["x-kgraph-truncated"].startswith("rows=")
    assert len(answer.content) <= 2 << 20
    assert 10 < len(answer.json()["results"]["bindings"]) < 1000


def test_one_literal_too_long_leaves_an_empty_answer_that_says_so(client: TestClient) -> None:
    answer = ask(client, f"SELECT ?x {{ {doubled(20)} }}")
    assert answer.headers["x-kgraph-truncated"] == "rows=0"
    assert answer.json()["results"]["bindings"] == []


def test_a_graph_is_cut_like_rows(client: TestClient) -> None:
    answer = ask(client, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", format="ntriples")
    assert answer.headers["x-kgraph-truncated"] == "rows=1000"
    assert answer.text.count("\n") == 1000


def test_who_asks_for_all_or_nothing_gets_an_error(client: TestClient) -> None:
    assert ask(client, "SELECT * { ?s ?p ?o }", strict="1").status_code == 422
    assert ask(client, "SELECT * { ?s ?p ?o } LIMIT 1000", strict="1").status_code == 200


def test_more_than_the_queue_holds_is_turned_away_and_the_quick_come_first(client: TestClient) -> None:
    with ThreadPoolExecutor(12) as threads:
        first = threads.submit(ask, client, CROSS % 2)
        time.sleep(0.3)
        others = [threads.submit(ask, client, "ASK {}") for _ in range(8)]
        statuses = [other.result().status_code for other in others]
        # The pool has one worker and a queue of three; the long query gives way to those in the queue.
        assert statuses.count(200) >= 3
        assert statuses.count(503) >= 1
        assert "gave way" in first.result().json()["detail"]
    assert is_well(client)


def test_nothing_is_left_behind(client: TestClient) -> None:
    ask(client, "SELECT * { ?s ?p ?o }")
    spool = client.app.state.service.queries._spool  # type: ignore[attr-defined]
    assert list(spool._folder.path.iterdir()) == []
    assert spool._bytes == 0


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"max_rows": 0}, {"workers": -1}, {"memory": 0}])
def test_limits_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Limits(**wrong)
