"""A graph shows itself: in a notebook, and by the command ``view`` with its options."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kgraph.cli import main
from kgraph.exploring.subset import Subset
from kgraph.graph import Graph
from kgraph.viewing import InlinePage, page


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


def framed(markup: str) -> str:
    """Return the page in a frame that may run scripts and nothing else."""
    found = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" sandbox="allow-scripts allow-downloads" style="[^"]*"></iframe>', markup, re.DOTALL
    )
    assert found
    return html.unescape(found[1])


def test_a_notebook_shows_the_graph_without_the_tab_for_queries(sample_graph: Graph) -> None:
    content = data_of(framed(sample_graph._repr_html_()))
    assert content["facts"]["papers"] == sample_graph.manifest.counts["papers"]
    assert content["ask"] is None


def test_a_view_without_a_path_is_shown_in_place(sample_graph: Graph) -> None:
    lora = sample_graph.search("ImageNet")[0].id
    shown = sample_graph.view(subset=Subset(focus=lora, depth=1))
    assert isinstance(shown, InlinePage)
    assert len(repr(shown)) < 100, "a console does not print the page"
    content = data_of(framed(shown._repr_html_()))
    assert content["start"] == {"focus": lora, "depth": 1, "chosen": []}
    assert content["facts"]["papers"] < sample_graph.manifest.counts["papers"]


def test_a_graph_too_large_to_be_shown_says_so_in_the_notebook(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_PAPERS", 3)
    assert "kgraph serve" in html.unescape(sample_graph._repr_html_())
    assert "<iframe" not in sample_graph._repr_html_()


def view(graph: Graph, path: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["view", str(graph.path), "-o", str(path), *options])
    assert result.exit_code == 0, result.stderr
    return data_of(path.read_text(encoding="utf-8"))


def test_a_focus_opens_the_page_there_and_holds_what_is_near(sample_graph: Graph, tmp_path: Path) -> None:
    near = view(sample_graph, tmp_path / "near.html", "--focus", "ImageNet", "--depth", "1")
    wide = view(sample_graph, tmp_path / "wide.html", "--focus", "ImageNet", "--depth", "2")
    assert (near["start"]["depth"], wide["start"]["depth"]) == (1, 2)
    assert near["start"]["focus"] == wide["start"]["focus"]
    assert near["start"]["focus"] in near["entities"]["id"]
    assert set(near["entities"]["id"]) < set(wide["entities"]["id"])
    ends = {*near["comentions"]["a"], *near["comentions"]["b"], *near["paperEntity"]["entity"]}
    assert max(ends) < len(near["entities"]["id"])


def test_a_query_draws_what_it_constructs(sample_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "my.rq").write_text("CONSTRUCT { ?p kg:uses ?e } WHERE { ?p kg:uses ?e } LIMIT 4")
    content = view(sample_graph, tmp_path / "answer.html", "--query", str(tmp_path / "my.rq"))
    drawn = {*content["entities"]["id"], *content["papers"]["id"]}
    assert set(content["start"]["chosen"]) <= drawn
    assert len(content["paperEntity"]["paper"]) == 4


def test_a_type_leaves_the_others_out(sample_graph: Graph, tmp_path: Path) -> None:
    content = view(sample_graph, tmp_path / "models.html", "--type", "model", "--min-papers", "2")
    assert {content["types"][number] for number in content["entities"]["type"]} == {"model"}
    assert min(content["entities"]["papers"]) >= 2


@pytest.mark.parametrize(
    ("query", "code", "told"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", 2, "CONSTRUCT"),
        ("CONSTRUCT { ?p kg:uses ?e }", 1, "does not parse"),
        ("CONSTRUCT { ?p kg:uses ?e } WHERE { ?p kg:nothing ?e }", 1, "nothing can be drawn"),
    ],
)
def test_a_query_that_draws_nothing_is_told_in_one_line(
    sample_graph: Graph, tmp_path: Path, query: str, code: int, told: str
) -> None:
    (tmp_path / "my.rq").write_text(query)
    options = ["-o", str(tmp_path / "x.html"), "--query", str(tmp_path / "my.rq")]
    result = CliRunner().invoke(main, ["view", str(sample_graph.path), *options])
    assert (result.exit_code, result.stderr.count("\n")) == (code, 1), result.stderr
    assert told in result.stderr
    assert not (tmp_path / "x.html").exists()
