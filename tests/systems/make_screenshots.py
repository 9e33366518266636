"""Takes the pictures of the README and the documents from the sample graph: ``make screenshots``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright

import kgraph
from kgraph.resources import data_path

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def show_model(page: Any) -> None:
    """A model in the middle of what it is tied to, and what papers do with it."""
    search_for(page, "ImageNet")


def show_map(page: Any) -> None:
    """The first view."""
    page.wait_for_selector("#crumbs strong")


def show_evidence(page: Any) -> None:
    """The sentences behind a tie."""
    search_for(page, "ImageNet")
    page.locator("#panel .tie button.number").first.click()


def show_sparql(page: Any) -> None:
    """A named query, its parameter, and its answer."""
    page.click("#show-ask")
    page.select_option("#example", label="Papers that name a method, model, dataset, task or metric")
    page.click("#slot-entity")
    page.keyboard.type("ImageNet")
    page.keyboard.press("Enter")
    page.click("#run")
    page.locator("#answer table").wait_for()


def search_for(page: Any, text: str) -> None:
    """Find a node and look around it."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


#: Name of the file → what is shown, width, height, light or dark.
PICTURES: dict[str, tuple[Callable[[Any], None], int, int, Literal["light", "dark"]]] = {
    "explorer": (show_model, 1440, 900, "light"),
    "explorer-map": (show_map, 1440, 900, "light"),
    "explorer-evidence": (show_evidence, 1440, 900, "light"),
    "explorer-sparql": (show_sparql, 1440, 900, "light"),
    "explorer-dark": (show_map, 1440, 900, "dark"),
    "explorer-phone": (show_model, 390, 844, "light"),
}


def make_screenshots(folder: Path) -> None:
    """Write the pictures into ``folder``."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        graph = kgraph.build(data_path("sample/papers.jsonl"), Path(place) / "sample.kg")
        graph.view(Path(place) / "sample.html")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (show, width, height, scheme) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto((Path(place) / "sample.html").as_uri())
            show(page)
            # What lies under the pointer would look chosen.
            page.mouse.move(width / 2, 4)
            page.wait_for_timeout(1000)
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    make_screenshots(Path(sys.argv[1]))
