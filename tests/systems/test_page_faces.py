"""What a person can do on either face of the page: that of one file, and that which a server gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from browsing import BUSY, EXAMPLES, search_for, title_of_panel, watch
from running_server import serving
from selected_graphs import write_selection
from selections import ENDLESS, RIGHT_TO_LEFT, SCRIPT, corpus_selection, hostile_selection

from kgraph.exploring.subset import Selection
from kgraph.viewing.page import write_page

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems


def _with_a_wider_entity(selection: Selection) -> Selection:
    """The hostile papers, with GLUE a kind of LoRA."""
    ids = selection.entities["id"].to_pylist()
    broader = pa.array(["entity/LoRA" if name == "entity/GLUE" else "" for name in ids], pa.string())
    place = selection.entities.schema.get_field_index("broader")
    return replace(selection, entities=selection.entities.set_column(place, "broader", broader))


GRAPHS = {"hostile": _with_a_wider_entity(hostile_selection()), "corpus": corpus_selection(200, 1200)}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], str]]:
    """The addresses of the graphs, by face and name."""
    folder = tmp_path_factory.mktemp("faces")
    found = {}
    for name, selection in GRAPHS.items():
        write_page(selection, folder / f"{name}.html", examples=EXAMPLES)
        found["file", name] = (folder / f"{name}.html").as_uri()
    with (
        serving(write_selection(GRAPHS["hostile"], folder / "hostile.kg"), "--workers", "1") as hostile,
        serving(write_selection(GRAPHS["corpus"], folder / "corpus.kg"), "--workers", "1") as corpus,
    ):
        yield {**found, ("served", "hostile"): hostile.address, ("served", "corpus"): corpus.address}


@pytest.fixture(params=["file", "served"])
def open_at(
    request: pytest.FixtureRequest, browser: Any, places: dict[tuple[str, str], str]
) -> Iterator[Callable[[str, str], Any]]:
    """Open an address of a graph; any error, any alert and any request to elsewhere fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(BUSY)
    page = context.new_page()
    wrong = watch(page, lambda: tuple(places.values()))

    def open_page(name: str, address: str = "") -> Any:
        page.goto(places[request.param, name] + address)
        settled(page)
        return page

    yield open_page
    context.close()
    assert wrong == []


Open = Callable[..., Any]


def settled(page: Any) -> None:
    """Wait until all that the page asked for has come."""
    page.locator("#crumbs strong, #crumbs .here").first.wait_for(state="attached")
    page.locator("#stage[aria-busy=true]").wait_for(state="detached")
    page.locator(".waiting").first.wait_for(state="detached")


def suggestions(page: Any, text: str) -> list[str]:
    page.keyboard.press("/")
    # What was suggested before goes first.
    page.fill("#search", "")
    page.locator("#suggestions").wait_for(state="hidden")
    page.fill("#search", text)
    page.locator("[role=option]").first.wait_for()
    names: list[str] = page.locator("[role=option] .name").all_inner_texts()
    return names


@pytest.mark.parametrize("typed", ["constructor", "construtcor", "constr", "contruc", "CONSTRUCTOR"])
def test_search_forgives_an_error_in_whole_names_and_in_their_beginnings(open_at: Open, typed: str) -> None:
    assert suggestions(open_at("hostile"), typed)[0] == "constructor"


def test_search_knows_aliases_and_titles(open_at: Open) -> None:
    page = open_at("hostile")
    assert "LoRA" in suggestions(page, "LORA")
    assert any(name.startswith("Endless") for name in suggestions(page, "endless"))
    assert RIGHT_TO_LEFT in suggestions(page, RIGHT_TO_LEFT)


def test_suggestions_stand_by_type(open_at: Open) -> None:
    page = open_at("corpus")
    suggestions(page, "ra")
    groups = page.locator("#suggestions [role=group]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert len(set(groups)) == len(groups) >= 2
    assert set(groups) <= {"methods", "models", "datasets", "tasks", "metrics", "papers"}
    page.keyboard.press("Escape")


def test_back_and_forward_go_through_the_views(open_at: Open) -> None:
    page = open_at("hostile")
    for name in ("LoRA", "GLUE"):
        suggestions(page, name)
        page.keyboard.press("Enter")
        page.locator("#panel h2", has_text=name).wait_for()
        settled(page)
    page.go_back()
    page.locator("#panel h2", has_text="LoRA").wait_for()
    page.go_forward()
    page.locator("#panel h2", has_text="GLUE").wait_for()


def test_each_slider_filters_by_the_keyboard_and_stands_in_the_address(open_at: Open) -> None:
    page = open_at("corpus", "#table=ties")
    rows = page.inner_text("caption")
    for key in ("leastPapers", "leastTogether", "leastWeight", "leastConfidence"):
        page.focus(f"#filter-{key}")
        # Of these papers no tie is less sure than 0.6.
        for _ in range(16 if key == "leastConfidence" else 3):
            page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda address, key=key: f"{key}=" in address)
        settled(page)
        page.locator("caption", has_not_text=rows).wait_for()
        rows = page.inner_text("caption")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_url(lambda address: "least" not in address)


