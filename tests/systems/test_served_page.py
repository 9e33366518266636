"""The page of ``kgraph serve`` in a real browser: it asks the server, and shows what a page of one file shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.compute as pc
import pytest
from browsing import BUSY, EXAMPLES, TAKE_AWAY, drawn, middle_of_the_picture, search_for, title_of_panel, watch
from needed import npm_packages
from running_server import Server, serving
from selected_graphs import write_selection
from selections import ENDLESS, RIGHT_TO_LEFT, SCRIPT, corpus_selection, hostile_selection, selection_of

from kgraph.viewing.atlas import FORMAT
from kgraph.viewing.page import write_page

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems


HOSTILE = replace(hostile_selection(), title="test")
CORPUS = replace(corpus_selection(200, 1200), title="test")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(write_selection(HOSTILE, tmp_path_factory.mktemp("served") / "test.kg")) as server:
        yield server


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(write_selection(CORPUS, tmp_path_factory.mktemp("served") / "test.kg")) as server:
        yield server


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same graphs as pages of one file."""
    folder = tmp_path_factory.mktemp("pages")
    write_page(HOSTILE, folder / "hostile.html", examples=EXAMPLES)
    write_page(CORPUS, folder / "corpus.html", examples=EXAMPLES)
    return {name: (folder / f"{name}.html").as_uri() for name in ("hostile", "corpus")}


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> str:
    """What the browser may complain of: given by parametrizing it."""
    text: str = getattr(request, "param", "")
    return text


