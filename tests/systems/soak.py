"""Mixed load on a server for as long as one likes, and what it takes of the machine meanwhile.

``make soak`` runs it for ten minutes on the sample graph and prints, as JSON, a row every ten seconds and a verdict.
"""

# ruff: noqa: E501

from __future__ import annotations

import argparse
import collections
import json
import random
import socket
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from running_server import Server, serving

#: Addresses as people and programs ask for them.
ADDRESSES: Final = (
    "", "healthz", "api/info", "api/search?q=lora", "api/search?q=knowlege%20distilation&limit=50", "api/node/LoRA",
    "api/neighbours/LoRA", "api/path?from=LoRA&to=ImageNet", "api/evidence?entity=LoRA", "api/entities?limit=1000",
    "api/openapi.json", "api/queries", "ontology", "entity/lora", "sparql", "api/page/start",
)  # fmt: skip
QUERIES: Final = (
    "SELECT ?n (COUNT(*) AS ?c) { ?p kg:uses/skos:prefLabel ?n } GROUP BY ?n ORDER BY DESC(?c) LIMIT 20",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 2000",
    "ASK { ?s a kg:Method }",
    "DESCRIBE <https://w3id.org/kgraph/entity/lora>",
    "SELECT * { ?s ?p ?o }",
)
#: What nobody asks who means well.
HOSTILE: Final = (
    "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D",
    "sparql?query=SELECT%20*%20%7B%20SERVICE%20%3Chttp%3A%2F%2F127.0.0.1%3A1%2F%3E%20%7B%3Fa%20%3Fb%20%3Fc%7D%7D",
    "sparql?query=" + "%28" * 9000, "sparql?update=CLEAR%20ALL", "api/node/%00%ff%fe", "api/node/" + "a" * 30_000,
    "../../../../etc/passwd", "static/..%2f..%2fetc%2fpasswd", "api/search?q=" + "%F0%9F%98%80" * 2000, "api/entities?limit=-1",
    "api/page/%2e%2e/x", "sparql?query=SELECT%20*%7B%3Fs%20(kg%3Auses%7C!kg%3Auses)*%20%3Fo%20.%20%3Fo%20(%5E!a%7C!a)*%20%3Fz%7D",
)  # fmt: skip


class Load:
    """Threads that ask, each in its own way, until they are told to stop; what they were answered is counted."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.answers: collections.Counter[str] = collections.Counter()
        self._over = threading.Event()
        kinds = (self._ask_address, self._ask_query, self._be_hostile, self._abort, self._stall, self._ask_address)
        self._threads = [
            threading.Thread(target=self._go_on, args=(kind, random.Random(seed + number)), daemon=True)
            for number, kind in enumerate(kinds)
        ]

    def begin(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop asking, and wait for the last answers."""
        self._over.set()
        for thread in self._threads:
            thread.join(70)

    def _go_on(self, ask: Callable[[random.Random], tuple[str, int]], choose: random.Random) -> None:
        while not self._over.is_set():
            kind, status = ask(choose)
            self.answers[f"{kind} {status}"] += 1

    def _ask_address(self, choose: random.Random) -> tuple[str, int]:
        return "address", self.server.get(choose.choice(ADDRESSES))[0]

    def _ask_query(self, choose: random.Random) -> tuple[str, int]:
        query = urllib.parse.quote(choose.choice(QUERIES))
        return "query", self.server.get(
            f"sparql?query={query}", Accept=choose.choice(("*/*", "text/csv", "text/turtle"))
        )[0]

    def _be_hostile(self, choose: random.Random) -> tuple[str, int]:
        return "hostile", self.server.get(choose.choice(HOSTILE))[0]

    def _abort(self, choose: random.Random) -> tuple[str, int]:
        """Ask and go away, before, while or after the answer comes."""
        with self._line() as line:
            address = choose.choice((*ADDRESSES, HOSTILE[0]))
            request = f"GET /{address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            line.sendall(request[: choose.choice((10, len(request), len(request)))])
            time.sleep(choose.choice((0, 0.01, 0.2)))
            if choose.random() < 0.5:
                line.settimeout(5)
                try:
                    line.recv(100)
                except OSError:
                    return "aborted", -1
        return "aborted", 0

    def _stall(self, choose: random.Random) -> tuple[str, int]:
        """Send rubbish or half a request, and wait a little."""
        with self._line() as line:
            line.sendall(
                choose.randbytes(choose.randint(1, 3000)) if choose.random() < 0.5 else b"POST /sparql HTTP/1.1\r\n"
            )
            self._over.wait(0.5)
        return "stalled", 0

    def _line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=10)


def measure(server: Server) -> dict[str, int]:
    """Return how much memory (MiB), and how many descriptors, threads and workers the server has."""
    process = Path(f"/proc/{server.process.pid}")
    workers = server.workers()
    return {
        "server MiB": _memory(process),
        "workers MiB": sum(_memory(Path(f"/proc/{pid}")) for pid in workers),
        "workers": len(workers),
        "descriptors": len(list((process / "fd").iterdir())),
        "threads": len(list((process / "task").iterdir())),
    }


def _memory(process: Path) -> int:
    """Return the memory that is a process's own."""
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("RssAnon")), 0)


def soak(graph: Path, seconds: float, *, every: float = 10.0, seed: int = 1) -> dict[str, Any]:
    """Load a server; return the rows, what was answered, and what it has when all is quiet again."""
    with serving(graph, "--timeout", "5", "--workers", "2", "--memory", "512") as server:
        reader = threading.Thread(target=_drain, args=(server,), daemon=True)
        reader.start()
        began = time.monotonic()
        load = Load(server, seed)
        for address in ADDRESSES:  # what is made once is made before it is measured
            server.get(address)
        rows = [{"second": 0, **measure(server)}]
        load.begin()
        while (now := time.monotonic() - began) < seconds:
            time.sleep(min(every, seconds - now))
            rows.append({"second": round(time.monotonic() - began), **measure(server)})
        load.end()
        quiet = _wait_until_quiet(server, rows[0])
        healthy = server.get("healthz")[0]
        workers = server.workers()
        server.process.terminate()
        server.process.wait(30)
        left = [pid for pid in workers if Path(f"/proc/{pid}/fd").exists()]
    return {
        "rows": rows,
        "answers": dict(sorted(load.answers.items())),
        "quiet": quiet,
        "healthy": healthy,
        "left": left,
    }


def _drain(server: Server) -> None:
    """Read the log, lest its pipe fills."""
    assert server.process.stderr
    for _ in server.process.stderr:
        pass


def _wait_until_quiet(server: Server, first: dict[str, int]) -> dict[str, int]:
    """Return what the server has once it is at rest, half a minute after the last request at the latest."""
    deadline = time.monotonic() + 40
    while True:
        now = measure(server)
        if now["descriptors"] <= first["descriptors"] + 2 or time.monotonic() > deadline:
            return now
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        graph = given.graph
        if not graph:
            from kgraph import build
            from kgraph.resources import data_path

            graph = Path(temporary) / "sample.kg"
            build(data_path("sample/papers.jsonl"), graph).close()
        told = soak(graph, given.seconds)
    print(json.dumps(told, indent=1))
    return int(bool(told["left"]) or told["healthy"] != 200)


if __name__ == "__main__":
    sys.exit(main())