def test_years_filter(open_at: Open) -> None:
    page = open_at("corpus", "#table=papers")
    page.fill("#filter-since", "2024")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "since=2024" in address)
    settled(page)
    dates = page.locator("#table tbody td:nth-child(2)").all_inner_texts()
    assert dates
    assert all(date >= "2024" for date in dates)


def test_the_number_beside_a_type_is_what_it_shows(open_at: Open) -> None:
    page = open_at("corpus", "#table=entities&offTypes=model,dataset,task,metric,paper")
    number = page.locator("label[for=offTypes-method] .number").inner_text()
    assert page.inner_text("caption").startswith(f"{number} ")


TIES = {
    "co_mention": ("entity%2FGLUE,entity%2FLoRA", ["named together with", "log-likelihood", "Papers that name both"]),
    "mentions": ("paper%2Ft-0000,entity%2FLoRA", ["introduces", "confidence", "We propose LoRA"]),
    "shared_technique": ("paper%2Ft-0000,paper%2Ft-0001", ["shares techniques with", "LoRA", "score"]),
    "broader": ("entity%2FGLUE,entity%2FLoRA", ["is a kind of"]),
}


@pytest.mark.parametrize("kind", TIES)
def test_each_kind_of_tie_has_its_evidence(open_at: Open, kind: str) -> None:
    ends, told = TIES[kind]
    page = open_at("hostile", f"#edge={kind},{ends}")
    panel = page.inner_text("#panel")
    assert [text for text in told if text.casefold() not in panel.casefold()] == []
    if kind in ("co_mention", "mentions"):
        assert "LoRA" in page.locator("#panel mark.method").all_inner_texts()
        assert page.locator('#panel a[href="https://arxiv.org/abs/2106.09685"]').count() >= 1


def test_a_selection_is_said_to_those_who_cannot_see_it(open_at: Open) -> None:
    page = open_at("hostile")
    suggestions(page, "GLUE")
    page.keyboard.press("Enter")
    page.locator("#says[role=status]", has_text="GLUE, dataset · 2 papers").wait_for(state="attached")
    assert page.get_attribute("#canvas", "role") == "img"


def test_every_control_has_a_name(open_at: Open) -> None:
    page = open_at("hostile", "#view=ego&centre=entity%2FLoRA&node=entity%2FLoRA")
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select, textarea, summary')].filter((one) => !(
        one.textContent.trim() || one.getAttribute('aria-label')
        || (one.id && document.querySelector(`label[for="${CSS.escape(one.id)}"]`)))).map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_all_views_are_reached_by_keys_alone(open_at: Open) -> None:
    page = open_at("hostile")
    for key, there in (("t", "table="), ("t", ""), ("s", "ask=1"), ("m", "")):
        page.locator("#home").focus()
        page.keyboard.press(key)
        page.wait_for_url(
            lambda address, there=there: there in address if there else "=" not in address.partition("#")[2]
        )
        settled(page)  # fmt: skip
    search_for(page, "LoRA")
    page.wait_for_url(lambda address: "centre=" in address)
    settled(page)
    page.keyboard.press("e")
    page.wait_for_url(lambda address: "expanded=" in address)
    settled(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda address: "node=" not in address)


def test_suggestions_stay_for_who_searches_again_at_once(open_at: Open) -> None:
    page = open_at("hostile")
    suggestions(page, "LORA")
    page.keyboard.press("Enter")
    suggestions(page, "constructor")
    page.wait_for_timeout(400)
    assert page.locator("[role=option]").first.is_visible()
    page.keyboard.press("Tab")
    page.locator("#suggestions").wait_for(state="hidden")


def test_names_of_any_kind_stay_text(open_at: Open) -> None:
    page = open_at("hostile")
    for typed, name in (("onerror", SCRIPT), (RIGHT_TO_LEFT, RIGHT_TO_LEFT), ("Endless", ENDLESS[:200])):
        suggestions(page, typed)
        page.keyboard.press("Enter")
        page.locator("#panel h2").wait_for()
        settled(page)
        assert title_of_panel(page)[:100] in (name[:100], f"LoRA against {SCRIPT}"[:100])
        assert page.get_attribute("#panel h2", "dir") == "auto"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("img").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0


def test_the_theme_follows_the_system_and_the_switch(open_at: Open) -> None:
    page = open_at("hostile")
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-theme=dark]").wait_for()
    page.click("#theme")
    page.locator("html[data-theme=light]").wait_for()


def test_names_on_the_picture_are_not_cut_by_its_edge(open_at: Open) -> None:
    page = open_at("hostile", "#view=ego&centre=entity%2FLoRA")
    page.set_viewport_size({"width": 900, "height": 900})
    page.wait_for_timeout(500)
    # Letters that go on past the edge would leave ink in its column.
    ink = page.evaluate(
        """() => { const canvas = document.querySelector('#canvas canvas');
        const { data, width } = canvas.getContext('2d').getImageData(0, 90, canvas.width, canvas.height - 180);
        const rows = Array.from({ length: data.length / width / 4 }, (_, row) => 4 * row * width);
        const column = (at) => rows.map((row) => data[row + 4 * at + 3]);
        return [0, width - 1].map((at) => Math.max(...column(at)));
        }"""
    )
    assert ink == [0, 0]
