"""The builds of a graph on disk: written whole beside the others, committed by one replacement of the manifest."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.errors import GraphError, OutputError
from kgraph.storing.files import tell_removed
from kgraph.storing.manifest import NAME, Manifest, read_manifest
from kgraph.storing.schemas import SCHEMAS, SORT_KEYS
from kgraph.storing.writing import write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

BUILDS = "builds"
#: The folder of a build with the files that it went by.
KNOWLEDGE = "knowledge"
_DRAFT = ".draft-"


def write_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write a table in its schema, sorted by its key, as ``NAME.parquet``; the same rows give the same bytes."""
    ordered = table.select(SCHEMAS[name].names).cast(SCHEMAS[name])
    ordered = ordered.sort_by([(key, "ascending") for key in SORT_KEYS[name]])
    write_rows(folder / f"{name}.parquet", SCHEMAS[name], [ordered])


def digest_build(folder: Path, *told: str) -> str:
    """Return the name of a build: a hash of its tables, of what it went by, and of what its store says beside."""
    digest = hashlib.sha256("\n".join(told).encode())
    for path in [*sorted(folder.glob("*.parquet")), *sorted(folder.glob(f"{KNOWLEDGE}/*"))]:
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()[:16]


@contextmanager
def writing(graph: Path, *, replace: bool) -> Iterator[Path]:
    """Give a draft folder to write a build into, with the graph locked against other writers.

    Raises :class:`GraphError` where something stands in the way, :class:`OutputError` where it cannot be written.
    """
    if graph.exists() and not _is_graph(graph):
        raise GraphError(f"{graph}: exists and is no graph; name another folder for it")
    if (graph / NAME).exists() and not replace:
        raise GraphError(f"{graph}: exists already; add --force to replace it, or name another folder")
    is_new = not graph.exists()
    try:
        (graph / BUILDS).mkdir(parents=True, exist_ok=True)
        with _write_lock(graph):
            _remove_drafts(graph)
            draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=graph / BUILDS))
            try:
                yield draft
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"{graph}: cannot be written: {error.strerror or error}") from None
    finally:
        if is_new and graph.exists() and not (graph / NAME).exists():
            shutil.rmtree(graph, ignore_errors=True)


@contextmanager
def adding_to(graph: Path, build: str) -> Iterator[Path]:
    """Give a draft folder for something to add to a build, with the graph locked against other writers.

    Raises :class:`GraphError` where another build has become current, :class:`OutputError` where it cannot be written.
    """
    with writing(graph, replace=True) as draft:
        if read_manifest(graph).build != build:
            raise GraphError(f"{graph}: was built anew in the meantime; open it again")
        yield draft


def commit(graph: Path, draft: Path, manifest: Manifest) -> None:
    """Make the draft the current build: it moves to its place, then the manifest is replaced at once."""
    place = graph / BUILDS / manifest.build
    if not place.exists():
        _sync(draft)
        draft.chmod(0o755)
        draft.rename(place)
    elif (draft / "store").exists() and not (place / "store").exists():
        (draft / "store").rename(place / "store")
    write_manifest(graph, manifest)
    remove_old_builds(graph)


def write_manifest(graph: Path, manifest: Manifest) -> None:
    """Replace the manifest of a graph at once."""
    draft = graph / f".{NAME}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(manifest.to_json())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(graph / NAME)


def remove_old_builds(graph: Path) -> None:
    """Remove the builds that are neither current nor open in some reader."""
    current = read_manifest(graph).build
    for folder in sorted((graph / BUILDS).iterdir()):
        if folder.name == current or folder.name.startswith(_DRAFT):
            continue
        with suppress(BlockingIOError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(folder, ignore_errors=True)


class OpenBuild:
    """A build held open for reading: writers leave its folder alone as long as this object lives."""

    def __init__(self, graph: Path) -> None:
        self.manifest = read_manifest(graph)
        self.folder = graph / BUILDS / self.manifest.build
        try:
            self._handle = os.open(self.folder, os.O_RDONLY)
        except OSError:
            raise GraphError(f"{graph}: the build that its manifest names is missing; build the graph anew") from None
        with suppress(OSError):  # file systems without locks: nothing to hold
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let writers remove the build once it is not current."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __del__(self) -> None:
        if getattr(self, "_handle", -1) >= 0:
            self.close()


def _is_graph(graph: Path) -> bool:
    if not graph.is_dir():
        return False
    names = {entry.name for entry in graph.iterdir()}
    return NAME in names or names <= {BUILDS, ".lock", f".{NAME}"}


def _remove_drafts(graph: Path) -> None:
    """Remove what an interrupted build left behind."""
    for folder in sorted((graph / BUILDS).glob(f"{_DRAFT}*")):
        shutil.rmtree(folder, ignore_errors=True)
        tell_removed(folder)


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


@contextmanager
def _write_lock(graph: Path) -> Iterator[None]:
    (graph / ".lock").touch()
    try:
        with _locked(graph / ".lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError:
        raise GraphError(f"{graph}: another kgraph is writing it; wait until that has ended") from None


@contextmanager
def _locked(path: Path, operation: int) -> Iterator[None]:
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, operation)
        yield
    finally:
        os.close(handle)


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write all tables of a build."""
    for name, table in tables.items():
        write_table(folder, name, table)