@pytest.fixture
def visit(browser: Any, expected: str) -> Iterator[Any]:
    """Open a page of a server; any error, any alert and any request to elsewhere fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(BUSY)
    page = context.new_page()
    ours: list[str] = []
    wrong = watch(page, lambda: tuple(ours))

    def open_at(server: Server, address: str = "") -> Any:
        ours.append(server.address)
        page.goto(server.address + address)
        settled(page)
        return page

    yield open_at
    context.close()
    assert [text for text in wrong if not expected or expected not in text] == []


def settled(page: Any) -> None:
    """Wait until all that the page asked for has come."""
    page.locator("#crumbs strong, #crumbs .here").first.wait_for(state="attached")
    page.locator("#stage[aria-busy=true]").wait_for(state="detached")
    page.locator(".waiting").first.wait_for(state="detached")


def look_for(page: Any, text: str) -> None:
    search_for(page, text)
    page.wait_for_url(lambda address: "centre=" in address)
    settled(page)


def told(page: Any) -> str:
    """Return all that stands on the page beside the picture."""
    settled(page)
    return "\n".join(page.inner_text(part) for part in ("#crumbs", "#legend", "#table", "#panel"))


LORA, GLUE = "entity%2FLoRA", "entity%2FGLUE"


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"#view=ego&centre={LORA}&node={LORA}",
        f"#view=ego&centre={LORA}&depth=2",
        f"#edge=co_mention,{GLUE},{LORA}",
        f"#view=path&from={LORA}&to=entity%2F{quote(quote(RIGHT_TO_LEFT, safe=''), safe='')}",
        f"#view=ego&centre={LORA}&expanded={GLUE};evaluates_on",
        f"#view=chosen&chosen={LORA},{GLUE}&pinned={LORA}",
        "#view=ego&centre=paper%2Ft-0000&node=paper%2Ft-0000",
        "#edge=mentions,paper%2Ft-0000,entity%2FLoRA",
        "#offTypes=dataset&leastConfidence=0.7",
        f"#hidden={LORA}",
        "#table=ties",
        "#node=entity%2Fgone",
        "#view=path&from=1&depth=9",
    ],
)
def test_it_shows_what_the_file_shows_of_hostile_papers(
    visit: Any, page: Any, same: dict[str, str], hostile: Server, address: str
) -> None:
    page.goto(same["hostile"] + address)
    served = visit(hostile, address)
    assert told(served) == told(page)
    assert served.evaluate("document.querySelectorAll('img').length") == 0


METHOD = quote(CORPUS.entities.filter(pc.field("type") == "method")["id"][5].as_py(), safe="")

ADDRESSES = [
    "",
    "#more=1",
    "#papers=1",
    "#community=1",
    "#table=entities",
    "#table=papers",
    "#offTypes=method,paper",
    "#offKinds=shared_technique",
    "#offRoles=uses,mentions",
    "#leastPapers=3&leastTogether=3&leastWeight=4",
    "#leastConfidence=0.8",
    "#since=2024&until=2025",
    "#since=2025&table=entities",
    "#view=ego&centre=NODE",
    "#view=ego&centre=NODE&depth=2&leastConfidence=0.75",
    "#view=ego&centre=NODE&offRoles=uses&table=ties",
    "#node=NODE&expanded=NODE",
    "#view=ego&centre=paper%2Ft-0007&node=paper%2Ft-0007",
    "#view=path&from=NODE&to=paper%2Ft-0007",
    "#view=path&from=NODE&to=paper%2Ft-0011&offTypes=method",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_shows_what_the_file_shows_of_a_corpus(
    visit: Any, page: Any, same: dict[str, str], corpus: Server, address: str
) -> None:
    address = address.replace("NODE", METHOD)
    page.goto(same["corpus"] + address)
    served = visit(corpus, address)
    assert told(served) == told(page)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if "table" not in one][::3])
def test_it_draws_what_the_file_draws(
    visit: Any, page: Any, same: dict[str, str], corpus: Server, address: str
) -> None:
    address = address.replace("NODE", METHOD)
    page.goto(same["corpus"] + address)
    edges = [_taken(one, "Edges as CSV").splitlines() for one in (visit(corpus, address), page)]
    assert sorted(edges[0]) == sorted(edges[1])


def test_the_first_view_asks_for_nothing_more_than_the_page(visit: Any, corpus: Server) -> None:
    page = visit(corpus)
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [name for name in names if not name.startswith("data:")] == []


def test_a_reload_shows_the_page_again(visit: Any, corpus: Server) -> None:
    page = visit(corpus)
    page.reload()
    settled(page)
    assert "300 most connected" in drawn(page)


def test_search_forgives_a_typo_and_is_worked_by_keys(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    look_for(page, "lroa")
    assert title_of_panel(page) == "LoRA"
    page.keyboard.press("/")
    page.keyboard.type("glu")
    page.locator("[role=option]").first.wait_for()
    assert page.get_attribute("#search", "aria-activedescendant") == "option-0"
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nothing of the kind")
    page.locator("#suggestions .nothing").wait_for()


def test_hostile_names_stay_text(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    for text in ("onerror", RIGHT_TO_LEFT, "Endless", "__proto__", "constructor", "without a word"):
        look_for(page, text)
        page.keyboard.press("t")
        page.keyboard.press("t")
    look_for(page, "onerror")
    assert SCRIPT in page.inner_text("#panel")
    assert page.locator("img").count() == 0
    assert ENDLESS[:100] in page.content()
    assert page.locator('a[href^="javascript"]').count() == 0


def test_walking_with_the_mouse(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    look_for(page, "LoRA")
    page.mouse.dblclick(*middle_of_the_picture(page))
    page.wait_for_url(lambda address: "expanded=entity%2FLoRA" in address)
    look_for(page, "LoRA")
    page.click("text=Path to …")
    page.keyboard.type("GLUE")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "view=path" in address)
    page.mouse.click(*middle_of_the_picture(page))
    page.locator("#panel", has_text="Papers that name both (2)").wait_for()
    page.go_back()
    page.go_back()
    page.wait_for_url(lambda address: "view=ego" in address)
    page.locator("#panel h2", has_text="LoRA").wait_for()


def test_pinning_hiding_and_expanding_one_way(visit: Any, corpus: Server) -> None:
    # The map has no papers: what an expansion adds cannot have been there.
    page = visit(corpus, f"#node={METHOD}")
    before = number_drawn(page)
    assert "paper" not in nodes_drawn(page)
    page.click("text=Pin")
    page.wait_for_url(lambda address: "pinned=" in address)
    page.click(".drop summary")
    chosen = page.locator(".drop li button", has_text="papers that").first
    added = int(chosen.locator(".number").inner_text())
    chosen.click()
    page.wait_for_url(lambda address: ";" in address)
    settled(page)
    assert number_drawn(page) == before + min(added, 24)
    assert nodes_drawn(page).count("paper") == min(added, 24) > 0
    page.reload()
    settled(page)
    assert number_drawn(page) == before + min(added, 24)
    page.click("#panel button:text-is('Hide')")
    page.wait_for_url(lambda address: "hidden=" in address)
    page.locator(".hidden-node").click()
    page.wait_for_url(lambda address: "hidden=" not in address)


def number_drawn(page: Any) -> int:
    found = re.search(r"the ([\d,]+) most connected", drawn(page))
    assert found
    return int(found[1].replace(",", ""))


def nodes_drawn(page: Any) -> list[str]:
    """Return the types of the nodes of the picture, as they are taken away."""
    rows = csv.DictReader(io.StringIO(_taken(page, "Nodes as CSV").decode("utf-8")))
    return [row["type"] for row in rows]


def test_the_legend_filters_and_counts(visit: Any, corpus: Server) -> None:
    page = visit(corpus, "#table=entities")
    before = page.inner_text("caption")
    page.uncheck("#offTypes-method")
    page.locator("caption", has_not_text=before).wait_for()
    settled(page)
    assert "method" not in page.locator("td:nth-child(2)").all_inner_texts()
    page.click("text=Reset")
    page.locator("caption", has_text=before).wait_for()


def test_tables_sort_and_grow(visit: Any, corpus: Server) -> None:
    page = visit(corpus, "#table=ties")
    first = page.inner_text("#table tbody")
    for column in range(5):
        page.locator("#table th button").nth(column).click()
        settled(page)
        page.locator("#table th").nth(column).and_(page.locator(":not([aria-sort=none])")).wait_for()
    assert page.inner_text("#table tbody") != first
    page.locator("#table .more").click()
    settled(page)
    assert page.locator("#table tbody tr").count() == 300
    page.locator("#table tbody tr").first.click()
    page.wait_for_url(lambda address: "edge=" in address)


def test_lists_of_the_panel_grow(visit: Any, corpus: Server) -> None:
    page = visit(corpus)
    before = page.locator("#panel ul.ties li").count()
    for _ in range(3):
        page.locator("#panel button.more:visible").last.click()
        settled(page)
    assert page.locator("#panel ul.ties li").count() >= before + 15


@pytest.mark.parametrize("start", ["", "#table=papers"])
@pytest.mark.parametrize(
    ("item", "beginning"),
    TAKE_AWAY,
)
def test_what_is_shown_can_be_taken_away(
    visit: Any, page: Any, same: dict[str, str], hostile: Server, start: str, item: str, beginning: bytes
) -> None:
    page.goto(same["hostile"] + start)
    taken = [_taken(one, item) for one in (visit(hostile, start), page)]
    assert taken[0].startswith(beginning)
    if b"PNG" not in beginning:
        assert sorted(taken[0].splitlines()) == sorted(taken[1].splitlines())


def _taken(page: Any, item: str) -> bytes:
    page.click("#show-takeaway")
    with page.expect_download() as waiting:
        page.click(f"text={item}")
    return Path(waiting.value.path()).read_bytes()


def ask(page: Any, query: str) -> None:
    page.fill("#query", query)
    page.click("#run")
    page.locator("#stop").wait_for(state="hidden")
    settled(page)


def test_the_sparql_tab_asks_the_server(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    page.keyboard.press("s")
    page.locator("#run-state", has_text="statements").wait_for()
    ask(page, "SELECT ?e (COUNT(?p) AS ?papers) { ?p kg:mentions ?e } GROUP BY ?e ORDER BY DESC(?papers) LIMIT 1")
    assert page.locator("#answer td").all_inner_texts() == ["LoRA", "3"]
    page.click("#answer .node-link")
    page.locator("#panel h2", has_text="LoRA").wait_for()
    ask(page, 'SELECT ?tie { ?tie a kg:CoMention ; kg:entity/skos:prefLabel "LoRA", "GLUE" }')
    page.click("#answer td button")
    page.locator("#panel", has_text="Papers that name both (2)").wait_for()
    ask(page, 'ASK { ?p kg:evaluatesOn/skos:prefLabel "GLUE" }')
    assert page.inner_text("#answer") == "Yes"
    ask(page, 'SELECT ?name ?x { ?e skos:prefLabel ?name BIND(IRI("javascript:alert(1)") AS ?x) }')
    assert SCRIPT in page.locator("#answer td").all_inner_texts()
    assert page.locator("#answer a, img").count() == 0
    ask(page, "CONSTRUCT { ?p kg:uses ?e } WHERE { ?p kg:uses ?e }")
    assert page.locator("#answer th").all_inner_texts() == ["subject", "predicate", "object"]
    page.get_by_text("Draw 4 nodes").click()
    page.wait_for_url(lambda address: "view=chosen" in address)
    settled(page)
    assert "4 nodes" in drawn(page)


@pytest.mark.parametrize("expected", ["400"], indirect=True)
def test_a_query_that_cannot_be_answered_is_told(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    page.keyboard.press("s")
    ask(page, "SELECT * {\n ?s ?p")
    assert "Line" in page.inner_text("#answer .problem")


def test_a_runaway_query_is_ended(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    page.keyboard.press("s")
    page.fill("#patience", "1")
    ask(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }")
    assert "No answer within 1 second" in page.inner_text("#answer")


def test_every_example_is_answered(visit: Any, corpus: Server) -> None:
    page = visit(corpus)
    page.keyboard.press("s")
    page.locator("#run-state", has_text="statements").wait_for()
    assert page.locator("#example option").count() == len(EXAMPLES)
    for number in range(len(EXAMPLES)):
        page.select_option("#example", str(number))
        page.click("#run")
        page.locator("#stop").wait_for(state="hidden")
        settled(page)
        assert page.locator("#answer .problem").count() == 0, EXAMPLES[number]["name"]


@pytest.mark.parametrize("expected", ["ERR_"], indirect=True)
def test_a_server_that_is_gone_is_told_and_asked_again(visit: Any, tmp_path: Path) -> None:
    with serving(write_selection(hostile_selection(), tmp_path / "gone.kg")) as server:
        page = visit(server)
        server.stop()
    page.locator("#panel .node-link").first.click()
    page.locator("#trouble", has_text="The server does not answer").wait_for()
    assert page.locator("#trouble button").inner_text() == "Try again"


@pytest.mark.parametrize("expected", ["409"], indirect=True)
def test_a_page_of_an_older_build_says_so(visit: Any, hostile: Server) -> None:
    page = visit(hostile)
    page.context.route(
        "**/api/page/**", lambda route: route.continue_(url=route.request.url.replace("build=", "build=x"))
    )
    page.keyboard.press("/")
    page.keyboard.type("lora")
    page.locator("#trouble", has_text="built anew").wait_for()
    assert page.locator("#trouble button").inner_text() == "Load it anew"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Any, hostile: Server, scheme: str) -> None:
    script = npm_packages("axe-core@4.14.1") / "node_modules" / "axe-core" / "axe.min.js"
    page = visit(hostile)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(script.read_text(encoding="utf-8"))
    grave = []
    for address in (
        "",
        f"#view=ego&centre={LORA}&node={LORA}",
        f"#edge=co_mention,{GLUE},{LORA}",
        "#table=ties",
        "#ask=1",
    ):
        page.evaluate("(hash) => { location.hash = hash; }", address)
        settled(page) if "ask" not in address else page.locator("#query").wait_for()
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        grave += [
            (address, rule["id"], node["html"][:160])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
    assert not grave, "\n".join(map(str, grave))


@pytest.mark.parametrize("width", [360, 768, 1440, 3840])
def test_no_width_scrolls_sideways(visit: Any, hostile: Server, width: int) -> None:
    page = visit(hostile)
    page.set_viewport_size({"width": width, "height": 900})
    look_for(page, "Endless")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_graph_of_next_to_nothing_opens(visit: Any, tmp_path: Path) -> None:
    alone = selection_of([{"title": "Alone", "sentences": []}])
    with serving(write_selection(alone, tmp_path / "little.kg")) as server:
        page = visit(server)
        for key in ("t", "t", "m"):
            page.keyboard.press(key)
            settled(page)
        look_for(page, "alone")
        assert title_of_panel(page) == "Alone"


def test_a_folder_that_cannot_be_written_is_served(visit: Any, tmp_path: Path) -> None:
    graph = write_selection(hostile_selection(), tmp_path / "fixed.kg")
    (build,) = (graph / "builds").iterdir()
    # Also root, for whom no folder is closed, cannot put a folder where a file is.
    (build / f"page-{FORMAT}").write_text("")
    with serving(graph) as server:
        page = visit(server)
        look_for(page, "LoRA")
        assert title_of_panel(page) == "LoRA"
