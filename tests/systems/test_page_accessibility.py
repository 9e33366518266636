"""The page under axe, the accessibility checker, in every view, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browsing import search_for
from needed import npm_packages

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems

#: What axe calls these keeps people out.
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's script."""
    folder = npm_packages("axe-core@4.14.1")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def show_map(page: Any) -> None:
    page.wait_for_selector("#crumbs strong")


def show_node(page: Any) -> None:
    search_for(page, "LoRA")
    page.click(".drop summary")


def show_paper(page: Any) -> None:
    search_for(page, "LoRA against")


def show_tie(page: Any) -> None:
    search_for(page, "GLUE")
    page.locator(".tie", has_text="LoRA").locator("button.number").click()


def show_path(page: Any) -> None:
    search_for(page, "LoRA")
    page.click("text=Path to …")
    page.keyboard.type("GLUE")
    page.keyboard.press("Enter")


def show_search(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("o")


def show_table(page: Any) -> None:
    page.keyboard.press("t")


def show_takeaway(page: Any) -> None:
    page.click("#show-takeaway")


def show_answer(page: Any) -> None:
    if page.locator("#show-ask").is_hidden():
        pytest.skip("the page has no SPARQL tab")
    page.keyboard.press("s")
    page.click("#run")
    page.locator("#answer table").wait_for()


VIEWS = [show_map, show_node, show_paper, show_tie, show_path, show_search, show_table, show_takeaway, show_answer]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("show", VIEWS, ids=lambda view: view.__name__.removeprefix("show_"))
def test_axe_finds_nothing_serious(
    page: Any, files: dict[str, str], axe: str, scheme: str, show: Callable[[Any], None]
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(files["hostile"])
    show(page)
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10
    grave = [
        (rule["id"], node["html"][:160], node["failureSummary"][:300])
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
    assert not grave, "\n".join(map(str, grave))
