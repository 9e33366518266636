"""Writing files and folders so that they are there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    parent = path.absolute().parent
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
    try:
        yield folder
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
