"""Graphs with something wrong in them, and every command on each of them.

``python tests/faults/broken.py`` tries all of it and prints what each came to; the tests try a part.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from child import be_command, load_program

TABLES: Final = (
    "papers", "candidates", "mentions", "entities", "aliases", "paper_entity", "comentions", "shared_techniques",
)  # fmt: skip
#: Beside those of ``test_cli_manners``: other formats, and readings of the tables and the store that these do not make.
MORE: Final = {
    "export csv": ["export", "{graph}", "csv", "-o", "{folder}/csv"],
    "export gexf": ["export", "{graph}", "gexf", "-o", "{folder}/out.gexf"],
    "export duckdb": ["export", "{graph}", "duckdb", "-o", "{folder}/out.duckdb"],
    "query rdflib": ["query", "{graph}", "ASK {{}}", "--engine", "rdflib"],
    "query named": ["query", "{graph}", "--name", "papers-of-entity", "--param", "entity=LoRA"],
    "build over": ["build", "{folder}/p.jsonl", "-o", "{graph}", "--force", "--quiet"],
}


def _table(name: str, change: Callable[[Path], Any]) -> Callable[[Path], Any]:
    return lambda graph: change(next(graph.glob(f"builds/*/{name}.parquet")))


def _manifest(**changes: Any) -> Callable[[Path], Any]:
    def write(graph: Path) -> None:
        path = graph / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return write


def _in_store(change: Callable[[Path], Any], pattern: str) -> Callable[[Path], Any]:
    def damage(graph: Path) -> None:
        for path in graph.glob(f"builds/*/store/{pattern}"):
            change(path)

    return damage


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scramble(path: Path) -> None:
    """Change bytes in the middle, where the data are: head and foot stay."""
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data) // 3 + min(200, len(data) // 4)):
        data[at] ^= 0x55
    path.write_bytes(data)


def _foreign(path: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), path)


def _retype(path: Path) -> None:
    """Keep the names of the columns and make them all text."""
    table = pq.read_table(path)
    pq.write_table(pa.table({name: pa.array(["x"] * len(table)) for name in table.column_names}), path)


def _empty(path: Path) -> None:
    pq.write_table(pq.read_schema(path).empty_table(), path)


def _shorten(path: Path) -> None:
    """Take the first row away: the others may speak of it."""
    pq.write_table(pq.read_table(path).slice(1), path)


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _no_builds(graph: Path) -> None:
    shutil.rmtree(graph / "builds")


def _builds_a_file(graph: Path) -> None:
    _no_builds(graph)
    (graph / "builds").write_text("")


def _read_only(graph: Path) -> None:
    for path in [*graph.rglob("*"), graph]:
        path.chmod(path.stat().st_mode & 0o555)


def _lock_a_folder(graph: Path) -> None:
    (graph / ".lock").unlink(missing_ok=True)
    (graph / ".lock").mkdir()


WRONGS: Final[dict[str, Callable[[Path], Any]]] = {
    **{f"{name} missing": _table(name, Path.unlink) for name in TABLES},
    **{f"{name} cut": _table(name, _cut) for name in TABLES},
    **{f"{name} scrambled": _table(name, _scramble) for name in TABLES},
    **{f"{name} foreign": _table(name, _foreign) for name in TABLES},
    **{f"{name} of text": _table(name, _retype) for name in TABLES},
    **{f"{name} empty": _table(name, _empty) for name in TABLES},
    **{f"{name} short": _table(name, _shorten) for name in TABLES},
    "papers a folder": _table("papers", _as_folder),
    "no builds": _no_builds,
    "builds a file": _builds_a_file,
    "build elsewhere": _manifest(build="../../.."),
    "build absolute": _manifest(build="/etc"),
    "build a number": _manifest(build=7),
    "no counts": _manifest(counts={}),
    "counts of text": _manifest(counts={"papers": "many"}),
    "no base": _manifest(base_iri=""),
    "base with spaces": _manifest(base_iri="http://example.org/ <x>"),
    "options a list": _manifest(options=[]),
    "inputs of numbers": _manifest(inputs=[1]),
    "format as text": _manifest(format="1"),
    "manifest cut": lambda graph: _cut(graph / "manifest.json"),
    "manifest a folder": lambda graph: _as_folder(graph / "manifest.json"),
    "manifest deep": lambda graph: (graph / "manifest.json").write_text("[" * 100_000),
    "no store": lambda graph: list(map(shutil.rmtree, graph.glob("builds/*/store"))),
    "store empty": _in_store(Path.unlink, "*"),
    "store without CURRENT": _in_store(Path.unlink, "CURRENT"),
    "store CURRENT wrong": _in_store(lambda path: path.write_text("MANIFEST-999999\n"), "CURRENT"),
    "store MANIFEST cut": _in_store(_cut, "MANIFEST-*"),
    "store data cut": _in_store(_cut, "*.sst"),
    "store data scrambled": _in_store(_scramble, "*.sst"),
    "store data missing": _in_store(Path.unlink, "*.sst"),
    "knowledge missing": lambda graph: list(map(shutil.rmtree, graph.glob("builds/*/knowledge"))),
    "read-only": _read_only,
    "unreadable": lambda graph: graph.chmod(0),
    "lock a folder": _lock_a_folder,
    "draft left": lambda graph: (graph / "builds" / ".draft-x").mkdir(),
}
#: Papers that have what the commands ask for.
PAPERS: Final = (
    {
        "id": "2106.09685",
        "title": "LoRA: Low-Rank Adaptation",
        "abstract": "We propose LoRA. We evaluate LoRA on ImageNet.",
    },
    {"title": "Two", "abstract": "We use LoRA and BERT on ImageNet. LoRA is cheap."},
    {"title": "Three", "abstract": "We tune BERT with LoRA and evaluate it on GLUE and ImageNet."},
)
#: Seconds after which a server that serves all the same is told to stop.
_PATIENCE: Final = 8


def judge(code: int, out: str, err: str) -> str:
    """Return what is wrong with how a command ended; empty where nothing is."""
    if code not in (0, 1, 2, -signal.SIGTERM, 128 + signal.SIGTERM):
        return f"exit code {code}: {err[-300:]}"
    lines = [line for line in err.splitlines() if line.startswith("kgraph: ") and "removed what an" not in line]
    if code > 0 and not out.rstrip().endswith("violations") and (len(lines) != 1 or out):
        return f"exit code {code} with {len(lines)} lines of error: {err[-300:]!r} {out[:100]!r}"
    if "Traceback" in err or "an error that should not be" in err:
        return err[-300:]
    return ""


def make_broken(wrong: str, graph: Path, folder: Path) -> Path:
    """Return a copy of a graph with one thing wrong."""
    broken = folder / "hurt.kg"
    shutil.copytree(graph, broken)
    WRONGS[wrong](broken)
    return broken


def mend_rights(folder: Path) -> None:
    """Make everything below a folder removable again."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755)


