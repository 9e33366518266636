"""The page in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import TAKE_AWAY, drawn, middle_of_the_picture, search_for, title_of_panel
from selections import ENDLESS, RIGHT_TO_LEFT, SCRIPT, corpus_selection, hostile_selection, selection_of

from kgraph.viewing.page import write_page

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems


def test_it_opens_on_a_map_with_an_overview(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    page.wait_for_selector("#canvas canvas")
    assert "300 most connected" in drawn(page)
    assert "200 papers" in page.inner_text("#panel")
    assert page.locator("#panel h3").count() >= 6


def test_search_forgives_a_typo_and_opens_the_surroundings(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "lroa")
    assert title_of_panel(page) == "LoRA"
    assert "LoRA" in drawn(page)
    assert "centre=entity%2FLoRA" in page.url


def test_search_is_worked_by_keys_alone(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    page.keyboard.press("/")
    page.keyboard.type("ra")
    assert page.locator("[role=option]").count() > 3
    chosen = page.locator("[role=option][aria-selected=true] .name")
    first = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    second = chosen.inner_text()
    assert first != second
    assert page.get_attribute("#search", "aria-activedescendant") == "option-1"
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()


def test_hostile_names_stay_text(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    for text in ("onerror", RIGHT_TO_LEFT, "Endless", "__proto__", "constructor", "without a word"):
        search_for(page, text)
        page.keyboard.press("t")
        page.keyboard.press("t")
    search_for(page, "onerror")
    assert SCRIPT in page.inner_text("#panel")
    assert page.locator("img").count() == 0
    assert ENDLESS[:100] in page.content()
    assert page.locator('a[href^="javascript"]').count() == 0


def test_a_click_on_a_node_shows_its_sentences(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    # The middle of the picture is the node that was looked for.
    page.keyboard.press("Escape")
    assert "Overview" in page.inner_text("#panel")
    page.wait_for_timeout(700)
    box = page.locator("#canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 10)
    page.wait_for_selector("#panel mark.method")
    assert "LoRA" in page.locator("#panel mark.method").all_inner_texts()
    assert "confidence" in page.inner_text("#panel")
    assert page.locator('#panel a[href="https://arxiv.org/abs/2106.09685"]').count() >= 1


def test_a_tie_shows_every_paper_that_has_both(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "GLUE")
    page.locator(".tie", has_text="LoRA").locator("button.number").click()
    panel = page.inner_text("#panel")
    assert "Papers that name both (2)" in panel
    assert "log-likelihood" in panel
    assert "NPMI" in panel
    assert "edge=co_mention" in page.url


def test_a_summary_is_told_from_an_abstract(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "Endless")
    assert "summary by the kgraph project, not the authors’ abstract" in page.inner_text("#panel")


def test_the_legend_filters(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    page.click("#show-table")
    before = page.inner_text("caption")
    page.uncheck("#offTypes-method")
    assert page.inner_text("caption") != before
    assert "method" not in page.locator("td:nth-child(2)").all_inner_texts()
    page.click("text=Reset")
    assert page.inner_text("caption") == before
    page.fill("#filter-since", "2025")
    page.keyboard.press("Enter")
    assert "since=2025" in page.url
    assert page.inner_text("caption") != before


def test_the_address_holds_the_view(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    page.uncheck("#offTypes-dataset")
    address, told = page.url, page.inner_text("#panel")
    page.goto("about:blank")
    page.goto(address)
    assert page.inner_text("#panel") == told
    assert not page.is_checked("#offTypes-dataset")
    page.go_back()
    page.go_back()


def test_back_and_forward_walk_through_the_views(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    search_for(page, "GLUE")
    page.go_back()
    page.locator("#panel h2", has_text="LoRA").wait_for()
    page.go_forward()
    page.locator("#panel h2", has_text="GLUE").wait_for()


def test_a_path_joins_two_nodes(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, RIGHT_TO_LEFT)
    page.click("text=Path to …")
    page.keyboard.type("onerror")
    page.keyboard.press("Enter")
    page.wait_for_selector(".steps li")
    assert "2 steps" in page.inner_text("#panel")


def test_hiding_and_pinning(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "GLUE")
    page.click("text=Pin")
    assert "pinned=entity%2FGLUE" in page.url
    page.click("#panel button:text-is('Hide')")
    assert "hidden=entity%2FGLUE" in page.url
    page.click("text=Show GLUE")
    assert "hidden=" not in page.url


@pytest.mark.parametrize(
    ("item", "told"),
    TAKE_AWAY,
)
def test_what_is_shown_can_be_taken_away(page: Any, files: dict[str, str], item: str, told: bytes) -> None:
    page.goto(files["hostile"])
    page.click("#show-takeaway")
    with page.expect_download() as waiting:
        page.click(f"text={item}")
    assert Path(waiting.value.path()).read_bytes().startswith(told)


def test_the_theme_follows_the_system_and_the_switch(page: Any, files: dict[str, str]) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(files["hostile"])
    assert page.get_attribute("html", "data-theme") == "dark"
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") == "light"


@pytest.mark.parametrize("width", [360, 768, 1440, 3840])
def test_no_width_scrolls_sideways(page: Any, files: dict[str, str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(files["hostile"])
    search_for(page, "Endless")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.querySelector('#panel').scrollWidth <= document.querySelector('#panel').clientWidth")


def test_every_control_has_a_name(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input')].filter((one) => !(one.textContent.trim()
        || one.getAttribute('aria-label') || (one.id && document.querySelector(`label[for="${one.id}"]`)))).length"""
    )
    assert nameless == 0


