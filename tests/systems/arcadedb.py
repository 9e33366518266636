"""An ArcadeDB server with its Bolt plug-in in a process of its own: ``python arcadedb.py FOLDER PORT PASSWORD``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DATABASES = ("papers", "again", "files", "script", "hostile")
PASSWORD = "not-a-secret-here"


@dataclass(frozen=True)
class ArcadeServer:
    """Where the server listens."""

    port: int

    @property
    def address(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"


@contextmanager
def running_server(folder: Path, port: int = 0, password: str = PASSWORD) -> Iterator[ArcadeServer]:
    """Start a server on this machine, on a free port if none is given; end it at the end of the block."""
    port = port or _free_port()
    process = subprocess.Popen(
        [sys.executable, __file__, str(folder), str(port), password],
        cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        told = next((line for line in process.stdout if line.endswith("SERVING\n")), "")
        assert told, "the server did not start"
        # What it writes to its log later would fill the pipe: it goes nowhere.
        yield ArcadeServer(port)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: str, port: int, password: str) -> None:
    import arcadedb_embedded  # type: ignore[import-not-found, unused-ignore]

    server = arcadedb_embedded.create_server(
        f"{folder}/server",
        password,
        {
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": port,
            "host": "127.0.0.1",
            "http_port": _free_port(),
        },
    )
    server.start()
    for name in DATABASES:
        server.create_database(name)
    print("\nSERVING", flush=True)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