def _fork(words: list[str], log: Path, user: int) -> tuple[int, str, str]:
    """Run a command in a child, as ``user`` (root reads and writes everything); return how it ended."""
    child = os.fork()
    if child == 0:
        outs = [os.open(log.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for suffix in (".out", ".err")]
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(outs[0], 1)
        os.dup2(outs[1], 2)
        if user:
            os.setgid(user)
            os.setuid(user)
        signal.alarm(120)
        if words[0] == "serve":
            threading.Timer(_PATIENCE, os.kill, (os.getpid(), signal.SIGTERM)).start()
        be_command(words)
    _, status = os.waitpid(child, 0)
    told = (log.with_suffix(suffix).read_text(errors="replace") for suffix in (".out", ".err"))
    return os.waitstatus_to_exitcode(status), *told  # type: ignore[return-value]


def walk(wrongs: list[str]) -> int:
    """Try every command on every wrong graph; print what each came to; return how many ended badly."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from test_cli_manners import COMMANDS

    load_program()
    commands = {**COMMANDS, **MORE}
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o777)
        graph = folder / "whole.kg"
        papers = folder / "papers.jsonl"
        papers.write_text("".join(f"{json.dumps(paper)}\n" for paper in PAPERS))
        code, _, told = _fork(["build", str(papers), "-o", str(graph), "-q"], folder / "log", 0)
        assert code == 0, told
        for wrong in wrongs or WRONGS:
            ends = {}
            for name, words in commands.items():
                place = folder / "try"
                place.mkdir()
                place.chmod(0o777)
                (place / "p.jsonl").write_text('{"title": "We use LoRA", "abstract": "LoRA is used on ImageNet."}\n')
                broken = make_broken(wrong, graph, place)
                nobody = 65534 if wrong in ("read-only", "unreadable") and os.geteuid() == 0 else 0
                given = [word.format(graph=broken, folder=place) for word in words]
                code, out, err = _fork(given, folder / "log", nobody)
                fault = judge(code, out, err)
                ends[name] = code
                if fault:
                    bad += 1
                    print(f"BAD {wrong} / {name}: {fault}", flush=True)
                mend_rights(place)
                shutil.rmtree(place)
            codes = {
                code: sorted(name for name, end in ends.items() if end == code) for code in sorted(set(ends.values()))
            }
            print(json.dumps({wrong: {str(code): len(names) for code, names in codes.items()}}), flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(walk(sys.argv[1:]) > 0)
