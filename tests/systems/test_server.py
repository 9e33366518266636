"""The server as people run it: a process of its own, asked by the clients of the field."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from needed import module, npm_packages, program
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from running_server import Server, serving

from kgraph.graph import Graph
from kgraph.making import build

pytestmark = pytest.mark.systems
pytest_plugins = ["browser_fixtures"]

#: Runs until it is stopped; as it stands in an address.
ENDLESS = "SELECT%20(COUNT(*)%20AS%20%3Fn)%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"
QUERY = "SELECT ?name { ?m a kg:Method ; skos:prefLabel ?name } ORDER BY ?name LIMIT 5"


@pytest.fixture(scope="module")
def server(sample_graph: Graph) -> Iterator[Server]:
    with serving(sample_graph.path, "--timeout", "5") as running:
        yield running


@pytest.fixture(scope="module")
def expected(sample_graph: Graph) -> list[str]:
    return [str(row["name"]) for row in sample_graph.query(QUERY)]


def test_sparqlwrapper_gets_rows_and_graphs(server: Server, expected: list[str]) -> None:
    wrapper = module("SPARQLWrapper")
    for method in (wrapper.GET, wrapper.POST):
        client = wrapper.SPARQLWrapper(server.endpoint)
        client.setMethod(method)
        client.setQuery(QUERY)
        client.setReturnFormat(wrapper.JSON)
        rows = client.query().convert()["results"]["bindings"]
        assert [row["name"]["value"] for row in rows] == expected
        client.setReturnFormat(wrapper.XML)
        assert len(client.query().convert().getElementsByTagName("result")) == 5
    client.setQuery("CONSTRUCT { ?m skos:prefLabel ?name } { ?m a kg:Method ; skos:prefLabel ?name } LIMIT 7")
    for form in (wrapper.TURTLE, wrapper.RDFXML, wrapper.JSONLD):
        client.setReturnFormat(form)
        graph = client.query().convert()
        assert len(graph if isinstance(graph, rdflib.Graph) else rdflib.Graph().parse(data=graph)) == 7
    client.setQuery("SELECT * {")
    client.setReturnFormat(wrapper.JSON)
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed):
        client.query()


def test_rdflib_uses_it_as_a_store(server: Server, expected: list[str]) -> None:
    graph = rdflib.Graph(SPARQLStore(server.endpoint))
    label = rdflib.URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
    method = rdflib.URIRef("https://w3id.org/kgraph/ontology#Method")
    assert [str(row[0]) for row in graph.query(QUERY)] == expected  # type: ignore[index]
    methods = list(graph.subjects(rdflib.RDF.type, method))
    assert len(methods) > 100
    assert graph.value(methods[0], label)


@pytest.mark.parametrize(
    ("accept", "beginning"),
    [
        ("text/csv", "name\r\n"),
        ("text/tab-separated-values", "?name\n"),
        ("application/sparql-results+xml", "<?xml"),
        ("application/sparql-results+json", "{"),
        ("text/turtle", '{\n "type": "about:blank",\n "title": "Not Acceptable"'),
    ],
)
def test_curl_gets_what_it_accepts(server: Server, accept: str, beginning: str) -> None:
    done = subprocess.run(
        [program("curl"), "-s", server.endpoint, "-H", f"Accept: {accept}", "--data-urlencode", f"query={QUERY}"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode().startswith(beginning)


def test_curl_follows_an_iri_to_turtle(server: Server) -> None:
    command = [program("curl"), "-sL", f"{server.address}entity/lora", "-H", "Accept: text/turtle"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert len(rdflib.Graph().parse(data=done.stdout, format="turtle")) > 3


def test_comunica_joins_over_it(server: Server, expected: list[str]) -> None:
    folder = npm_packages("@comunica/query-sparql@4")
    prefixes = "PREFIX kg: <https://w3id.org/kgraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    script = f"""
    const {{ QueryEngine }} = require('@comunica/query-sparql');
    const source = {{ type: 'sparql', value: '{server.endpoint}' }};
    new QueryEngine().queryBindings({json.dumps(prefixes + QUERY)}, {{ sources: [source] }})
      .then((stream) => stream.toArray())
      .then((rows) => console.log(JSON.stringify(rows.map((row) => row.get('name').value))));
    """
    done = subprocess.run([program("node"), "-e", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


def test_a_slow_reader_holds_no_worker(sample_graph: Graph) -> None:
    with serving(sample_graph.path, "--workers", "1") as server:
        lines = []
        for _ in range(5):
            line = socket.create_connection(("127.0.0.1", server.port))
            line.sendall(b"GET /sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(12) == b"HTTP/1.1 200"
            lines.append(line)
        began = time.monotonic()
        assert server.get("sparql?query=ASK%7B%7D")[0] == 200
        assert time.monotonic() - began < 5
        for line in lines:
            line.close()


def test_a_query_is_stopped_when_its_client_goes(sample_graph: Graph) -> None:
    with serving(sample_graph.path, "--workers", "1") as server:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"GET /sparql?query={ENDLESS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(1)
            assert json.loads(server.get("healthz")[1])["idle"] == 0
        deadline = time.monotonic() + 15
        while json.loads(server.get("healthz")[1] or b'{"idle":0}').get("idle") != 1:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_half_a_request_is_not_waited_for_for_ever(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=40) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert line.recv(1000) == b""


def test_sigterm_ends_it_and_its_workers_at_once(sample_graph: Graph) -> None:
    with serving(sample_graph.path) as server:
        workers = server.workers()
        assert len(workers) >= 3
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"GET /sparql?query={ENDLESS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(0.5)
            began = time.monotonic()
            log = server.stop()
        assert time.monotonic() - began < 10
        assert "Traceback" not in log
        assert not any(_lives(pid) for pid in workers)


def test_no_worker_outlives_a_server_that_was_killed(sample_graph: Graph) -> None:
    with serving(sample_graph.path) as server:
        workers = server.workers()
        server.process.kill()
        server.process.communicate()
        deadline = time.monotonic() + 10
        while any(_lives(pid) for pid in workers):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_sighup_changes_to_the_newer_build(tmp_path: Path) -> None:
    for name in ("LoRA", "BERT"):
        paper = {"title": f"{name} on GLUE", "abstract": f"We use {name}."}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(paper))
    build(tmp_path / "LoRA.jsonl", tmp_path / "g.kg", processes=1)
    with serving(tmp_path / "g.kg") as server:
        build(tmp_path / "BERT.jsonl", tmp_path / "g.kg", force=True, processes=1)
        assert json.loads(server.get("api/info")[1])["stale"]
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while json.loads(server.get("api/info")[1])["stale"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert b"BERT" in server.get("api/search?q=BERT")[1]
        assert "now serving build" in server.stop()


def test_without_the_extra_it_says_what_to_install(sample_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError('no uvicorn', name='uvicorn')")
    done = subprocess.run(
        [sys.executable, "-m", "kgraph", "serve", str(sample_graph.path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "kgraph: serving needs uvicorn; install it with: pip install 'kgraph-papers[serve]'\n"


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
