"""Threads that do not outlive the work: an interrupted extraction ends at once, whatever a server is doing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


class DaemonThreads(Generic[Given, Result]):
    """A fixed number of threads that do one kind of work.

    The standard library's pool is not used since the interpreter waits for its threads when it ends, here as
    long as a request may take.
    """

    def __init__(self, work: Callable[[Given], Result], count: int) -> None:
        self._work = work
        self._count = count
        self._tasks: SimpleQueue[tuple[Future[Result], Given] | None] = SimpleQueue()
        for _ in range(count):
            Thread(target=self._run, daemon=True).start()

    def submit(self, given: Given) -> Future[Result]:
        """Hand in a piece of work; its result or its exception is in what is returned."""
        future: Future[Result] = Future()
        self._tasks.put((future, given))
        return future

    def close(self) -> None:
        """Let every thread end after the work that was handed in and not cancelled."""
        for _ in range(self._count):
            self._tasks.put(None)

    def _run(self) -> None:
        while task := self._tasks.get():
            future, given = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._work(given))
                except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                    future.set_exception(error)