def test_graphml_and_turtle_are_what_is_shown(page: Any, files: dict[str, str]) -> None:
    import networkx
    import rdflib

    page.goto(files["hostile"])
    taken = {}
    for item in ("Graph as GraphML", "Graph as Turtle"):
        page.click("#show-takeaway")
        with page.expect_download() as waiting:
            page.click(f"text={item}")
        taken[item] = waiting.value.path()
    graph = networkx.read_graphml(taken["Graph as GraphML"], force_multigraph=True)
    assert SCRIPT in [data["name"] for _, data in graph.nodes(data=True)]
    triples = rdflib.Graph().parse(taken["Graph as Turtle"], format="turtle")
    names = {str(name) for name in triples.objects(None, rdflib.SKOS.prefLabel)}
    assert {SCRIPT, RIGHT_TO_LEFT, "LoRA"} <= names
    assert graph.number_of_nodes() == len(set(triples.subjects(rdflib.RDF.type)))


def test_a_cell_that_looks_like_a_formula_is_led_by_an_apostrophe(page: Any, tmp_path: Path) -> None:
    write_page(selection_of([{"title": '=HYPERLINK("x")', "sentences": []}]), tmp_path / "formula.html")
    page.goto((tmp_path / "formula.html").as_uri())
    page.click("#show-takeaway")
    with page.expect_download() as waiting:
        page.click("text=Papers as CSV")
    assert "\"'=HYPERLINK(" in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_five_hundred_papers_open_in_two_seconds_and_pan_smoothly(page: Any, tmp_path: Path) -> None:
    write_page(corpus_selection(515, 3500, 20), tmp_path / "large.html")
    # The processor's time of the page's own thread: other programs may be busy beside it.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto((tmp_path / "large.html").as_uri())
    page.wait_for_selector("#crumbs strong")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert 0.01 < main_thread(devtools) < 2
    page.get_by_role("button", name="More nodes").click()
    page.get_by_role("button", name="Papers", exact=True).click()
    assert "1,150 most connected" in drawn(page)
    page.wait_for_timeout(600)
    before = main_thread(devtools)
    page.evaluate(PAN)
    assert 0 < main_thread(devtools) - before < FRAMES * 0.05


#: Frames of a drag.
FRAMES = 60


