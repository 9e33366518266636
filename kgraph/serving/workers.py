"""A pool of worker processes with a bounded queue, a time limit, and care for those whose queries are quick."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Any, Final

from kgraph.errors import GraphError
from kgraph.serving.problems import Problem
from kgraph.serving.processes import Worker
from kgraph.serving.spool import Answer, Spool

#: How many queries are remembered that took long.
_REMEMBERED: Final = 10_000


class WorkerPool:
    """``size`` workers, at most ``queue`` waiting requests before them, and ``timeout`` seconds for each job.

    Quick jobs come first: where all workers are busy and others wait, the job that has run longest gives way once it
    has run ``patience`` seconds. A job that took so long before, or was stopped, runs when nothing else waits, and
    never takes the last worker.
    """

    def __init__(
        self, configuration: Mapping[str, Any], *, size: int, queue: int, timeout: float, patience: float
    ) -> None:
        self._configuration = configuration
        self._size = size
        self._queue = queue
        self._timeout = timeout
        self._patience = patience
        self._spool = Spool()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._suspects: deque[asyncio.Future[Worker]] = deque()
        self._long: OrderedDict[bytes, None] = OrderedDict()
        self._replacing: set[asyncio.Task[None]] = set()
        self._open = True
        self._closed = False

    async def start(self) -> None:
        """Start the workers. Raises :class:`GraphError` where they cannot open the graph."""
        started = await asyncio.gather(
            *(Worker.start(self._configuration) for _ in range(self._size)), return_exceptions=True
        )
        self._idle = [worker for worker in started if isinstance(worker, Worker)]
        failures = [failure for failure in started if isinstance(failure, BaseException)]
        if failures:
            await self.close()
            raise failures[0]

    async def close(self) -> None:
        """End all workers at once, whatever they do."""
        self._open, self._closed = False, True
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        workers = [*self._idle, *self._busy]
        for worker in workers:
            worker.end("the server is shutting down")
        for waiter in (*self._waiting, *self._suspects):
            if not waiter.done():
                waiter.set_exception(Problem(503, "the server is shutting down"))
        await asyncio.gather(*(worker.gone() for worker in workers))
        self._spool.clean_up()

    async def drain(self) -> None:
        """Take no more jobs, let running and waiting ones finish, then close."""
        self._open = False
        while self._busy or _pending(self._waiting) or _pending(self._suspects):
            await asyncio.sleep(0.05)
        await self.close()

    def state(self) -> dict[str, int]:
        """Return how many workers there are, how many of them are idle, and how many requests wait."""
        return {
            "workers": len(self._idle) + len(self._busy),
            "idle": len(self._idle),
            "waiting": _pending(self._waiting) + _pending(self._suspects),
        }

    async def run(self, task: str, arguments: Mapping[str, Any]) -> Answer:
        """Have a worker do a task and return its answer.

        Raises :class:`Problem`: 503 where the queue is full or a limit is overrun, or what the task itself says.
        """
        key = hashlib.sha256(repr((task, arguments)).encode("utf-8", "surrogatepass")).digest()
        worker = await self._take(suspect=key in self._long)
        path = self._spool.new_path()
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
            ended = facts is None or "last" in facts
            cause = worker.ended_because
            slow = time.monotonic() - worker.began >= self._patience
            if ended or slow:
                self._remember(key)
            # What was made less urgent cannot be made urgent again.
            self._put_back(worker, fresh=ended or slow)
            if facts is None or "problem" in facts:
                path.unlink(missing_ok=True)
        if facts is None:
            raise Problem(503, cause or "the query needed more memory or nesting than a query may have")
        if "log" in facts:
            _log(f"a worker failed: {facts['log']}")
        if "problem" in facts:
            raise Problem(**facts["problem"])
        return self._spool.accept(facts, path)

    def _remember(self, key: bytes) -> None:
        self._long[key] = None
        self._long.move_to_end(key)
        if len(self._long) > _REMEMBERED:
            self._long.popitem(last=False)

    async def _take(self, *, suspect: bool) -> Worker:
        """Return a worker, which is counted as busy from now on."""
        if not self._open:
            raise Problem(503, "the server is shutting down")
        if self._idle and (not suspect or self._may_run_suspect()):
            return self._assigned(self._idle.pop(), suspect)
        queue = self._suspects if suspect else self._waiting
        while queue and queue[0].done():
            queue.popleft()
        if _pending(queue) >= self._queue:
            raise Problem(503, f"{self._queue} requests wait already; come again later")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        queue.append(waiter)
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

    def _may_run_suspect(self) -> bool:
        return sum(worker.suspect for worker in self._busy) < max(1, self._size - 1)

    def _assigned(self, worker: Worker, suspect: bool) -> Worker:
        worker.suspect = suspect
        worker.began = time.monotonic()
        self._busy.add(worker)
        return worker

    def _put_back(self, worker: Worker, *, fresh: bool) -> None:
        """Give a worker that has done its job to the next in the queue, or a fresh one in its place."""
        self._busy.discard(worker)
        if self._closed:
            worker.end("")
        elif fresh or worker.ended_because:
            worker.end("it has done its job")
            task = asyncio.get_running_loop().create_task(self._replace(worker))
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)
        else:
            self._hand_over(worker)

    def _hand_over(self, worker: Worker) -> None:
        for queue, suspect in ((self._waiting, False), (self._suspects, True)):
            while queue and (not suspect or self._may_run_suspect()):
                waiter = queue.popleft()
                if not waiter.done():
                    waiter.set_result(self._assigned(worker, suspect))
                    return
        self._idle.append(worker)

    async def _replace(self, worker: Worker) -> None:
        await worker.gone()
        pause = 0.5
        while not self._closed:
            try:
                self._hand_over(await Worker.start(self._configuration))
            except (GraphError, OSError, TimeoutError) as error:
                _log(f"a worker cannot start: {error}")
                await asyncio.sleep(pause)
                pause = min(60.0, 2 * pause)
            else:
                return

    def _make_room(self) -> None:
        """End the jobs that have run longest where more requests wait than workers are on their way."""
        running = sorted((worker for worker in self._busy if not worker.ended_because), key=lambda one: one.began)
        on_their_way = len(self._replacing) + len(self._busy) - len(running)
        for worker in running[: max(0, _pending(self._waiting) - on_their_way)]:
            spent = time.monotonic() - worker.began
            if spent >= self._patience:
                worker.end(f"the query gave way to others after {spent:.0f} seconds; come again when fewer ask")


def _pending(queue: deque[asyncio.Future[Worker]]) -> int:
    return sum(not waiter.done() for waiter in queue)


def _log(text: str) -> None:
    print(f"kgraph: {text}", file=sys.stderr, flush=True)  # noqa: T201 - the server's log
