"""The page's SPARQL tab in a real browser, answered by Oxigraph inside the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import EXAMPLES, drawn, middle_of_the_picture, title_of_panel
from needed import missing
from pyoxigraph import NamedNode, Triple
from selections import SCRIPT, corpus_selection, hostile_selection

from kgraph.viewing.asking import ask_content, why_not_to_ask
from kgraph.viewing.page import write_page
from kgraph.viewing.picking import pick

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems

#: Pairs of pairs of pairs: no machine answers this in time.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(autouse=True)
def _engine() -> None:
    if why_not_to_ask(hostile_selection()):
        missing("the page's SPARQL engine (make assets)")


def open_tab(page: Any, address: str) -> None:
    page.goto(address)
    page.keyboard.press("s")
    page.locator("#run-state", has_text="statements").wait_for()


def ask(page: Any, query: str) -> None:
    page.fill("#query", query)
    page.click("#run")
    page.locator("#stop").wait_for(state="hidden")


def cells(page: Any) -> list[str]:
    texts: list[str] = page.locator("#answer td").all_inner_texts()
    return texts


def test_nothing_is_loaded_before_the_tab_is_opened(page: Any, files: dict[str, str]) -> None:
    workers: list[Any] = []
    page.on("worker", lambda worker: workers.append(worker))
    page.goto(files["hostile"])
    page.wait_for_timeout(300)
    assert workers == []
    page.click("#show-ask")
    page.locator("#run-state", has_text="statements").wait_for()
    assert len(workers) == 1


def test_rows_lead_into_the_graph(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, "SELECT ?e (COUNT(?p) AS ?papers) { ?p kg:mentions ?e } GROUP BY ?e ORDER BY DESC(?papers) LIMIT 1")
    assert cells(page) == ["LoRA", "3"]
    page.click("#answer .node-link")
    assert title_of_panel(page) == "LoRA"
    assert page.locator("#query").is_visible()


def test_a_tie_of_an_answer_opens_its_evidence(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, 'SELECT ?tie { ?tie a kg:CoMention ; kg:entity/skos:prefLabel "LoRA", "GLUE" }')
    page.click("#answer td button")
    assert "Papers that name both (2)" in page.inner_text("#panel")


def test_constructed_statements_are_listed_and_drawn(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, "CONSTRUCT { ?p kg:uses ?e } WHERE { ?p kg:uses ?e }")
    assert page.locator("#answer th").all_inner_texts() == ["subject", "predicate", "object"]
    assert "kg:uses" in cells(page)
    page.get_by_text("Draw 4 nodes").click()
    assert "4 nodes" in drawn(page)
    page.get_by_role("button", name="Back to the question").click()
    assert "CONSTRUCT" in page.input_value("#query")


def test_yes_or_no(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, 'ASK { ?p kg:evaluatesOn/skos:prefLabel "GLUE" }')
    assert page.inner_text("#answer") == "Yes"


def test_hostile_answers_stay_text(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, 'SELECT ?name ?x { ?e skos:prefLabel ?name BIND(IRI("javascript:alert(1)") AS ?x) }')
    assert SCRIPT in cells(page)
    assert page.locator("#answer a").count() == 0
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * {\n ?s ?p", "Line 2"),
        ("SELECT * { ?s nope:p ?o }", "prefix is not known"),
        ("DELETE WHERE { ?s ?p ?o }", "Line 1"),
        ("SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }", "not supported"),
    ],
)
def test_a_query_that_cannot_be_answered_is_told(page: Any, files: dict[str, str], query: str, told: str) -> None:
    open_tab(page, files["hostile"])
    ask(page, query)
    assert told in page.inner_text("#answer .problem")


def test_a_runaway_query_is_ended_by_the_clock_and_by_hand(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    page.fill("#patience", "1")
    ask(page, RUNAWAY)
    assert "No answer within 1 second" in page.inner_text("#answer")
    page.fill("#patience", "60")
    page.fill("#query", RUNAWAY)
    page.click("#run")
    page.locator("#run-state", has_text="running").wait_for()
    page.click("#stop")
    page.get_by_text("Stopped.").wait_for()
    ask(page, "ASK { ?s ?p ?o }")
    assert page.inner_text("#answer") == "Yes"


def test_every_example_is_answered(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["corpus"])
    examples = ask_content(EXAMPLES)["examples"]
    assert page.locator("#example option").count() == len(examples) > 20
    answered = 0
    for number in range(len(examples)):
        page.select_option("#example", str(number))
        page.click("#run")
        page.locator("#stop").wait_for(state="hidden")
        assert page.locator("#answer .problem").count() == 0, examples[number]["name"]
        answered += page.locator("#answer td").count() > 0
    assert answered > 0.7 * len(examples)


def test_a_parameter_is_picked_with_the_search(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    page.select_option("#example", label="Papers that name a method, model, dataset, task or metric")
    page.click("#slot-entity")
    page.keyboard.type("glue")
    page.keyboard.press("Enter")
    assert "VALUES ?entity { <https://w3id.org/kgraph/entity/GLUE> }" in page.input_value("#query")
    page.select_option("#slot-role", "evaluates_on")
    assert "VALUES ?role { kg:evaluatesOn }" in page.input_value("#query")
    page.keyboard.press("Control+Enter")
    page.click("#run")
    page.locator("#stop").wait_for(state="hidden")
    assert page.locator("#answer tbody tr").count() == 2


def test_a_link_reopens_the_question(page: Any, files: dict[str, str]) -> None:
    page.goto(f"{files['hostile']}#ask=1&query={quote('ASK { ?s ?p ?o }', safe='')}")
    page.get_by_text("Yes", exact=True).wait_for()


def test_an_answer_is_saved(page: Any, files: dict[str, str]) -> None:
    open_tab(page, files["hostile"])
    ask(page, "SELECT ?name { ?e skos:prefLabel ?name } ORDER BY ?name")
    with page.expect_download() as waiting:
        page.click("text=Save as CSV")
    assert Path(waiting.value.path()).read_bytes().startswith(b"name\r\n")


def test_a_page_without_the_tab_is_whole(page: Any, tmp_path: Path) -> None:
    write_page(corpus_selection(1001, 60, 3), tmp_path / "many.html")
    page.goto(f"{(tmp_path / 'many.html').as_uri()}#ask=1&query=ASK")
    page.wait_for_selector("#crumbs strong")
    assert page.locator("#show-ask").is_hidden()
    page.keyboard.press("s")
    assert page.locator("#ask").is_hidden()


def test_a_page_made_for_an_answer_opens_on_it(page: Any, tmp_path: Path) -> None:
    joined = Triple(
        NamedNode("https://w3id.org/kgraph/entity/GLUE"),
        NamedNode("https://w3id.org/kgraph/ontology#coMentionedWith"),
        NamedNode("https://w3id.org/kgraph/entity/LoRA"),
    )
    selection, nodes = pick(hostile_selection(), [joined])
    write_page(selection, tmp_path / "answer.html", chosen=nodes)
    page.goto((tmp_path / "answer.html").as_uri())
    page.wait_for_selector("#crumbs strong")
    assert "2 nodes" in drawn(page)
    page.mouse.click(*middle_of_the_picture(page))
    assert "Papers that name both (2)" in page.inner_text("#panel")
