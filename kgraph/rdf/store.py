"""The triple store of a graph: built whole beside the tables, then only read."""

from __future__ import annotations

import io
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Quad, RdfFormat, Store, parse

from kgraph.errors import GraphError
from kgraph.rdf.terms import expand

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: How many bytes the loader reads at once.
_CHUNK: Final = 1 << 20
#: Pieces of changes that wait to be applied, each some megabytes.
_MOST_WAITING: Final = 8
#: Bytes of lines that one load takes.
_LOADED_TOGETHER: Final = 32 << 20
#: Larger stores are compacted once loaded: the server reads them from disk, where joins are then 1.1 to 1.8 times
#: faster, for a tenth more time to load and 1.7 times the space. Smaller ones it copies into memory.
_READ_FROM_DISK: Final = 300_000
#: A changed store is compacted where it had more files than this and one for so many bytes: every fourth time or so.
_FEW_FILES: Final = 8
_FILE_SIZE: Final = 32 << 20


def build_store(lines: Iterable[bytes], folder: Path) -> int:
    """Write a store into a new folder from N-Triples and return how many triples it holds.

    ``lines`` are pieces of N-Triples of any size; they are streamed. Raises :class:`GraphError`
    where the folder cannot be written or holds a store already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise GraphError(f"{folder}: is not empty; a store is written into a folder of its own")
    try:
        store = Store(str(folder))
        store.bulk_load(piped(lines), RdfFormat.N_TRIPLES)
        return _finish(store, compact=True)
    except OSError as error:
        raise GraphError(f"{folder}: the triple store cannot be written ({error})") from None


def update_store(old: Path, folder: Path, changes: Iterable[tuple[bool, bytes]]) -> int:
    """Write a store into a new folder: a copy of ``old`` without the N-Triples that went, with those that came.

    ``changes`` are pairs of whether they came and lines. Returns how many triples it holds. Raises :class:`GraphError`
    where the outcome does not hold as many as its description says: then ``old`` was not what it was taken for.
    """
    # The files of sorted triples never change: a second name for them is a copy.
    shutil.copytree(old, folder, copy_function=_link_or_copy)
    try:
        store = Store(str(folder))
        with ThreadPoolExecutor(1) as thread:  # while changes are applied the next ones are found
            waiting: deque[Future[None]] = deque()
            for is_new, lines in _together(changes):
                waiting.append(thread.submit(_apply, store, is_new, lines))
                if len(waiting) > _MOST_WAITING:
                    waiting.popleft().result()
            for change in waiting:
                change.result()
        size = _finish(store, compact=_is_scattered(old))
    except OSError as error:
        raise GraphError(f"{folder}: the triple store cannot be written ({error})") from None
    except RuntimeError as error:
        raise GraphError(f"{old}: is damaged ({error}); run 'kgraph index' to rebuild it") from None
    if not store.query(f"ASK {{ ?dataset a <{expand('dcat:Dataset')}> ; <{expand('void:triples')}> {size} }}"):
        raise GraphError(f"{old}: is not the triple store of its tables; run 'kgraph index' to rebuild it")
    return size


def _together(changes: Iterable[tuple[bool, bytes]]) -> Iterator[tuple[bool, bytes]]:
    """Put together lines that came: each load makes files of its own, however few it brings."""
    came: list[bytes] = []
    for is_new, lines in changes:
        if not is_new:
            yield is_new, lines
            continue
        came.append(lines)
        if sum(map(len, came)) > _LOADED_TOGETHER:
            yield True, b"".join(came)
            came = []
    yield True, b"".join(came)


def _apply(store: Store, is_new: bool, lines: bytes) -> None:
    if is_new:
        store.bulk_load(lines, RdfFormat.N_TRIPLES)
        return
    for triple in parse(lines, RdfFormat.N_TRIPLES):
        store.remove(Quad(triple.subject, triple.predicate, triple.object))


def _is_scattered(folder: Path) -> bool:
    """Whether a store that nobody writes has many more files than its size needs: each change brings some."""
    sizes = [file.stat().st_size for file in folder.glob("*.sst")]
    return len(sizes) > _FEW_FILES + sum(sizes) // _FILE_SIZE


def _finish(store: Store, *, compact: bool) -> int:
    """Bring a store on disk into order; return how many triples it holds."""
    size = len(store)
    if compact and size > _READ_FROM_DISK:
        store.optimize()
    store.flush()
    return size


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(".sst"):
        with suppress(OSError):  # file systems without hard links
            os.link(source, target)
            return
    shutil.copy2(source, target)


def open_store(folder: Path) -> Store:
    """Open the store of a build for reading; several processes may at once.

    Raises :class:`GraphError` where it is missing or broken.
    """
    # Opening would make an empty store of a missing folder.
    if not (folder / "CURRENT").is_file():
        raise GraphError(f"{folder}: there is no triple store; run 'kgraph index' to build it from the tables")
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise GraphError(
            f"{folder}: the triple store cannot be read ({error}); run 'kgraph index' to rebuild it from the tables"
        ) from None


def memory_store(lines: Iterable[bytes]) -> Store:
    """Return a store in memory: joins run two to four times faster there, at some 370 bytes a triple."""
    store = Store()
    store.bulk_load(piped(lines), RdfFormat.N_TRIPLES)
    return store


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one readable stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def piped(lines: Iterable[bytes]) -> io.BufferedReader:
    """Return pieces of bytes as one stream, read as they come."""
    return io.BufferedReader(_Pieces(lines), _CHUNK)
