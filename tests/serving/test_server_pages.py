"""Pages, IRIs that resolve, headers, and the change to a newer build."""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from kgraph.cli import main
from kgraph.errors import GraphError, UsageError
from kgraph.graph import Graph
from kgraph.making import build
from kgraph.serving import editor
from kgraph.serving.app import create_app, reload
from kgraph.serving.limits import Limits
from kgraph.serving.running import _resolves, listen

HTML = {"Accept": "text/html"}
TURTLE = {"Accept": "text/turtle"}
SMALL = Limits(workers=1)


@pytest.fixture(scope="module")
def own_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose graph has its address as base IRI, with a path."""
    folder = tmp_path_factory.mktemp("own")
    papers = [
        {"title": "We use LoRA on GLUE", "abstract": "LoRA is evaluated on GLUE and on CNN/Daily Mail.", "id": "x/1"},
        {"title": "<script>alert(1)</script> with LoRA", "abstract": "We use LoRA <img src=x onerror=alert(1)>."},
    ]
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, papers)))
    build(folder / "papers.jsonl", folder / "own.kg", base_iri="http://graph.example.org/kg/", processes=1)
    app = create_app(folder / "own.kg", limits=SMALL, cors=["https://app.example.org"])
    with TestClient(app, base_url="http://graph.example.org", follow_redirects=False) as client:
        yield client


def test_the_explorer_is_the_first_page(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    inside = re.search(r'Content-Security-Policy" content="([^"]*)"', page.text)
    assert inside
    assert policy.startswith(inside[1])
    assert client.get("/", headers={"Accept-Encoding": "identity"}).text == page.text


@pytest.mark.parametrize("built", [True, False])
def test_the_query_page_brings_all_it_needs(
    client: TestClient, built: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("yasgui.min.js", "yasgui.min.css", "LICENCES.txt", "stamp") if built else ():
        (tmp_path / name).write_text("/* */")
    monkeypatch.setattr(editor, "_ASSETS", tmp_path)
    editor._files.cache_clear()
    answer = client.get("/sparql", headers=HTML)
    page, policy = answer.text, answer.headers["content-security-policy"]
    files = set(re.findall(r'(?:src|href)="(static/[^"]+)"', page))
    assert ("static/editor/yasgui.min.js" in files, "plain box" in page) == (built, not built)
    files |= {f"static/{name}" for name in ("asking.js", "drawing.js")}
    for name in files:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200, name
        imported = re.findall(r"from '\./([\w.]+)'", answer.text) if "/editor/" not in name else []
        assert {f"static/{one}" for one in imported} <= files
        loaded = re.search(r"(?:fetch|import|src=|url)\W{1,3}https?://", answer.text)
        assert not loaded, "nothing is loaded from elsewhere"
    assert "'unsafe" not in policy
    assert ("sha256-" in policy) is built
    assert client.get("/static/editor/nothing.js").status_code == 404
    assert "style=" not in page
    assert "onclick" not in page
    for name in ("sparql.html", "../limits.py", "nothing.js"):
        assert client.get(f"/static/{name}").status_code == 404


def test_an_iri_of_the_graph_leads_to_a_page_and_to_data(own_base: TestClient) -> None:
    for path in ("/kg/entity/lora", "/entity/lora"):
        page = own_base.get(path, headers=HTML)
        assert page.status_code == 303
        assert page.headers["location"] == "../#view=ego&node=entity%2Flora&centre=entity%2Flora"
        data = own_base.get(path, headers=TURTLE)
        assert (data.status_code, data.headers["location"]) == (303, "../data/entity/lora")
        assert "Accept" in data.headers["vary"]
    assert own_base.get("/entity/lora", headers={"Accept": "image/png"}).status_code == 406


def test_every_resource_of_the_graph_resolves_to_statements_about_it(own_base: TestClient) -> None:
    query = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'http://graph.example.org/kg/')) }"
    rows = own_base.post("/sparql", data={"query": query}).json()["results"]["bindings"]
    subjects = [row["s"]["value"] for row in rows]
    kinds: dict[str, list[str]] = {}
    for subject in subjects:
        kinds.setdefault(subject.removeprefix("http://graph.example.org/kg/").partition("/")[0], []).append(subject)
    assert {"paper", "entity", "paper-entity", "sentence", "dataset"} <= set(kinds)
    assert any("%" in subject for subject in subjects)
    chosen = [subject for group in kinds.values() for subject in group[:3]] + [s for s in subjects if "%" in s]
    for subject in chosen:
        answer = own_base.get(subject, headers=TURTLE, follow_redirects=True)
        assert answer.status_code == 200, subject
        assert {quad.subject.value for quad in parse(answer.content, RdfFormat.TURTLE)} == {subject}
        page = own_base.get(subject, headers=HTML, follow_redirects=True)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_the_terms_of_the_graph_lead_to_the_ontology(client: TestClient) -> None:
    page = client.get("/data/entity/lora", headers=HTML).text
    assert '<a href="../../ontology#Method">kg:Method</a>' in page
    for path in ("/ontology", "/kgraph/ontology"):
        answer = client.get(path, headers=TURTLE)
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert "https://w3id.org/kgraph/ontology#Method" in {
            quad.subject.value for quad in parse(answer.content, RdfFormat.TURTLE) if hasattr(quad.subject, "value")
        }
    for accept, form in (("application/ld+json", RdfFormat.JSON_LD), ("application/rdf+xml", RdfFormat.RDF_XML)):
        assert len(list(parse(client.get("/ontology", headers={"Accept": accept}).content, form))) > 100
    assert client.get("/ontology", headers=HTML).headers["content-type"] == "text/plain; charset=utf-8"
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406


def test_what_the_graph_does_not_know_is_not_found(own_base: TestClient) -> None:
    for path in ("/data/entity/nothing", "/data/", "/nothing", "/data/x%20y", "/data/%3Cscript%3E"):
        assert own_base.get(path).status_code == 404, path


def test_texts_of_papers_stay_text(own_base: TestClient) -> None:
    rows = own_base.get("/api/search?q=script&type=paper").json()["items"]
    page = own_base.get(f"/data/{rows[0]['id']}", headers=HTML)
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text


def test_every_answer_has_the_headers_that_make_browsers_careful(client: TestClient) -> None:
    for path in ("/", "/sparql", "/api/info", "/healthz", "/nothing", "/data/entity/lora", "/static/page.css"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_other_sites_may_ask_only_where_they_are_named(own_base: TestClient) -> None:
    allowed = own_base.get("/api/info", headers={"Origin": "https://app.example.org"})
    assert allowed.headers["access-control-allow-origin"] == "https://app.example.org"
    assert "X-Kgraph-Truncated" in allowed.headers["access-control-expose-headers"]
    other = own_base.get("/api/info", headers={"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in other.headers


def test_a_loopback_server_answers_for_no_other_host(client: TestClient) -> None:
    for host, status in (("localhost", 200), ("[::1]:8000", 200), ("w3id.org", 200), ("evil.example", 421), ("", 421)):
        assert client.get("/healthz", headers={"Host": host}).status_code == status, host


def test_the_log_tells_a_line_a_request_and_no_query(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    client.get("/sparql", params={"query": "ASK { ?secret ?p ?o }"})
    client.get("/nothing%0A2026-01-01 fake line")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"\S+Z testclient GET /sparql\?\[\d+\] 200 \d+ B \d+ ms", lines[0])
    assert "secret" not in lines[0]


def test_a_newer_build_is_told_and_taken(sample_graph: Graph, tmp_path: Path) -> None:
    place = tmp_path / "changing.kg"
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "LoRA on GLUE", "abstract": "We use LoRA."}))
    (tmp_path / "b.jsonl").write_text(json.dumps({"title": "BERT on SQuAD", "abstract": "We use BERT."}))
    build(tmp_path / "a.jsonl", place, processes=1)
    app = create_app(place, limits=SMALL)
    with TestClient(app, base_url="http://localhost") as client:
        before = client.get("/api/info").json()
        assert before["stale"] is False
        build(tmp_path / "b.jsonl", place, force=True, processes=1)
        assert client.get("/api/info").json()["stale"] is True
        ask = {"query": "ASK { ?e skos:prefLabel 'LoRA' }"}
        assert client.post("/sparql", data=ask).json()["boolean"] is True
        assert client.portal
        client.portal.call(reload, app)
        after = client.get("/api/info").json()
        assert (after["stale"], after["build"]) == (False, after["newest"])
        assert after["build"] != before["build"]
        assert client.post("/sparql", data=ask).json()["boolean"] is False
        # A graph that breaks does not stop the server.
        shutil.rmtree(place / "builds" / after["build"] / "store")
        (place / "manifest.json").write_text("{}")
        client.portal.call(reload, app)
        assert client.post("/sparql", data={"query": "ASK {}"}).status_code == 200


def test_a_newer_build_is_taken_while_queries_are_under_way(tmp_path: Path) -> None:
    place = tmp_path / "busy.kg"
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "LoRA on GLUE", "abstract": "We use LoRA."}))
    (tmp_path / "b.jsonl").write_text(json.dumps({"title": "BERT on SQuAD", "abstract": "We use BERT."}))
    build(tmp_path / "a.jsonl", place, processes=1)
    app = create_app(place, limits=Limits(workers=3, timeout=300))
    told: list[tuple[int, bool]] = []
    old_name = "ASK { ?e skos:prefLabel 'LoRA' }"
    over = threading.Event()
    with TestClient(app, base_url="http://localhost") as client, ThreadPoolExecutor(2) as pool:
        pages = set()

        def ask(query: str) -> tuple[int, bool]:
            answer = client.post("/sparql", data={"query": query})
            return answer.status_code, answer.json().get("boolean")

        def go_on() -> None:
            while not over.is_set():
                told.append(ask(old_name))
                pages.add(client.get("/").status_code)

        # The page of the first build is being drawn.
        while client.get("/").status_code == 503:
            time.sleep(0.1)
        others = pool.submit(go_on)
        # No answer but the last: it runs until the change is under way.
        long = pool.submit(ask, "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }")
        build(tmp_path / "b.jsonl", place, force=True, processes=1)
        assert client.portal
        client.portal.call(reload, app)
        assert long.result() == (200, False)
        assert ask("ASK { ?e skos:prefLabel 'BERT' }") == (200, True)
        over.set()
        others.result()
        # Whoever asks meanwhile may have been waiting for a page since before the change.
        told.append(ask(old_name))
        assert client.get("/api/info").json()["stale"] is False
    assert pages == {200}
    assert {status for status, _ in told} == {200}
    # The old build's answers, then the new one's.
    assert sorted(told, reverse=True) == told
    assert (told[0][1], told[-1][1]) == (True, False)


def test_a_graph_without_a_store_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "LoRA on GLUE", "abstract": "We use LoRA."}))
    build(tmp_path / "a.jsonl", tmp_path / "g.kg", store=False, processes=1)
    with pytest.raises(GraphError, match="kgraph index"):
        create_app(tmp_path / "g.kg")
    result = CliRunner().invoke(main, ["serve", str(tmp_path / "g.kg")])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def _damaged_graph(folder: Path, damaged: str) -> Graph:
    (folder / "a.jsonl").write_text(json.dumps({"title": "LoRA on GLUE", "abstract": "We use LoRA."}))
    graph = build(folder / "a.jsonl", folder / "g.kg", processes=1)
    next(folder.glob(f"g.kg/builds/*/{damaged}")).write_text("nothing of the kind\n")
    return graph


@pytest.mark.parametrize("damaged", ["store/CURRENT", "entities.parquet"])
def test_a_graph_that_the_workers_cannot_open_is_one_clear_line(tmp_path: Path, damaged: str) -> None:
    graph = _damaged_graph(tmp_path, damaged)
    result = CliRunner().invoke(main, ["serve", str(graph.path), "--port", "0", "--workers", "1"])
    assert result.exit_code == 1
    assert re.fullmatch(r"kgraph: \S+: [^\n]+\n", result.stderr), result.stderr
    assert "run 'kgraph index'" in result.stderr or "build the graph anew" in result.stderr


def test_the_handlers_of_a_program_that_serves_a_graph_stay_open(tmp_path: Path) -> None:
    class Handler(logging.Handler):
        is_closed = False

        def close(self) -> None:
            self.is_closed = True
            super().close()

    handler = Handler()
    graph = _damaged_graph(tmp_path, "store/CURRENT")
    with pytest.raises(GraphError):
        graph.serve(port=0, limits=Limits(workers=1))
    assert not handler.is_closed


def test_an_address_that_is_taken_is_one_clear_line() -> None:
    taken = listen("127.0.0.1", 0)
    taken.listen()
    with pytest.raises(UsageError, match="--port"):
        listen("127.0.0.1", taken.getsockname()[1])
    taken.close()


@pytest.mark.parametrize(
    ("base_iri", "host", "port", "does"),
    [
        ("http://127.0.0.1:8000/", "127.0.0.1", 8000, True),
        ("http://localhost:8000/kg/", "127.0.0.1", 8000, True),
        ("http://localhost:8001/", "127.0.0.1", 8000, False),
        ("https://w3id.org/kgraph/", "127.0.0.1", 8000, False),
        ("http://graph.example.org/", "0.0.0.0", 80, True),
        ("urn:x:/", "127.0.0.1", 8000, False),
    ],
)
def test_the_server_knows_whether_the_iris_lead_to_it(base_iri: str, host: str, port: int, does: bool) -> None:
    assert _resolves(base_iri, host, port) is does
