"""The page inside a notebook: in a frame that has no address and no storage of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selections import hostile_selection

from kgraph.viewing import InlinePage, render_page

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.systems


def test_the_page_works_in_a_notebooks_frame(page: Any, tmp_path: Path) -> None:
    shown = InlinePage(render_page(hostile_selection(), with_sparql=False))
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><meta charset='utf-8'>{shown._repr_html_()}", encoding="utf-8")
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("#crumbs strong").wait_for()
    frame.locator("#search").fill("lora")
    frame.locator("#search").press("Enter")
    frame.locator("#panel h2", has_text="LoRA").wait_for()
    frame.locator("#show-table").click()
    frame.locator("#table caption").wait_for()
    assert page.url == notebook.as_uri(), "the notebook's own address stays"
