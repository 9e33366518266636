from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selections import EMOJI, SCRIPT, corpus_selection, hostile_selection, selection_of

from kgraph.errors import OutputError
from kgraph.viewing.content import safe_url, script_safe_json
from kgraph.viewing.network import to_pyvis
from kgraph.viewing.page import render_page, write_page


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found.group(1))
    return content


@pytest.fixture(scope="module")
def hostile_page() -> str:
    return render_page(hostile_selection(), with_sparql=False)


def test_no_name_reaches_the_page_as_markup(hostile_page: str) -> None:
    assert "<img" not in hostile_page
    assert hostile_page.count("</script>") == 3
    assert SCRIPT in data_of(hostile_page)["entities"]["name"]


def test_the_policy_lets_in_just_the_two_scripts_and_the_style(hostile_page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', hostile_page)
    assert policy
    assert policy.group(1).startswith("default-src 'none'")
    assert "unsafe" not in policy.group(1)
    inline = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", hostile_page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    assert len(digests) == 3
    assert all(f"'sha256-{digest}'" in policy.group(1) for digest in digests)


def test_nothing_is_fetched(hostile_page: str) -> None:
    assert not re.search(
        r"<(?:script|img|iframe|source)[^>]*\ssrc=|<link[^>]*href=\"(?!data:)|@import|url\(", hostile_page
    )


def test_the_same_selection_gives_the_same_page() -> None:
    assert render_page(corpus_selection(30, 100)) == render_page(corpus_selection(30, 100))


def test_offsets_count_as_javascript_does(hostile_page: str) -> None:
    data = data_of(hostile_page)
    llama = data["entities"]["name"].index(EMOJI)
    mentions = data["mentions"]
    for number, entity in enumerate(mentions["entity"]):
        if entity != llama:
            continue
        text = data["papers"]["abstract"][mentions["paper"][number]].encode("utf-16-le")
        assert text[2 * mentions["start"][number] : 2 * mentions["end"][number]].decode("utf-16-le") == EMOJI


def test_each_text_is_in_the_page_once() -> None:
    sentence = "Unmistakable words that stand here alone"
    lora, glue = ("LoRA", "method", "introduces"), ("GLUE", "dataset", "evaluates_on")
    page = render_page(selection_of([{"title": "One", "sentences": [[sentence, " ", lora, " ", glue, "."]]}]))
    assert page.count(sentence) == 1


def test_an_empty_graph_is_a_page() -> None:
    assert data_of(render_page(selection_of([])))["papers"]["id"] == []


def test_a_page_of_five_hundred_papers_is_under_four_megabytes() -> None:
    assert len(render_page(corpus_selection(515, 3500, 20), with_sparql=False).encode()) < 4_000_000


def test_a_graph_too_large_for_one_file_is_told() -> None:
    selection = corpus_selection(40, 100)
    many = pa.concat_tables([selection.papers] * 126)
    with pytest.raises(OutputError, match=r"5,040 papers are too many .* 'kgraph serve'"):
        render_page(replace(selection, papers=many))


@given(st.text())
def test_any_text_survives_a_script_element(text: str) -> None:
    written = script_safe_json(text)
    assert json.loads(written) == text
    assert not set("<>&\u2028\u2029") & set(written)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "ftp://h/x", "http://[", "https://", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) == ""


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_page(selection_of([]), tmp_path)


def test_pyvis_holds_every_node_and_edge_at_rest() -> None:
    selection = hostile_selection()
    network = to_pyvis(selection)
    assert len(network.nodes) == selection.papers.num_rows + selection.entities.num_rows
    assert set(network.node_map) == set(network.get_nodes())
    assert {edge["kind"] for edge in network.edges} == {"mentions", "co_mention", "shared_technique"}
    assert network.options["physics"] == {"enabled": False}
    assert all("href" not in node["title"] for node in network.nodes)
    assert "<img src=x" not in network.generate_html()
