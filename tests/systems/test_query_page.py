"""The pages to write queries on, in a browser: the editor, and the plain box where npm did not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import watch
from needed import missing
from running_server import WITHOUT_EDITOR, Server, serving

from kgraph.graph import Graph
from kgraph.serving.editor import why_plain

pytestmark = pytest.mark.systems
pytest_plugins = ["browser_fixtures"]

RUN = ".yasqe_queryButton"
ROWS = ".yasr table tbody tr"
CONSTRUCT = """CONSTRUCT { ?paper kg:introduces ?model . ?paper dcterms:title ?title }
WHERE { ?paper kg:introduces ?model ; dcterms:title ?title . ?model a kg:Model } LIMIT 60"""


@pytest.fixture(scope="module")
def server(sample_graph: Graph) -> Iterator[Server]:
    if why_plain():
        missing(f"the query editor ({why_plain()}; make assets)")
    with serving(sample_graph.path, "--max-rows", "1000") as running:
        yield running


@pytest.fixture(scope="module")
def plain_server(sample_graph: Graph) -> Iterator[Server]:
    with serving(sample_graph.path, "--max-rows", "1000", program=WITHOUT_EDITOR) as running:
        yield running


def watched(browser: Any, server: Server) -> Iterator[Any]:
    """Yield a page on which an error, a complaint of the browser or a request to elsewhere fails the test."""
    # Refused queries are part of the test; the browser notes each on its console.
    expected = "the server responded with a status of 400"
    context = browser.new_context(viewport={"width": 1300, "height": 950}, accept_downloads=True)
    page = context.new_page()
    # Other tests may keep the machine busy meanwhile.
    page.set_default_timeout(90_000)
    wrong = watch(page, lambda: (server.address,))
    page.goto(server.endpoint)
    yield page
    context.close()
    assert [text for text in wrong if expected not in text] == []


@pytest.fixture
def page(browser: Any, server: Server) -> Iterator[Any]:
    for page in watched(browser, server):
        page.locator(".CodeMirror").wait_for()
        yield page


@pytest.fixture
def plain_page(browser: Any, plain_server: Server) -> Iterator[Any]:
    yield from watched(browser, plain_server)


def write(page: Any, query: str) -> None:
    """Write a query into the editor in place of what stands there, as a person does."""
    page.click(".CodeMirror-code >> visible=true")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def written(page: Any) -> str:
    text: str = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    return text


def test_a_query_that_is_typed_gives_a_table(page: Any) -> None:
    assert "PREFIX kg:" in written(page)
    write(page, "")
    page.keyboard.type("SELECT ?name WHERE { ?m a kg:")
    # The prefix that was used is declared by itself, and what the graph has is offered.
    page.locator(".CodeMirror-hints", has_text="kg:Method").wait_for()
    page.keyboard.type("Method ; skos:prefLabel ?name }")
    assert "PREFIX kg: <https://w3id.org/kgraph/ontology#>" in written(page)
    page.keyboard.press("Control+Enter")
    page.locator(ROWS).nth(5).wait_for()
    assert "results in" in page.inner_text(".yasr_response_chip")
    assert "query=" in page.url
    page.reload()
    page.locator(ROWS).nth(5).wait_for()


def test_a_question_to_begin_with_is_filled_in_and_its_answer_leads_on(page: Any) -> None:
    page.select_option("#example", "papers-of-entity")
    page.fill("#parameters input", "LoRA")
    page.click("#parameters button")
    page.locator(ROWS).first.wait_for()
    assert "VALUES ?entity { <https://w3id.org/kgraph/entity/lora> }" in written(page)
    with page.context.expect_page() as opened:
        page.locator(".yasr a.iri").first.click()
    opened.value.wait_for_url(re.compile("arxiv-"))


def test_what_a_construct_returns_is_drawn(page: Any, tmp_path: Path) -> None:
    write(page, CONSTRUCT)
    page.click(RUN)
    canvas = page.locator(".yasr_graph [data-drawn]")
    canvas.wait_for()
    assert int(canvas.get_attribute("data-drawn")) > 5
    assert page.locator(".yasr_graph canvas").count() == 1
    assert {"model", "paper"} <= set(page.locator(".legend li").all_inner_texts())
    with page.expect_download() as download:
        page.select_option("#download", "ntriples")
    assert b"introduces" in Path(download.value.path()).read_bytes()
    page.click(".select_table")
    page.locator(ROWS).first.wait_for()
    write(page, "SELECT * { ?s a kg:Metric }")
    page.click(RUN)
    page.locator(".yasr table", has_text="entity/").wait_for()


def test_an_error_is_told_with_its_place(page: Any) -> None:
    write(page, "SELECT *\n{ ?s nope:x ?o }")
    page.click(RUN)
    page.locator(".yasr .error", has_text="Prefix not found").wait_for()
    where = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getCursor().line")
    assert where == 1


def test_an_answer_that_was_cut_says_so_and_texts_stay_texts(page: Any) -> None:
    write(page, "SELECT * { ?s ?p ?o }")
    page.click(RUN)
    page.locator("#cut", has_text="1000 rows").wait_for()
    hostile = "SELECT ('<img src=x onerror=alert(1)> {{y}}' AS ?x) (<javascript:alert(1)> AS ?y) ('=1' AS ?z) {}"
    write(page, hostile)
    page.click(RUN)
    page.locator(".yasr td", has_text="<img src=x onerror=alert(1)> {{y}}").wait_for()
    assert page.locator(".yasr td img, .yasr a[href^=javascript]").count() == 0
    assert page.locator("#cut").is_hidden()


def test_columns_can_be_made_wider(page: Any) -> None:
    page.click(RUN)
    page.locator(ROWS).first.wait_for()
    grip = page.locator(".grip-handle").nth(1).bounding_box()
    page.mouse.move(grip["x"], grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] - 80, grip["y"] + 8)
    page.mouse.up()


def test_the_plain_page_says_why_asks_shows_and_links(plain_page: Any) -> None:
    page = plain_page
    assert "npm" in page.inner_text("#why")
    page.select_option("#example", "papers-of-entity")
    page.fill("#parameters input", "LoRA")
    page.click("#parameters button")
    page.locator("#status", has_text="rows").wait_for()
    assert "VALUES ?entity { <https://w3id.org/kgraph/entity/lora> }" in page.input_value("#query")
    assert page.locator("#answer tbody tr").count() > 0
    assert "query=" in page.url
    page.reload()
    page.locator("#status", has_text="rows").wait_for()

    page.fill("#query", "SELECT *\n{ ?s nope:x ?o }")
    page.keyboard.press("Control+Enter")
    page.locator("#answer .error", has_text="does not parse").wait_for()
    assert page.locator("#numbers .wrong").inner_text().strip() == "2"

    page.fill("#query", "SELECT * { ?s ?p ?o . ?a ?b ?c }")
    page.click("#run")
    page.locator("#cut", has_text="cut").wait_for()

    page.fill(
        "#query",
        "SELECT ('<img src=x onerror=alert(1)>' AS ?x) (<javascript:alert(1)> AS ?y) {}",
    )
    page.click("#run")
    page.locator("#answer td", has_text="<img src=x").wait_for()
    assert page.locator("#answer img, #answer a[href^=javascript]").count() == 0

    page.fill("#query", "CONSTRUCT { ?m a kg:Method } { ?m a kg:Method } LIMIT 3")
    page.click("#run")
    page.locator("#answer pre", has_text="kg:Method").wait_for()

    page.fill("#query", "SELECT ?m { ?m a kg:Method } LIMIT 1")
    page.click("#run")
    page.locator("#answer td a").wait_for()
    assert page.locator("#answer td a").get_attribute("href").startswith("entity/")
