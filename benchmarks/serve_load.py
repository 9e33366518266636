"""Fifty clients at once on a running server for a minute, a share of them hostile: who is served, and how fast.

    kgraph serve papers.kg &
    python benchmarks/serve_load.py http://127.0.0.1:8000 --pid $!

Prints latencies and statuses of the innocent clients, the statuses of the hostile ones, and the most memory that the
server and its workers had together (with --pid, on Linux).
"""

from __future__ import annotations

import argparse
import http.client
import random
import socket
import statistics
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

INNOCENT = [
    "SELECT (COUNT(?p) AS ?n) { ?p a kg:Paper }",
    "SELECT ?name (COUNT(?p) AS ?n) { ?p kg:uses/skos:prefLabel ?name } GROUP BY ?name ORDER BY DESC(?n) LIMIT 10",
    "SELECT ?title { ?p kg:mentions/skos:prefLabel 'LoRA' ; dcterms:title ?title } LIMIT 20",
    "CONSTRUCT { ?e skos:prefLabel ?n } { ?e a kg:Dataset ; skos:prefLabel ?n } LIMIT 50",
    "ASK { ?p kg:introduces ?e }",
    "SELECT ?a ?b { ?c a kg:CoMention ; kg:entity ?a, ?b ; kg:paperCount ?n FILTER(?n > 3 && ?a != ?b) } LIMIT 20",
]
_DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
HOSTILE = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('xxxxxxxxxxxxxxxx' AS ?x0) {_DOUBLED} }}",
    "SELECT (COUNT(*) AS ?n) { ?a (kg:mentions|^kg:mentions|kg:coMentionedWith)* ?b . ?b (!kg:none)* ?c }",
    "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    f"ASK {{ {'{' * 50_000} ?s ?p ?o {'}' * 50_000} }}",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "10 MB",
    "slow reader",
    "half a request",
]


class Client(threading.Thread):
    """Asks one query after another, chosen by chance, until the time is over."""

    def __init__(self, address: str, until: float, seed: int, *, hostile: bool) -> None:
        super().__init__(daemon=True)
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._until = until
        self._chance = random.Random(seed)
        self.hostile = hostile
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []

    def run(self) -> None:
        """Ask until the time is over."""
        while time.monotonic() < self._until:
            query = self._chance.choice(HOSTILE if self.hostile else INNOCENT)
            began = time.monotonic()
            try:
                status = self._ask(query)
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            self.statuses[status] += 1
            self.seconds.append(time.monotonic() - began)
            # Somebody reads the answer before asking again.
            time.sleep(self._chance.uniform(0, 0.2))

    def _ask(self, query: str) -> str:
        if query == "half a request":
            with socket.create_connection((self._host, self._port), timeout=60) as line:
                line.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n")
                return "closed" if not line.recv(100) else "answered"
        connection = http.client.HTTPConnection(self._host, self._port, timeout=90)
        try:
            slow = query == "slow reader"
            text = {"10 MB": "x" * 10_000_000, "slow reader": "SELECT * { ?s ?p ?o }"}.get(query, query)
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sparql", urlencode({"query": text}), headers)
            answer = connection.getresponse()
            if slow:
                for _ in range(10):
                    answer.read(1000)
                    time.sleep(0.5)
            else:
                answer.read()
            return str(answer.status)
        finally:
            connection.close()


def memory_of(pid: int) -> int:
    """Return the resident MiB of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    pids = [pid, *map(int, children.read_text().split())] if children.exists() else []
    total = 0
    for one in pids:
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * 4096
        except OSError:
            continue
    return total >> 20


def main() -> None:
    """Run the load and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--pid", type=int, default=0)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--hostile", type=float, default=0.2)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    until = time.monotonic() + given.seconds
    hostile = round(given.clients * given.hostile)
    clients = [Client(given.address, until, n, hostile=n < hostile) for n in range(given.clients)]
    for client in clients:
        client.start()
    most = 0
    while any(client.is_alive() for client in clients) and time.monotonic() < until + 100:
        most = max(most, memory_of(given.pid) if given.pid else 0)
        time.sleep(0.25)
    for name, group in (("innocent", False), ("hostile", True)):
        of_group = [client for client in clients if client.hostile is group]
        statuses = sum((client.statuses for client in of_group), Counter[str]())
        seconds = sorted(second for client in of_group for second in client.seconds)
        if not seconds:
            continue
        print(
            f"{name}: {len(of_group)} clients, {len(seconds)} requests, {dict(statuses.most_common())}, "
            f"median {statistics.median(seconds):.2f} s, 95 % {seconds[int(0.95 * len(seconds))]:.2f} s, "
            f"longest {seconds[-1]:.2f} s"
        )
    print(f"most memory: {most} MiB")


if __name__ == "__main__":
    main()
