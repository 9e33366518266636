"""Kill a server under load, and a push into a database that runs. Both are processes as somebody would start them.

``python tests/faults/killing_servers.py 50 serve push`` tries each fifty times and prints, as JSON, what was there
afterwards. A push needs the packages ``neo4j`` and ``arcadedb_embedded``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1] / "systems"))

from running_server import KGRAPH, Server
from soak import ADDRESSES, HOSTILE, QUERIES

_LEFT: Final = "removed what an interrupted run left"
#: Rows of one transaction: a small graph is pushed in many.
_PUSH: Final = f"import kgraph.exporting.bolt as bolt; bolt.BATCH = 20; {KGRAPH}"


def kill_servers(graph: Path, times: int, choose: random.Random) -> Counter[str]:
    """Kill a server so many times: each third time while it starts, else under load; what it left must go."""
    outcomes: Counter[str] = Counter()
    before = _fingerprint(graph)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["TMPDIR"] = temporary
        began = time.monotonic()
        Server(graph, "--workers", "2").stop()
        lasts = time.monotonic() - began
        for number in range(times):
            starting = number % 3 == 0
            workers = _kill_starting(graph, choose.uniform(0, lasts)) if starting else _kill_loaded(graph, choose)
            deadline = time.monotonic() + 60
            while any(_runs(pid) for pid in workers):
                assert time.monotonic() < deadline, "workers outlive their server"
                time.sleep(0.1)
            assert _fingerprint(graph) == before, "the graph has changed"
            left = [path for path in Path(temporary).glob("kgraph-*") if any(path.iterdir())]
            server = Server(graph, "--workers", "2")
            assert server.get("api/search?q=LoRA")[0] == 200
            told = server.stop()
            assert not left or _LEFT in told, told
            assert not list(Path(temporary).glob("kgraph-*")), list(Path(temporary).iterdir())
            outcomes[f"killed {'while it started' if starting else 'under load'}{', cleared' * bool(left)}"] += 1
    del os.environ["TMPDIR"]
    return outcomes


def _kill_starting(graph: Path, after: float) -> list[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", KGRAPH, "serve", str(graph), "--port", "0", "--workers", "2"], stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    return _kill(process)


def _kill_loaded(graph: Path, choose: random.Random) -> list[int]:
    server = Server(graph, "--workers", "2", "--timeout", "5")
    over = threading.Event()
    asking = [threading.Thread(target=_ask, args=(server, over, random.Random(choose.random()))) for _ in range(4)]
    for thread in asking:
        thread.start()
    time.sleep(choose.uniform(0, 2))
    workers = _kill(server.process)
    over.set()
    for thread in asking:
        thread.join()
    return workers


def _ask(server: Server, over: threading.Event, choose: random.Random) -> None:
    addresses = (*ADDRESSES, *HOSTILE, *(f"sparql?query={query.replace(' ', '%20')}" for query in QUERIES))
    while not over.is_set():
        with suppress(HTTPException, ValueError):  # an answer that was cut off
            server.get(choose.choice(addresses))


def _kill(process: subprocess.Popen[Any]) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        return [int(pid) for pid in children.split()]
    return []


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _fingerprint(graph: Path) -> str:
    """Return what a graph holds; the page that is kept beside it is no part of it."""
    files = [path for path in sorted(graph.rglob("*")) if path.is_file() and "page-" not in str(path)]
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


def kill_pushes(graph: Path, times: int, choose: random.Random) -> Counter[str]:
    """Kill a push so many times; the next must go on from there, to the same database."""
    import neo4j
    from arcadedb import PASSWORD, running_server

    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary, running_server(Path(temporary)) as arcade:
        command = [
            *(sys.executable, "-c", _PUSH, "push", str(graph), arcade.address),
            *("--user", "root", "--database", "papers", "--quiet"),
        ]
        environment = {**os.environ, "NEO4J_PASSWORD": PASSWORD}
        with neo4j.GraphDatabase.driver(arcade.address, auth=("root", PASSWORD)) as driver:

            def ask(cypher: str) -> list[dict[str, Any]]:
                return [each.data() for each in driver.execute_query(cypher, database_="papers").records]

            subprocess.run(command, env=environment, check=True)
            whole = _contents(ask)
            began = time.monotonic()
            ask("MATCH (n) DETACH DELETE n")
            subprocess.run(command, env=environment, check=True)
            lasts = time.monotonic() - began
            for _ in range(times):
                ask("MATCH (n) DETACH DELETE n")
                process = subprocess.Popen(command, env=environment)
                time.sleep(choose.uniform(0.3, 1.1) * lasts)
                process.kill()
                process.wait()
                there = _contents(ask)
                subprocess.run(command, env=environment, check=True)
                assert _contents(ask) == whole, "pushed again it is another graph"
                assert not ask("MATCH (p:KgraphPush) RETURN p.id")
                state = "new" if there == whole else "a part" if there[0] else "nothing"
                outcomes[f"{state} was there, then all"] += 1
    return outcomes


def _contents(ask: Any) -> tuple[list[str], list[str]]:
    nodes = ask("MATCH (n) WHERE NOT n:KgraphPush RETURN labels(n) AS kind, properties(n) AS data")
    edges = ask("MATCH (a)-[r]->(b) RETURN a.id AS source, type(r) AS kind, b.id AS target, properties(r) AS data")
    return sorted(json.dumps(row, sort_keys=True) for row in nodes), sorted(
        json.dumps(row, sort_keys=True) for row in edges
    )


def main() -> None:
    import kgraph

    kinds = {"serve": kill_servers, "push": kill_pushes}
    with tempfile.TemporaryDirectory() as temporary:
        papers, graph = Path(temporary) / "papers.jsonl", Path(temporary) / "papers.kg"
        records = [
            {"title": f"Paper {n} on LoRA", "abstract": f"We tune BERT-{n} by LoRA on ImageNet and GLUE."}
            for n in range(30)
        ]
        papers.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
        kgraph.build(papers, graph, processes=1).close()
        for kind in sys.argv[2:] or kinds:
            print(json.dumps({kind: kinds[kind](graph, int(sys.argv[1]), random.Random(1))}), flush=True)


if __name__ == "__main__":
    main()
