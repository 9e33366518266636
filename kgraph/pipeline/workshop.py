"""The engine that a build works with, and its scratch folder inside the draft, or wherever there is no draft."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from kgraph.engines.local import LocalEngine
from kgraph.errors import OutputError
from kgraph.storing.files import ScratchFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRATCH: Final = "scratch"


@contextmanager
def workshop(draft: Path, memory: str | None = None) -> Iterator[LocalEngine]:
    """Give an engine that keeps what it must in a scratch folder of the draft, which is gone afterwards.

    ``memory`` ("4GB") is what the engine may use before it turns to the disk. Raises :class:`UsageError` where it is
    no size.
    """
    scratch = draft / SCRATCH
    scratch.mkdir()
    try:
        engine = LocalEngine(memory, scratch)
        try:
            yield engine
        finally:
            engine.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def new_workshop(memory: str | None = None) -> Iterator[tuple[Path, LocalEngine]]:
    """Give a temporary folder and an engine in it, for what makes tables and keeps no graph; see :func:`workshop`.

    Raises :class:`OutputError` where there is no room for it.
    """
    try:
        with ScratchFolder("kgraph-work-") as folder, workshop(folder, memory) as engine:
            yield folder, engine
    except OSError as error:
        place, reason = tempfile.gettempdir(), error.strerror or error
        raise OutputError(f"{place}: cannot hold temporary files: {reason}; name another place by TMPDIR") from None
