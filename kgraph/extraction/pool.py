"""Work on pieces of a corpus in several processes: the results in the order of the pieces, few of them at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import chain, islice
from typing import Final, TypeVar

from loky import get_reusable_executor
from loky.process_executor import BrokenProcessPool, ProcessPoolExecutor

from kgraph.errors import KgraphError

Piece = TypeVar("Piece")
Result = TypeVar("Result")

#: Papers that one process takes at a time, and the number of such pieces below which no pool is worth its start.
CHUNK: Final = 64
FEWEST_FOR_POOL: Final = 3
#: Pieces that wait or are worked on at once, for each process: memory does not grow with the corpus.
AHEAD: Final = 4
#: Seconds after which processes without work end; the next stage uses them again.
IDLE: Final = 30
#: The matrices of one paper are too small to be shared out among threads.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def count_processes(wanted: int | None = None) -> int:
    """Return how many processes share work: as many as are wanted, else one a core."""
    return wanted or os.cpu_count() or 1


@contextmanager
def process_started(work: Callable[..., object], *given: object) -> Iterator[None]:
    """Begin ``work(*given)`` in a process that later pieces go to: what it loads is there when they come."""
    pool = _pool(1)
    pool.submit(work, *given)
    try:
        yield
    except BaseException:
        # The end of the program would wait for what nobody needs any more.
        pool.shutdown(kill_workers=True)
        raise


def map_pieces(
    work: Callable[[Piece], Result],
    pieces: Iterable[Piece],
    *,
    processes: int | None = None,
    fewest: int = FEWEST_FOR_POOL,
) -> Iterator[Result]:
    """Yield ``work(piece)`` for each piece, in their order, whatever the number of processes (default: one a core).

    Pieces are taken as they are needed; fewer than ``fewest`` are worked on here. Raises :class:`KgraphError`
    where a process was killed.
    """
    count = count_processes(processes)
    rest = iter(pieces)
    first = list(islice(rest, max(fewest, count)))
    if count < 2 or len(first) < fewest:
        yield from map(work, chain(first, rest))
        return
    pool = _pool(min(count, len(first)))
    waiting: deque[Future[Result]] = deque()
    try:
        for piece in chain(first, rest):
            waiting.append(pool.submit(work, piece))
            if len(waiting) >= AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise KgraphError(
            "a process that was extracting was killed, perhaps for want of memory; try again with fewer --processes"
        ) from None
    finally:
        if waiting:
            # After an error or Ctrl-C nobody wants what is left, and the end of the program would wait for it.
            pool.shutdown(kill_workers=True)


def _pool(processes: int) -> ProcessPoolExecutor:
    # Loky's workers do not import the caller's script anew, which would run it again where nothing guards it.
    return get_reusable_executor(max_workers=processes, timeout=IDLE, env=ONE_THREAD)
