"""Kill commands at random moments. The program is loaded once and forked, so that a try costs no start.

``python tests/faults/killing.py 50`` tries every command of :data:`COMMANDS` fifty times and prints, as JSON, how often
the old and the new state were there afterwards; ``python tests/faults/killing.py 50 "export csv"`` tries one.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NoReturn

from child import be_command, load_program

#: What may be killed: it writes a file, a folder, a database, a page, or a graph, or changes one.
COMMANDS: Final = {
    "export turtle": ["export", "{graph}", "turtle", "-o", "{place}/out.ttl.gz"],
    "export ntriples": ["export", "{graph}", "ntriples", "-o", "{place}/out.nt"],
    "export rdfxml": ["export", "{graph}", "rdfxml", "-o", "{place}/out.rdf"],
    "export jsonld": ["export", "{graph}", "jsonld", "-o", "{place}/out.jsonld"],
    "export shards": ["export", "{graph}", "ntriples", "-o", "{place}/shards", "--shards", "3"],
    "export graphml": ["export", "{graph}", "graphml", "-o", "{place}/out.graphml"],
    "export gexf": ["export", "{graph}", "gexf", "-o", "{place}/out.gexf"],
    "export json": ["export", "{graph}", "json", "-o", "{place}/out.json"],
    "export csv": ["export", "{graph}", "csv", "-o", "{place}/csv"],
    "export neo4j": ["export", "{graph}", "neo4j", "-o", "{place}/neo4j"],
    "export cypher": ["export", "{graph}", "cypher", "-o", "{place}/out.cypher"],
    "export parquet": ["export", "{graph}", "parquet", "-o", "{place}/parquet"],
    "export jsonl": ["export", "{graph}", "jsonl", "-o", "{place}/jsonl"],
    "export duckdb": ["export", "{graph}", "duckdb", "-o", "{place}/out.duckdb"],
    "export ladybug": ["export", "{graph}", "ladybug", "-o", "{place}/out.lbug"],
    "extract": ["extract", "{papers}", "--processes", "1", "-q"],
    "extract part": ["extract", "{papers}", "--shard", "1/2", "-o", "{place}/part.parquet", "--processes", "1", "-q"],
    "build": ["build", "{papers}", "-o", "{place}/changed.kg", "--force", "--processes", "1", "-q"],
    "add": ["add", "{place}/changed.kg", "{papers}", "--processes", "1", "-q"],
    "view": ["view", "{graph}", "-o", "{place}/out.html"],
    "merge": ["merge", "{graph}", "{other}", "-o", "{place}/merged.kg", "--force", "-q"],
    "remove": ["remove", "{place}/changed.kg", "Paper 3 on LoRA", "-q"],
    "index": ["index", "{place}/changed.kg", "-q"],
}
#: Database files are not the same byte for byte: that they open and hold as much must do.
_DATABASES: Final = (".duckdb", ".lbug")
_LEFT: Final = "removed what an interrupted run left"
#: What stands in the names of folders for what is in the making, at a place or in the folder for temporary files.
_SCRATCH: Final = ("kgraph-", ".draft-")


class Try:
    """A command and a place for its output, where the output of an earlier run lies."""

    def __init__(self, name: str, folder: Path, old: Path, new: Path) -> None:
        self.name, self.folder = name, folder / name.replace(" ", "-")
        self._old, self._new = old, new
        self.folder.mkdir()
        before, after = self.folder / "before", self.folder / "after"
        for place in (before, after):
            place.mkdir()
            shutil.copytree(old, place / "changed.kg")
        changes = "changed.kg" in " ".join(COMMANDS[name])
        if not changes:
            shutil.rmtree(before / "changed.kg")
            shutil.rmtree(after / "changed.kg")
            self._run_whole(old, before)
        began = time.monotonic()
        self._run_whole(new, after)
        self.lasts = time.monotonic() - began
        self.states = {self._look(before): "old", self._look(after): "new"}
        self._before = before

    def _run_whole(self, graph: Path, place: Path) -> str:
        child, log = self._start(graph, place)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, log.read_text()
        return log.read_text()

    def _start(self, graph: Path, place: Path) -> tuple[int, Path]:
        names = {"graph": graph, "papers": graph.with_suffix(".jsonl"), "other": self._old, "place": place}
        words = [part.format(**names) for part in COMMANDS[self.name]]
        log = self.folder / "log"
        child = os.fork()
        if child == 0:
            temporary = place / ".temporary"
            temporary.mkdir(exist_ok=True)
            tempfile.tempdir = str(temporary)
            _run(words, log)
        return child, log

    def _look(self, place: Path) -> str:
        """Return the fingerprint of a place, taken by a child: a store that is opened here would leave threads here."""
        told = self.folder / "fingerprint"
        child = os.fork()
        if child == 0:
            code = 1
            try:
                told.write_text(fingerprint(place))
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        return told.read_text()

    def kill_once(self, choose: random.Random) -> str:
        """Kill it at a random moment; return which state is there. The next run has to clear away what was left."""
        place = self.folder / "place"
        shutil.copytree(self._before, place)
        child, _ = self._start(self._new, place)
        time.sleep(choose.uniform(0.0, 1.1) * self.lasts)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        left = _left_in(place)
        state = self.states.get(self._look(place))
        assert state, f"{self.name}: neither the old state nor the new one: {sorted(map(str, place.rglob('*')))}"
        if not (self.name == "remove" and state == "new"):  # what is removed cannot be removed again
            told = self._run_whole(self._new, place)
            assert not left or _LEFT in told, f"{self.name}: {left} was cleared away without a word"
            assert not _left_in(place), f"{self.name}: {_left_in(place)} stays"
            assert self.states.get(self._look(place)) == "new"
        shutil.rmtree(place)
        return state + (", cleared" if left else "")


def _run(words: list[str], log: Path) -> NoReturn:
    """Be the command, in the child."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    be_command(words)


