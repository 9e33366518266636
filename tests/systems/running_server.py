"""``kgraph serve`` as a process of its own."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

KGRAPH = "from kgraph.cli import main; main()"
#: As where npm did not answer when kgraph was installed.
WITHOUT_EDITOR = f"import kgraph.serving.editor as e; e._ASSETS = e._ASSETS / 'nothing'; {KGRAPH}"


class Server:
    """A running ``kgraph serve``."""

    def __init__(self, graph: Path, *options: str, program: str = KGRAPH) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", str(graph), "--port", "0", *options],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stderr
        self.said = ""
        while not (found := re.search(r"at (http://127\.0\.0\.1:(\d+)/)", self.said)):
            line = self.process.stderr.readline()
            assert line, self.said
            self.said += line
        self.address, self.port = found[1], int(found[2])
        self.endpoint = f"{self.address}sparql"
        deadline = time.monotonic() + 300
        while self.get("healthz")[0] != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def stop(self) -> str:
        """End the server and return its log."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.said + self.process.communicate(timeout=30)[1]


@contextlib.contextmanager
def serving(graph: Path, *options: str, program: str = KGRAPH) -> Iterator[Server]:
    server = Server(graph, *options, program=program)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()
