"""Writing files and folders so that they are there whole or not at all."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgraph.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds between the making of a folder and its locking, at most.
_JUST_NOW: Final = 1.0


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; what is written there takes its place when the block ends well.

    Raises :class:`OutputError` where the folder is missing or cannot be written.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file to write")
    with _temporary_folder(path) as folder:
        # The name stays, so that writers that look at the extension see it.
        draft = folder / path.name
        yield draft
        draft.replace(path)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder; it takes the place of ``path`` when the block ends well.

    A folder that is there already is replaced only if it is empty or an earlier one of ours (it holds the same
    names of files), never a folder of something else. Raises :class:`OutputError`.
    """
    with _temporary_folder(path) as folder:
        draft = folder / path.name
        draft.mkdir()
        yield draft
        if path.exists():
            if not path.is_dir() or {p.name for p in path.iterdir()} - {p.name for p in draft.iterdir()}:
                raise OutputError(f"{path}: exists and holds other files; name a new folder")
            path.rename(folder / "old")
        draft.rename(path)


@contextmanager
def _temporary_folder(path: Path) -> Iterator[Path]:
    try:
        scratch = ScratchFolder(f".{path.name}.kgraph-", path.absolute().parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}; name another place") from None
    try:
        with scratch as folder:
            yield folder
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


class ScratchFolder:
    """A new folder for what is in the making; those that killed processes left under its prefix are removed, and told.

    It is locked as long as this object is open; as a context it gives its path. Without ``parent`` it lies in the
    system's folder for temporary files. Raises OSError where there can be none.
    """

    def __init__(self, prefix: str, parent: Path | None = None) -> None:
        place = parent or Path(tempfile.gettempdir())
        _remove_left(place, prefix)
        self.path, self._handle = _new_locked(place, prefix)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the folder."""
        if self._handle >= 0:
            # Locked until it is gone: else somebody who begins now takes it for something left.
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._handle)
            self._handle = -1


def _new_locked(place: Path, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY)
            with suppress(OSError):  # file systems without locks
                fcntl.flock(handle, fcntl.LOCK_SH)
            if folder.is_dir():
                return folder, handle
            # Somebody who began at the same time removed it before it was locked.
            os.close(handle)


def _remove_left(place: Path, prefix: str) -> None:
    for folder in sorted(entry for entry in place.iterdir() if entry.name.startswith(prefix)):
        if folder.is_symlink() or not folder.is_dir():
            continue
        with suppress(OSError):  # somebody works in it, or it is another user's
            handle = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                was_just_made = not any(folder.iterdir()) and time.time() - folder.stat().st_mtime < _JUST_NOW
                shutil.rmtree(folder)
                if not was_just_made:  # else somebody has not locked it yet, and makes another
                    tell_removed(folder)
            finally:
                os.close(handle)


def tell_removed(folder: Path) -> None:
    """Say that something was cleared away that a killed kgraph had left; by default it goes to standard error."""
    logging.getLogger("kgraph").warning("kgraph: removed what an interrupted run left: %s", folder)
