"""One worker process, from the outside.

The triple store has no cancellation, so a process is the unit that can be stopped. The processes are fresh
interpreters that talk in lines of JSON: nothing of the caller's program is imported again, nothing is pickled.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from kgraph.errors import GraphError

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from kgraph.serving.worker import main; main()"
_PACKAGE_PARENT = str(Path(__file__).parents[2])
#: Seconds that a worker may take to open the graph.
_START_TIME: Final = 120.0
#: Bytes of one line of an answer; bodies go through files.
_LONGEST_LINE: Final = 1 << 20
_LESS_URGENT: Final = 10


class Worker:
    """One process of the pool, from the outside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.began = 0.0
        self.suspect = False
        self.ended_because = ""

    @classmethod
    async def start(cls, configuration: Mapping[str, Any]) -> Worker:
        """Start a process and let it open the graph. Raises :class:`GraphError` where it cannot."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-c", _PROGRAM, _PACKAGE_PARENT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE, start_new_session=True,
            # Each thread's arena would reserve 64 MiB of the address space that the memory limit counts.
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
        worker = cls(process)
        try:
            said = await asyncio.wait_for(worker.ask(configuration), _START_TIME)
            if said is None or "error" in said:
                raise GraphError(said["error"] if said else "a worker ended before it had opened the graph")
        except BaseException as error:
            worker.end("")
            # Its pipes are closed while there is a loop to do it.
            await worker.gone()
            if isinstance(error, TimeoutError):
                raise GraphError(f"a worker did not open the graph within {_START_TIME:g} seconds; try again") from None
            raise
        return worker

    async def ask(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """Send a message and return the answer, or None where the process ended before it gave one."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        except (OSError, ValueError):
            return None
        return json.loads(line) if line.endswith(b"\n") else None

    def end(self, reason: str) -> None:
        """Kill the process at once; ``reason`` says why."""
        self.ended_because = self.ended_because or reason
        # Not Process.kill: it would take the exit status away from the event loop.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def make_less_urgent(self) -> None:
        """Let other processes go before this one from now on; only its end brings it back."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _LESS_URGENT)

    async def gone(self) -> None:
        """Wait until the process has ended and its pipes are closed."""
        if self._process.stdin:
            self._process.stdin.close()
        await self._process.wait()
