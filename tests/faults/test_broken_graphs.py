"""Graphs with something wrong in them, disks without room, and several at once; ``broken.py`` tries all of it."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from broken import MORE, PAPERS, WRONGS, judge, make_broken, mend_rights
from click.testing import CliRunner

import kgraph
from kgraph.cli import main
from kgraph.graph import Graph
from kgraph.storing.builds import writing

#: Commands that read all tables between them, and the store; of those that write, one that begins with what is there.
_COMMANDS = {
    "info": ["info", "{graph}"],
    "search": ["search", "{graph}", "LoRA"],
    "path": ["path", "{graph}", "LoRA", "ImageNet"],
    "related": ["related", "{graph}", "2106.09685"],
    "query": ["query", "{graph}", "ASK {{}}"],
    "export csv": MORE["export csv"],
    "remove": ["remove", "{graph}", "2106.09685", "-q"],
}
#: One of each kind; ``broken.py`` walks through all.
_WRONGS = ("papers of text", "entities empty", "build elsewhere", "options a list", "manifest deep", "store data cut")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "papers.jsonl").write_text("".join(f"{json.dumps(paper)}\n" for paper in PAPERS))
    kgraph.build(folder / "papers.jsonl", folder / "whole.kg").close()
    return folder / "whole.kg"


def _run(words: list[str], graph: Path, folder: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [word.format(graph=graph, folder=folder) for word in words])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("wrong", _WRONGS)
def test_a_broken_graph_is_told_in_one_line_or_does_its_work(whole: Path, tmp_path: Path, wrong: str) -> None:
    broken = make_broken(wrong, whole, tmp_path)
    for name, words in _COMMANDS.items():
        assert not judge(*_run(words, broken, tmp_path)), name


@pytest.mark.parametrize(
    "words",
    [
        ["search", "{graph}", "LoRA"],
        ["path", "{graph}", "Two", "Three"],
        ["related", "{graph}", "2106.09685"],
        ["show", "{graph}", "2106.09685"],
    ],
    ids=lambda words: str(words[0]),
)
def test_tables_that_contradict_each_other_are_told(whole: Path, tmp_path: Path, words: list[str]) -> None:
    code, _, error = _run(words, make_broken("entities empty", whole, tmp_path), tmp_path)
    assert code == 1
    assert re.fullmatch(
        r"kgraph: the tables of the graph do not fit each other \('entity/\w+' is missing\); build it anew\n", error
    )


def test_every_wrong_can_be_made(whole: Path, tmp_path: Path) -> None:
    for number, wrong in enumerate(WRONGS):
        folder = tmp_path / str(number)
        folder.mkdir()
        make_broken(wrong, whole, folder)
        mend_rights(folder)
        shutil.rmtree(folder)


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes: what writes more is told as it is by a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", ["turtle", "csv", "graphml", "jsonl", "duckdb", "ladybug"])
def test_a_disk_that_is_full_leaves_what_was_there(whole: Path, tmp_path: Path, form: str) -> None:
    if form == "ladybug":
        pytest.importorskip("ladybug")
    out = tmp_path / f"out.{form}"
    words = ["export", "{graph}", form, "-o", str(out)]
    if form in ("turtle", "graphml"):
        out = tmp_path / {"turtle": "out.ttl", "graphml": "out.graphml"}[form]
        words[-1] = str(out)
        out.write_text("old")
    with _files_of_at_most(500):
        code, told, error = _run(words, whole, tmp_path)
    assert code == 1
    assert not judge(code, told, error), error
    assert not out.exists() or out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ([out.name] if out.exists() else [])


def test_an_extraction_without_room_for_what_it_is_at_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    papers = tmp_path / "papers.jsonl"
    papers.write_text("".join(f"{json.dumps(paper)}\n" for paper in PAPERS))
    with _files_of_at_most(500):
        code, told, error = _run(["extract", str(papers), "-q"], tmp_path, tmp_path)
    assert code == 1
    assert not judge(code, told, error), error
    assert "cannot hold temporary files" in error or "disk is at its end" in error
    assert [path.name for path in tmp_path.iterdir()] == ["papers.jsonl"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a while")
def test_a_graph_that_may_not_be_read_or_written_is_one_line(whole: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for wrong, message in (("unreadable", "Permission denied"), ("read-only", "Permission denied")):
        folder = tmp_path / wrong
        folder.mkdir()
        graph = make_broken(wrong, whole, folder)
        for parent in graph.parents:
            if parent.stat().st_uid == 0 and str(parent).startswith("/tmp"):
                parent.chmod(0o755)
        os.seteuid(65534)
        try:
            code, told, error = _run(_COMMANDS["remove"], graph, folder)
        finally:
            os.seteuid(0)
        assert code == 1
        assert not judge(code, told, error), error
        assert message in error
        mend_rights(folder)


@pytest.mark.parametrize(
    "words",
    [
        ["build", "{folder}/p.jsonl", "-o", "{graph}", "--force", "-q"],
        ["add", "{graph}", "{folder}/p.jsonl", "-q"],
        ["remove", "{graph}", "2106.09685", "-q"],
        ["merge", "{graph}", "{graph}", "-o", "{graph}", "--force", "-q"],
        ["index", "{graph}", "-q"],
    ],
    ids=lambda words: str(words[0]),
)
def test_two_writers_at_once_are_told_of_each_other(whole: Path, tmp_path: Path, words: list[str]) -> None:
    graph = tmp_path / "busy.kg"
    shutil.copytree(whole, graph)
    (tmp_path / "p.jsonl").write_text('{"title": "We use LoRA"}\n')
    before = (graph / "manifest.json").read_bytes()
    with writing(graph, replace=True):
        code, told, error = _run(words, graph, tmp_path)
        assert code == 1
        assert "another kgraph is writing it" in error
        assert not judge(code, told, error), error
    assert (graph / "manifest.json").read_bytes() == before


def test_who_reads_goes_on_with_what_was_there_while_papers_come_and_go(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "changing.kg"
    shutil.copytree(whole, path)
    reader = Graph(path)
    reader.export("turtle", tmp_path / "before.ttl")
    (tmp_path / "p.jsonl").write_text('{"title": "More", "abstract": "We use LoRA and BERT on GLUE."}\n')
    kgraph.add(path, tmp_path / "p.jsonl").close()
    kgraph.remove(path, ["2106.09685"]).close()
    reader.export("turtle", tmp_path / "after.ttl")
    assert (tmp_path / "after.ttl").read_bytes() == (tmp_path / "before.ttl").read_bytes()
    assert reader.find("2106.09685")
    assert len(list((path / "builds").iterdir())) == 2
    reader.close()
    kgraph.add(path, tmp_path / "p.jsonl").close()
    assert len(list((path / "builds").iterdir())) == 1


def test_a_killed_build_is_cleared_away_with_a_word(
    whole: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    graph = make_broken("draft left", whole, tmp_path)
    done = os.fsdecode(graph / "builds" / ".draft-x")
    with caplog.at_level("WARNING", logger="kgraph"):
        assert _run(["index", "{graph}"], graph, tmp_path)[0] == 0
    assert f"kgraph: removed what an interrupted run left: {done}" in caplog.messages
    assert not Path(done).exists()
