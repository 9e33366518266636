"""Answers on their way from workers to clients: files that are deleted as soon as they are opened."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from kgraph.serving.problems import Problem
from kgraph.storing.files import ScratchFolder

#: Bytes of all answers that clients have not taken yet; slow readers cannot fill the disk.
_MOST: Final = 4 << 30


class Spool:
    """A folder for answers, and how much of it is taken."""

    def __init__(self) -> None:
        self._folder = ScratchFolder("kgraph-serve-")
        self._names = 0
        self._bytes = 0

    def new_path(self) -> Path:
        """Return where the next answer goes."""
        self._names += 1
        return self._folder.path / str(self._names)

    def accept(self, facts: Mapping[str, Any], path: Path) -> Answer:
        """Take an answer that is written. Raises :class:`Problem` where too many wait for slow clients."""
        file = path.open("rb")
        size = path.stat().st_size
        # An open file outlives its name: nothing is left behind, whatever happens to the connection.
        path.unlink()
        answer = Answer(self, facts, file, size)
        self._bytes += size
        if self._bytes > _MOST:
            answer.close()
            raise Problem(503, "too many answers wait for slow clients; come again later")
        return answer

    def give_back(self, size: int) -> None:
        """Count an answer as taken."""
        self._bytes -= size

    def clean_up(self) -> None:
        """Delete the folder."""
        with suppress(OSError):
            self._folder.close()


class Answer:
    """What a worker said: facts about the answer, and its body as an open file of ``size`` bytes."""

    def __init__(self, spool: Spool, facts: Mapping[str, Any], file: IO[bytes], size: int) -> None:
        self._spool = spool
        self.facts = facts
        self.file = file
        self.size = size

    def close(self) -> None:
        """Free the disk."""
        if not self.file.closed:
            self.file.close()
            self._spool.give_back(self.size)

    def __del__(self) -> None:
        self.close()
