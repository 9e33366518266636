"""The page's SPARQL tab, as far as Python makes it; what it answers is tested in a browser."""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import asdict
from pathlib import Path

import pytest
from selections import corpus_selection, hostile_selection, selection_of

from kgraph.graph import Graph
from kgraph.viewing import asking
from kgraph.viewing.page import render_page, write_page

EXAMPLES = [asdict(query) for query in Graph.named_queries()]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the engine's."""
    for name in ("oxigraph.js", "oxigraph.wasm.deflate", "stamp"):
        (tmp_path / name).write_bytes(b"engine")
    monkeypatch.setattr(asking, "_ASSETS", tmp_path)
    return tmp_path


def block(page: str, name: str) -> bytes:
    found = re.search(f'<script type="text/plain" id="{name}">(.*?)</script>', page)
    assert found
    return base64.b64decode(found.group(1))


def test_the_facts_are_those_of_the_graph_without_sentences(engine: Path) -> None:
    facts = zlib.decompress(block(render_page(hostile_selection()), "ask-facts")).decode()
    assert '<https://w3id.org/kgraph/entity/LoRA> <http://www.w3.org/2004/02/skos/core#prefLabel> "LoRA" .' in facts
    assert "ontology#CoMention" in facts
    assert "dc/terms/abstract" in facts
    assert "ontology#evidence" not in facts
    assert "ontology#quote" not in facts


def test_queries_that_need_sentences_are_left_out() -> None:
    names = {example["name"] for example in asking.ask_content(EXAMPLES)["examples"]}
    assert {"most-used", "papers-of-entity", "around"} <= names
    assert not names & {"evidence", "together-in-a-sentence"}


def test_an_example_is_shown_without_header_and_known_prefixes() -> None:
    for example in asking.ask_content(EXAMPLES)["examples"]:
        assert example["title"]
        assert not re.search(r"^(# |PREFIX)", example["text"], re.MULTILINE)


def test_only_the_page_with_the_tab_lets_webassembly_run(engine: Path) -> None:
    def policy(page: str) -> str:
        found = re.search('Content-Security-Policy" content="([^"]*)"', page)
        assert found
        return found.group(1)

    selection = hostile_selection()
    assert "'wasm-unsafe-eval'; worker-src blob:;" in policy(render_page(selection))
    assert "unsafe" not in policy(render_page(selection, with_sparql=False))
    assert "connect-src" not in policy(render_page(selection))


def test_without_the_engine_the_page_lacks_the_tab_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_ASSETS", tmp_path)
    assert "without npm" in write_page(selection_of([]), tmp_path / "page.html", examples=EXAMPLES)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'id="ask-engine"' not in page
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    assert json.loads(data.group(1))["ask"] is None


def test_a_large_graph_has_no_tab(engine: Path) -> None:
    assert "1,000 papers" in asking.why_not_to_ask(corpus_selection(1001, 50, 3))
    assert asking.why_not_to_ask(hostile_selection()) == ""