def _left_in(place: Path) -> list[str]:
    return [
        path.name
        for path in place.rglob("*")
        if path.is_dir() and any(sign in path.name for sign in _SCRATCH) and any(path.iterdir())
    ]


def fingerprint(place: Path) -> str:
    """Return what the visible files of a folder hold, as far as a reader can tell."""
    digest = hashlib.sha256()
    for path in sorted(place.rglob("*")):
        parts = path.relative_to(place).parts
        if not path.is_file() or any(part.startswith(".") for part in parts) or "builds" in parts:
            continue
        digest.update("/".join(parts).encode())
        digest.update(_counted(path) if path.suffix in _DATABASES else path.read_bytes())
        if path.name == "manifest.json":
            digest.update(_graph(path.parent))
    return digest.hexdigest()


def _graph(path: Path) -> bytes:
    """Return what the tables and the store of a graph's current build hold; the manifest was digested already."""
    from kgraph.graph import Graph
    from kgraph.storing.schemas import SCHEMAS

    graph = Graph(path)
    tables = b"".join(hashlib.sha256(graph.tables.path(name).read_bytes()).digest() for name in SCHEMAS)
    triples = len(graph.store) if (graph.tables.folder / "store").exists() else -1
    graph.close()
    return tables + str(triples).encode()


def _counted(path: Path) -> bytes:
    if path.suffix == ".duckdb":
        import duckdb

        with duckdb.connect(str(path), read_only=True) as connection:
            return str(
                connection.execute("SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM mentions)").fetchall()
            ).encode()
    import ladybug

    database = ladybug.Database(str(path), read_only=True)
    counted = ladybug.Connection(database).execute("MATCH (p:Paper) RETURN count(p)")
    rows = str(list(counted))
    database.close()
    return rows.encode()


def try_kills(names: list[str], times: int, seed: int, folder: Path) -> dict[str, dict[str, int]]:
    """Kill each command so many times; return how often each state was there afterwards."""
    load_program()
    graphs = []
    for name, count in (("old", 4), ("new", 6)):
        file = folder / f"{name}.jsonl"
        records = [
            {"title": f"Paper {n} on LoRA", "abstract": f"We tune BERT-{n} by LoRA on GLUE."} for n in range(count)
        ]
        file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
        graphs.append(folder / f"{name}.kg")
        child = os.fork()
        if child == 0:
            _run(["build", str(file), "-o", str(graphs[-1]), "-q"], folder / "log")
        assert os.waitpid(child, 0)[1] == 0, (folder / "log").read_text()
    choose = random.Random(seed)
    outcomes: dict[str, dict[str, int]] = {}
    for name in names:
        attempt = Try(name, folder, *graphs)
        states = [attempt.kill_once(choose) for _ in range(times)]
        outcomes[name] = {state: states.count(state) for state in sorted(set(states))}
        print(json.dumps({name: outcomes[name]}), flush=True)
    return outcomes


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        try_kills(sys.argv[2:] or list(COMMANDS), int(sys.argv[1]), 1, Path(temporary))