def main_thread(devtools: Any) -> float:
    """Return the seconds of the processor that the page's own thread has had."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


#: Drag the picture for sixty frames.
PAN = """() => new Promise((done) => {
  const canvas = document.querySelector('#canvas canvas');
  const box = canvas.getBoundingClientRect();
  let [x, frames] = [box.left + 30, 0];
  const fire = (type) => canvas.dispatchEvent(new PointerEvent(type, {
    clientX: x, clientY: box.top + 200, bubbles: true, pointerId: 1, pointerType: 'mouse', button: 0, buttons: 1,
  }));
  fire('pointerdown');
  const step = () => {
    frames += 1;
    x += frames < 30 ? 4 : -4;
    fire('pointermove');
    if (frames < 60) { requestAnimationFrame(step); return; }
    fire('pointerup');
    done();
  };
  requestAnimationFrame(step);
})"""


def test_the_keyboard_goes_on_in_the_panel(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert "Overview" in page.inner_text("#panel")


def test_expanding_adds_neighbours(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    page.locator("#panel .ties .node-link").last.click()
    before = page.evaluate("document.querySelector('#crumbs').textContent")
    page.keyboard.press("e")
    assert "expanded=" in page.url
    assert page.evaluate("document.querySelector('#crumbs').textContent") != before


def test_a_click_on_an_edge_shows_its_evidence(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    page.click("text=Path to …")
    page.keyboard.type("GLUE")
    page.keyboard.press("Enter")
    page.mouse.click(*middle_of_the_picture(page))
    assert "Papers that name both (2)" in page.inner_text("#panel")


def test_a_double_click_expands(page: Any, files: dict[str, str]) -> None:
    page.goto(files["hostile"])
    search_for(page, "LoRA")
    page.mouse.dblclick(*middle_of_the_picture(page))
    page.wait_for_url(lambda address: "expanded=entity%2FLoRA" in address)


@pytest.mark.parametrize("papers", [[], [{"title": "Alone", "sentences": []}]])
def test_a_graph_of_next_to_nothing_opens(page: Any, tmp_path: Path, papers: list[dict[str, Any]]) -> None:
    write_page(selection_of(papers), tmp_path / "little.html")
    page.goto((tmp_path / "little.html").as_uri())
    page.wait_for_selector("#crumbs strong")
    for key in ("t", "t", "m", "/"):
        page.keyboard.press(key)
    page.keyboard.type("alone")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)


@pytest.mark.parametrize(
    "address", ["#node=entity%2Fgone", "#view=ego", "#edge=x,y,z", "#%E0%A4%A", "#view=path&from=1&depth=9"]
)
def test_an_address_that_the_graph_does_not_have_shows_the_map(page: Any, files: dict[str, str], address: str) -> None:
    page.goto(files["hostile"] + address)
    page.wait_for_selector("#crumbs strong")
    assert "Overview" in page.inner_text("#panel")


def test_a_page_made_around_a_node_opens_there(page: Any, tmp_path: Path) -> None:
    write_page(hostile_selection(), tmp_path / "focus.html", focus="entity/GLUE", depth=2)
    page.goto((tmp_path / "focus.html").as_uri())
    page.wait_for_selector("#panel h2")
    assert title_of_panel(page) == "GLUE"
    assert "depth=2" in page.url
    page.keyboard.press("m")
    page.wait_for_selector("#crumbs strong")


def test_a_node_is_expanded_by_one_kind_of_tie(page: Any, files: dict[str, str]) -> None:
    page.goto(files["corpus"])
    page.locator("#panel .ties .node-link").last.click()
    page.click(".drop summary")
    page.get_by_role("button", name="named together").click()
    assert ";co_mention" in page.url
    before = drawn(page)
    page.click(".drop summary")
    page.get_by_role("button", name="papers that mention it").or_(
        page.get_by_role("button", name="papers that use it")
    ).first.click()
    assert page.url.count(";") == 2
    assert drawn(page) != before
    page.reload()
    page.wait_for_selector("#crumbs strong")
    assert page.url.count(";") == 2
    page.goto(files["corpus"] + "#expanded=entity%2Fnowhere;uses,x;y;z")
    page.wait_for_selector("#crumbs strong")
