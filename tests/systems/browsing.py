"""What the tests in a browser share: the programs, the example queries, and what a person does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
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

#: Milliseconds that the browser may take for anything: other programs may be busy beside it.
BUSY = 120_000

#: What can be taken away from the page, and how each file begins.
TAKE_AWAY = [
    ("Picture as PNG", b"\x89PNG"),
    ("Picture as SVG", b"<svg"),
    ("Nodes as CSV", b"id,name"),
    ("Edges as CSV", b"source,target"),
    ("Graph as GraphML", b"<?xml"),
    ("Graph as Turtle", b"@prefix kg:"),
    ("Papers as BibTeX", b"@misc{"),
    ("Papers as CSV", b"id,title"),
]


def watch(page: Any, ours: Callable[[], tuple[str, ...]]) -> list[str]:
    """Return a list that any error, any alert and any request to where ``ours`` does not begin will be put into."""
    wrong: list[str] = []

    def note(bad: bool, text: str) -> None:
        if bad:
            wrong.append(text)

    def refuse(dialog: Any) -> None:
        note(True, f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda message: note(message.type in ("error", "warning"), message.text))
    page.on("pageerror", lambda error: note(True, str(error)))
    page.on("dialog", refuse)
    page.on("request", lambda request: note(not request.url.startswith((*ours(), "data:", "blob:")), request.url))
    return wrong


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
