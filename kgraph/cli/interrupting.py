"""Work that Ctrl-C ends at once."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Outcome = TypeVar("_Outcome")


def interruptible(work: Callable[[], _Outcome]) -> _Outcome:
    """Return what ``work`` returns, or raise what it raises.

    The triple store hears no signal while it evaluates a query: it works in a thread that the process does not wait
    for when it ends, while this one listens.
    """
    outcome: Future[_Outcome] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome.result()
