"""How much of the machine the server may use, and how a worker is held to it."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kgraph.errors import UsageError

MEBIBYTE: Final = 1 << 20
#: Bytes of a request's body; a query longer than this was not written by a person.
MAX_BODY: Final = MEBIBYTE
#: Bytes of a request's address.
MAX_ADDRESS: Final = 32 * 1024
#: Seconds within which a request's body must have come, and each piece of an answer must have been taken.
PATIENCE_WITH_CLIENTS: Final = 20.0
#: Seconds after which a client that was turned away may try again.
RETRY_AFTER: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request and all of them together may take.

    ``timeout`` is in seconds, ``max_bytes`` in bytes of an answer, ``memory`` in MiB for each worker beyond what
    it needs idle. ``workers`` processes answer queries, ``queue`` more requests may wait for one. A query that has
    run for ``patience`` seconds gives way where others wait. Graphs of up to ``memory_copy`` triples are copied into
    each worker's memory, where joins run two to four times faster at some 370 bytes a triple.
    """

    timeout: float = 30.0
    max_rows: int = 100_000
    max_bytes: int = 64 * MEBIBYTE
    memory: int = 1024
    workers: int = 0
    queue: int = 100
    patience: float = 2.0
    memory_copy: int = 300_000

    def __post_init__(self) -> None:
        if self.timeout <= 0 or self.patience <= 0:
            raise UsageError("the time limits must be above 0 seconds")
        for name in ("max_rows", "max_bytes", "memory"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be 1 or more, not {getattr(self, name)}")
        for name in ("workers", "queue", "memory_copy"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} must be 0 or more, not {getattr(self, name)}")

    @property
    def processes(self) -> int:
        """How many workers answer queries: as asked for, else one a core, at least 2 and at most 8."""
        return self.workers or min(8, max(2, os.cpu_count() or 2))


def confine(memory: int, max_bytes: int) -> None:
    """Hold this process to ``memory`` MiB beyond what it has now, and to files of some ``max_bytes``.

    What asks for more gets a MemoryError or ends the process. Where the system does not tell the size of a process
    (only Linux does so cheaply), memory is not limited.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * max_bytes + MEBIBYTE,) * 2)
    statistics = Path("/proc/self/statm")
    if statistics.is_file():
        pages = int(statistics.read_text(encoding="ascii").split()[0])
        allowed = pages * resource.getpagesize() + memory * MEBIBYTE
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
