"""A pool of processes that answer one request at a time and are killed when they take too long or too much.

The triple store has no cancellation, so a process is the unit that can be stopped. The processes are fresh
interpreters that talk in lines of JSON: nothing of the caller's program is imported again, nothing is pickled.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgraph.errors import GraphError
from kgraph.serving.problems import Problem

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from kgraph.serving.worker import main; main()"
_PACKAGE_PARENT = str(Path(__file__).parents[2])
#: Seconds that a worker may take to open the graph.
_START_TIME: Final = 120.0
#: Bytes of one line of an answer; bodies go through files.
_LONGEST_LINE: Final = 1 << 20
_LESS_URGENT: Final = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: facts about the answer, whose body is in ``path`` (to be deleted by who takes it)."""

    facts: Mapping[str, Any]
    path: Path


class _Worker:
    """One process of the pool, from the outside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.began = 0.0
        self.ended_because = ""

    @classmethod
    async def start(cls, configuration: Mapping[str, Any]) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-c", _PROGRAM, _PACKAGE_PARENT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE, start_new_session=True,
        )  # fmt: skip
        worker = cls(process)
        try:
            said = await asyncio.wait_for(worker.ask(configuration), _START_TIME)
        except BaseException:
            worker.end("")
            raise
        if said is None or "error" in said:
            worker.end("")
            raise GraphError(said["error"] if said else "a worker ended before it had opened the graph")
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


class WorkerPool:
    """``size`` workers, a bounded queue before them, and a time limit on each job.

    Where all are busy and others wait, the job that has run longest gives way once it has run ``patience`` seconds.
    """

    def __init__(
        self, configuration: Mapping[str, Any], *, size: int, queue: int, timeout: float, patience: float
    ) -> None:
        self._configuration = configuration
        self._size = size
        self._queue = queue
        self._timeout = timeout
        self._patience = patience
        self._spool = tempfile.TemporaryDirectory(prefix="kgraph-serve-")
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._replacing: set[asyncio.Task[None]] = set()
        self._closed = False
        self._jobs = 0

    async def start(self) -> None:
        """Start the workers. Raises :class:`GraphError` where they cannot open the graph."""
        started = await asyncio.gather(
            *(_Worker.start(self._configuration) for _ in range(self._size)), return_exceptions=True
        )
        self._idle = [worker for worker in started if isinstance(worker, _Worker)]
        failures = [failure for failure in started if isinstance(failure, BaseException)]
        if failures:
            await self.close()
            raise failures[0]

    async def close(self) -> None:
        """End all workers at once, whatever they do."""
        self._closed = True
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        workers = [*self._idle, *self._busy]
        for worker in workers:
            worker.end("the server is shutting down")
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(Problem(503, "the server is shutting down"))
        await asyncio.gather(*(worker.gone() for worker in workers))
        self._spool.cleanup()

    async def drain(self) -> None:
        """Let running and waiting jobs finish, then close."""
        while self._busy or self._waiting:
            await asyncio.sleep(0.05)
        await self.close()

    def state(self) -> dict[str, int]:
        """Return how many workers there are, how many of them are idle, and how many requests wait."""
        return {
            "workers": len(self._idle) + len(self._busy),
            "idle": len(self._idle),
            "waiting": sum(not waiter.done() for waiter in self._waiting),
        }

    async def run(self, task: str, arguments: Mapping[str, Any]) -> Answer:
        """Have a worker do a task and return its answer.

        Raises :class:`Problem`: 503 where the queue is full or a limit is overrun, or what the task itself says.
        """
        worker = await self._take()
        self._jobs += 1
        path = Path(self._spool.name) / f"{self._jobs}"
        worker.began = time.monotonic()
        self._busy.add(worker)
        loop = asyncio.get_running_loop()
        timers = [
            loop.call_later(self._timeout, worker.end, f"the query ran longer than {self._timeout:g} seconds"),
            loop.call_later(self._patience, worker.make_less_urgent),
            loop.call_later(self._patience, self._make_room),
        ]
        facts = None
        try:
            facts = await worker.ask({"task": task, "arguments": dict(arguments), "output": str(path)})
        finally:
            for timer in timers:
                timer.cancel()
            self._busy.discard(worker)
            long = time.monotonic() - worker.began >= self._patience
            # What was made less urgent cannot be made urgent again.
            self._put_back(worker, fresh=facts is None or "last" in facts or long)
            if facts is None or "problem" in facts:
                path.unlink(missing_ok=True)
        if facts is None:
            raise Problem(503, worker.ended_because or "the query needed more memory or nesting than a query may have")
        if "problem" in facts:
            raise Problem(**facts["problem"])
        return Answer(facts, path)

    async def _take(self) -> _Worker:
        if self._closed:
            raise Problem(503, "the server is shutting down")
        if self._idle:
            return self._idle.pop()
        self._waiting = deque(waiter for waiter in self._waiting if not waiter.done())
        if len(self._waiting) >= self._queue:
            raise Problem(503, f"{self._queue} requests wait already; come again later")
        waiter: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._make_room()
        try:
            return await asyncio.wait_for(asyncio.shield(waiter), self._timeout)
        except BaseException as error:
            if waiter.done() and not waiter.cancelled() and not waiter.exception():
                # It got a worker when it had given up: the next in the queue takes it.
                self._put_back(waiter.result(), fresh=False)
            waiter.cancel()
            if isinstance(error, TimeoutError):
                raise Problem(503, f"no worker was free within {self._timeout:g} seconds; come again later") from None
            raise

    def _put_back(self, worker: _Worker, *, fresh: bool) -> None:
        """Give a worker that has done its job to the next in the queue, or a fresh one in its place."""
        if self._closed:
            worker.end("")
        elif fresh or worker.ended_because:
            worker.end("it has done its job")
            task = asyncio.get_running_loop().create_task(self._replace(worker))
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)
        else:
            self._hand_over(worker)

    def _hand_over(self, worker: _Worker) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    async def _replace(self, worker: _Worker) -> None:
        await worker.gone()
        pause = 0.5
        while not self._closed:
            try:
                self._hand_over(await _Worker.start(self._configuration))
            except (GraphError, OSError, TimeoutError) as error:
                print(f"kgraph: a worker cannot start: {error}", file=sys.stderr)  # noqa: T201 - the server's log
                await asyncio.sleep(pause)
                pause = min(60.0, 2 * pause)
            else:
                return

    def _make_room(self) -> None:
        """End the jobs that have run longest where more requests wait than workers are on their way."""
        waiting = sum(not waiter.done() for waiter in self._waiting)
        running = sorted((worker for worker in self._busy if not worker.ended_because), key=lambda one: one.began)
        on_their_way = len(self._replacing) + len(self._busy) - len(running)
        for worker in running[: max(0, waiting - on_their_way)]:
            spent = time.monotonic() - worker.began
            if spent >= self._patience:
                worker.end(f"the query gave way to others after {spent:.0f} seconds; come again when fewer ask")
