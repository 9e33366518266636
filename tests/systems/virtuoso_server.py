"""Debian's Virtuoso 7 on loopback, with an ini file of its own in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERVER: Final = shutil.which("virtuoso-t")
CLIENT: Final = shutil.which("isql-vt")
#: More rows than any answer has: Virtuoso's own cap of 10,000 cuts answers without a word.
_ALL_ROWS: Final = 100_000_000
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = {rows}
"""


class IncompleteAnswer(Exception):
    """Virtuoso says in a header that it cut the answer, which its status 200 hides."""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A running server: ``sql`` and ``ask`` talk to it."""

    sql_port: int
    http_port: int

    def sql(self, statements: str) -> str:
        """Run statements in the interactive client and return what it prints; raises where one fails."""
        assert CLIENT
        command = [CLIENT, f"127.0.0.1:{self.sql_port}", "dba", "dba", "PROMPT=OFF", "VERBOSE=OFF", "ERRORS=STDOUT"]
        done = subprocess.run(command, input=statements, capture_output=True, text=True, check=True)
        if "*** Error" in done.stdout:
            raise RuntimeError(done.stdout)
        return done.stdout

    def load(self, folder: Path, pattern: str, graph: str) -> None:
        """Load files into a named graph with the bulk loader; raises where it refused one."""
        told = self.sql(
            f"ld_dir('{folder}', '{pattern}', '{graph}');\nrdf_loader_run();\ncheckpoint;\n"
            f"SELECT 'failed', ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL OR ll_state <> 2;\n"
        )
        if "failed" in told:
            raise RuntimeError(told)

    def ask(self, query: str, graph: str, accept: str = "application/sparql-results+json") -> bytes:
        """Return the answer to a query over a named graph; raises :class:`IncompleteAnswer` where it was cut."""
        form = urllib.parse.urlencode({"query": query, "default-graph-uri": graph}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}/sparql", form, {"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                for header in ("X-SPARQL-MaxRows", "X-SQL-State"):
                    if answer.headers[header]:
                        raise IncompleteAnswer(f"{header}: {answer.headers[header]}")
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode(errors="replace")) from None
        return body


@contextmanager
def running_virtuoso(folder: Path, data: Path, *, buffers: int = 20_000, rows: int = _ALL_ROWS) -> Iterator[Virtuoso]:
    """Start a server that keeps its files in ``folder`` and may load from ``data``; stop it at the end.

    ``buffers`` are pages of 8 kB; an answer has at most ``rows`` rows.
    """
    process, server = _started(folder, data, buffers, rows)
    try:
        yield server
    finally:
        _stop(server, process)


def _started(
    folder: Path, data: Path, buffers: int, rows: int, attempts: int = 3
) -> tuple[subprocess.Popen[bytes], Virtuoso]:
    assert SERVER
    ports = free_ports(2)
    ini = folder / "virtuoso.ini"
    sizes = {"rows": rows, "buffers": buffers, "dirty": buffers * 3 // 4}
    ini.write_text(_INI.format(folder=folder, data=data, sql_port=ports[0], http_port=ports[1], **sizes))
    # In the foreground, so that the process we started is the server.
    command = [SERVER, "+foreground", "+configfile", str(ini)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if _comes_online(process, ports):
        return process, Virtuoso(*ports)
    process.kill()
    process.wait()
    if attempts > 1:
        # Somebody may have taken a port between our look and its start.
        return _started(folder, data, buffers, rows, attempts - 1)
    log = folder / "virtuoso.log"
    told = log.read_text(errors="replace")[-2000:] if log.is_file() else "(no log)"
    raise RuntimeError(f"Virtuoso did not come online: {told}")


def _comes_online(process: subprocess.Popen[bytes], ports: list[int]) -> bool:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if all(_answers(port) for port in ports):
            return True
        time.sleep(0.1)
    return False


def _stop(server: Virtuoso, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        try:
            # It closes the connection on the way down, which the client takes for an error.
            server.sql("shutdown;")
        except (RuntimeError, subprocess.CalledProcessError):
            process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def missing() -> str:
    """Return why the server cannot be started, or nothing."""
    return "" if SERVER and CLIENT else "virtuoso-t and isql-vt are not installed (make test-systems installs them)"


def is_required() -> bool:
    """Return whether an absent system fails the tests instead of skipping them."""
    return os.environ.get("KGRAPH_SYSTEMS_REQUIRED") == "1"
