"""The browser, and pages written for it. Test files name it in ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import ARGUMENTS, BUSY, CHROMIUM, EXAMPLES, watch
from needed import missing, module
from selections import corpus_selection, hostile_selection

from kgraph.viewing.page import write_page


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = module("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        missing("chromium")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    write_page(hostile_selection(), folder / "hostile.html", examples=EXAMPLES)
    write_page(corpus_selection(200, 1200), folder / "corpus.html", examples=EXAMPLES)
    return {name: (folder / f"{name}.html").as_uri() for name in ("hostile", "corpus")}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page on which any error, any alert and any request to elsewhere fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(BUSY)
    opened = context.new_page()
    wrong = watch(opened, lambda: ("file:",))
    yield opened
    context.close()
    assert wrong == []
