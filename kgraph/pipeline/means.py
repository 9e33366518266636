"""What a build may use, and who is told how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from kgraph.reading import Problem


class Progress(Protocol):
    """Is told how far a stage has come; ``total`` is 0 while nobody knows."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a build may use, and who is told of it.

    ``processes`` extract (default: one a core); ``memory`` ("4GB") is what the relational engine may use before it
    turns to the disk. ``is_started`` says that a process that extracts was started beforehand.
    """

    processes: int | None = None
    memory: str | None = None
    on_problem: Callable[[Problem], None] | None = None
    progress: Progress | None = None
    is_started: bool = False

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Tell how far a stage has come, if anybody wants to know."""
        if self.progress:
            self.progress(stage, done, total)


ALL_MEANS: Final = Means()
