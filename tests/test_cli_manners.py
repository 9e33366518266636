"""How commands end when what they are given is not there, is not what it should be, or nobody listens."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result

from kgraph.cli import main
from kgraph.cli.manners import TRACEBACK
from kgraph.graph import Graph

#: Every command that opens a graph, as somebody would give it.
COMMANDS = {
    "info": ["info", "{graph}"],
    "search": ["search", "{graph}", "LoRA"],
    "show": ["show", "{graph}", "LoRA"],
    "related": ["related", "{graph}", "2106.09685"],
    "path": ["path", "{graph}", "LoRA", "ImageNet"],
    "entities": ["entities", "{graph}"],
    "query": ["query", "{graph}", "ASK {{}}"],
    "validate": ["validate", "{graph}"],
    "export": ["export", "{graph}", "turtle", "-o", "{folder}/out.ttl"],
    "view": ["view", "{graph}", "-o", "{folder}/out.html"],
    "serve": ["serve", "{graph}", "--port", "0"],
    "mcp": ["mcp", "{graph}"],
    "push": ["push", "{graph}", "bolt://127.0.0.1:1", "--user", "", "--quiet"],
    "index": ["index", "{graph}"],
    "add": ["add", "{graph}", "{folder}/p.jsonl", "--quiet"],
    "remove": ["remove", "{graph}", "2106.09685", "--quiet"],
    "merge": ["merge", "{graph}", "{graph}", "-o", "{folder}/merged.kg", "--quiet"],
    "diff": ["diff", "{graph}", "{graph}"],
}
#: Those that read no graph.
OTHERS = {"build", "extract", "train", "completion"}
#: Those that read the tables themselves, and so find what is wrong with them.
READERS = {name: COMMANDS[name] for name in ("search", "show", "validate", "export", "index", "add")}


def run(arguments: list[str], graph: Path, folder: Path) -> Result:
    return CliRunner().invoke(main, [part.format(graph=graph, folder=folder) for part in arguments])


def assert_one_line(result: Result, *, code: int = 1) -> str:
    assert result.exit_code == code, (result.exit_code, result.stderr, result.exception)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("kgraph: ")
    return result.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(TRACEBACK, raising=False)
    (tmp_path / "p.jsonl").write_text(json.dumps({"title": "We use LoRA", "abstract": "LoRA is used on ImageNet."}))
    return tmp_path


def test_no_command_is_left_out() -> None:
    assert set(main.commands) == {*COMMANDS, *OTHERS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_graph_that_is_missing_is_one_line(folder: Path, name: str) -> None:
    message = assert_one_line(run(COMMANDS[name], folder / "missing.kg", folder))
    assert "missing.kg: is not a graph" in message
    assert "kgraph build" in message
    assert sorted(path.name for path in folder.iterdir()) == ["p.jsonl"]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("kind", ["file", "empty file", "empty folder", "other folder", "damaged", "of the future"])
def test_what_is_no_graph_is_one_line(folder: Path, name: str, kind: str) -> None:
    wrong = folder / "wrong.kg"
    match kind:
        case "file":
            wrong.write_text("{}")
        case "empty file":
            wrong.write_text("")
        case "empty folder":
            wrong.mkdir()
        case "other folder":
            wrong.mkdir()
            (wrong / "notes.txt").write_text("mine")
        case "damaged":
            wrong.mkdir()
            (wrong / "manifest.json").write_bytes(b'{"build": \xff')
        case "of the future":
            wrong.mkdir()
            (wrong / "manifest.json").write_text('{"format": 99}')
    before = sorted(folder.rglob("*"))
    assert "wrong.kg" in assert_one_line(run(COMMANDS[name], wrong, folder))
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", ["missing", "cut", "foreign"])
def test_a_damaged_table_is_one_line(sample_graph: Graph, folder: Path, name: str, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    graph = folder / "hurt.kg"
    shutil.copytree(sample_graph.path, graph)
    table = next(graph.glob("builds/*/papers.parquet"))
    match kind:
        case "missing":
            table.unlink()
        case "cut":
            table.write_bytes(table.read_bytes()[:-30])
        case "foreign":
            pq.write_table(pa.table({"x": [1]}), table)
    message = assert_one_line(run(READERS[name], graph, folder))
    assert "anew" in message


def test_text_that_is_no_unicode_is_told_as_such(sample_graph: Graph, folder: Path) -> None:
    message = assert_one_line(run(["search", "{graph}", os.fsdecode(b"LoR\xff")], sample_graph.path, folder), code=2)
    assert r"LoR\xff" in message


def test_what_should_not_be_is_one_line_and_its_place_is_told_on_request(
    sample_graph: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Graph) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(Graph, "info", fail)
    message = assert_one_line(run(COMMANDS["info"], sample_graph.path, folder), code=70)
    assert "ZeroDivisionError: by zero" in message
    monkeypatch.setenv(TRACEBACK, "1")
    assert "Traceback" in run(COMMANDS["info"], sample_graph.path, folder).stderr


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["info"], ["info", "g", "--nonsense"], ["search", "g", "x", "--limit", "0"], ["completion", "csh"]],
)
def test_what_is_wrongly_asked_exits_2(folder: Path, arguments: list[str]) -> None:
    result = run(arguments, folder, folder)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert "--help" in result.stderr or "-h" in result.stderr


def test_a_size_of_memory_that_is_none_is_told(folder: Path) -> None:
    arguments = ["build", "{folder}/p.jsonl", "-o", "{folder}/g.kg", "--memory", "lots", "--quiet"]
    assert "such as 4GB" in assert_one_line(run(arguments, folder, folder), code=2)
    assert not (folder / "g.kg").exists()


def test_quiet_is_quiet_and_verbose_tells_the_seconds_of_each_stage(folder: Path) -> None:
    arguments = ["build", "{folder}/p.jsonl", "-o", "{folder}/g.kg", "--force"]
    assert run([*arguments, "--quiet"], folder, folder).stderr == ""
    lines = run([*arguments, "--verbose"], folder, folder).stderr.splitlines()
    assert any(line.split()[0] == "extracting" and line.endswith(" s") for line in lines), lines
    for command in (["export", "{folder}/g.kg", "turtle", "-o", "{folder}/o.ttl"], ["index", "{folder}/g.kg"]):
        assert run([*command, "-q"], folder, folder).stderr == ""


def test_named_queries_are_listed_as_json_without_a_graph(folder: Path) -> None:
    listed = json.loads(run(["query", "{folder}/none.kg", "--list", "--format", "json"], folder, folder).stdout)
    assert "most-used" in {query["name"] for query in listed}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_ask_the_program(folder: Path, shell: str) -> None:
    assert f"_KGRAPH_COMPLETE={shell}_complete" in run(["completion", shell], folder, folder).stdout


@pytest.mark.parametrize(
    ("typed", "incomplete", "offered"),
    [
        (["sea"], "sea", "search"),
        (["query", "g.kg", "--name"], "most", "most-used"),
        (["query", "g.kg", "--name", "co-mentioned", "--param"], "e", "entity="),
        (["export", "g.kg"], "graphm", "graphml"),
        (["export", "g.kg", "csv", "--type"], "met", "method"),
    ],
)
def test_tab_offers_commands_queries_parameters_and_formats(typed: list[str], incomplete: str, offered: str) -> None:
    given = typed[:-1] if typed[-1] == incomplete else typed
    items = BashComplete(main, {}, "kgraph", "_KGRAPH_COMPLETE").get_completions(given, incomplete)
    assert offered in {item.value for item in items}


def _start(*arguments: object, stdin: int | None = None) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    # Where the tests run in the background, SIGINT is ignored, and what they start would inherit that.
    heed = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    return subprocess.Popen(
        [sys.executable, "-c", f"{heed}from kgraph.cli import main; main()", *map(str, arguments)],
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip


def test_a_reader_that_had_enough_is_no_error(sample_graph: Graph) -> None:
    process = _start("query", sample_graph.path, "SELECT * { ?s ?p ?o }", "--format", "csv")
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_standard_output_is_one_line(sample_graph: Graph) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kgraph", "info", str(sample_graph.path)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "kgraph: No space left on device\n"


def test_ctrl_c_is_one_line_and_leaves_nothing(folder: Path) -> None:
    process = _start("build", "-", "-o", folder / "g.kg", stdin=subprocess.PIPE)
    deadline = time.monotonic() + 120
    # It waits for papers, with its draft begun.
    while not list(folder.glob("g.kg/builds/.draft-*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert told.splitlines()[-1] == "kgraph: interrupted"
    assert "Traceback" not in told
    assert sorted(path.name for path in folder.iterdir()) == ["p.jsonl"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell how long a process worked")
def test_ctrl_c_ends_a_query_that_would_take_for_ever(sample_graph: Graph) -> None:
    process = _start("query", sample_graph.path, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    ticks = os.sysconf("SC_CLK_TCK")
    # By then it evaluates: it starts in less than a second.
    while int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11]) < 3 * ticks:
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, "kgraph: interrupted\n")
