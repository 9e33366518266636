"""Takes the pictures of the README from the sample graph: ``python tests/systems/make_screenshots.py docs``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import kgraph
from kgraph.resources import data_path

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def make_screenshots(folder: Path) -> None:
    """Write ``explorer.png`` into ``folder``: the sample graph with a model and its evidence in focus."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        graph = kgraph.build(data_path("sample/papers.jsonl"), Path(place) / "sample.kg", store=False)
        graph.view(Path(place) / "sample.html")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto((Path(place) / "sample.html").as_uri())
        page.get_by_role("combobox").first.fill("ImageNet")
        page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
        page.screenshot(path=folder / "explorer.png")
        browser.close()


if __name__ == "__main__":
    make_screenshots(Path(sys.argv[1]))
