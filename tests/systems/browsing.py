"""What the tests in a browser share: the programs, the example queries, and what a person does."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from typing import Any

from kgraph.graph import Graph

EXAMPLES = [asdict(query) for query in Graph.named_queries()]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def search_for(page: Any, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def drawn(page: Any) -> str:
    text: str = page.inner_text("#crumbs")
    return text


def title_of_panel(page: Any) -> str:
    text: str = page.inner_text("#panel h2")
    return text


def middle_of_the_picture(page: Any) -> tuple[float, float]:
    page.wait_for_timeout(700)
    box = page.locator("#canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 10
