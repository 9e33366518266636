"""The real listing pages that the project began with; skipped where they are not at hand."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from kgraph.reading import Problem, read_papers

SHARED = Path(os.environ.get("KGRAPH_SHARED") or Path(__file__).parents[3] / "shared")
needs_shared = pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the shared data are not at hand")


@needs_shared
def test_the_seeds_are_602_entries_and_515_papers() -> None:
    problems: list[Problem] = []
    papers = read_papers([SHARED / "seeds"], on_problem=problems.append)
    assert problems == []
    assert len(papers) == 515
    assert sum(len(paper.sources) for paper in papers) == 602
    assert all(len(paper.title) < 200 < 500 < len(paper.abstract) for paper in papers)


@needs_shared
def test_no_abstract_of_the_seeds_stands_under_another_title() -> None:
    labelled = [json.loads(line) for line in (SHARED / "gold" / "seeds-dev.jsonl").open(encoding="utf-8")]
    read = {paper.title: paper.abstract for paper in read_papers([SHARED / "seeds"])}
    assert labelled
    assert all(read[paper["title"]] == paper["abstract"] for paper in labelled)


@needs_shared
def test_the_seeds_piped_together_are_the_same_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = b"".join(path.read_bytes() for path in sorted((SHARED / "seeds").iterdir()))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(joined)))
    texts = [(paper.title, paper.abstract) for paper in read_papers(["-"], strict=True)]
    assert texts == [(paper.title, paper.abstract) for paper in read_papers([SHARED / "seeds"])]


@needs_shared
def test_a_corpus_of_5387_papers_is_read_without_a_problem() -> None:
    papers = read_papers([SHARED / "corpus" / "daily-papers.jsonl.gz"], strict=True)
    assert len(papers) == 5387
    assert all(paper.abstract and paper.date and paper.url for paper in papers)
