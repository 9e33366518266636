"""Settling, whose outcome a build keeps: when papers come or go, only the texts that it may matter to are searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kgraph.extraction import MISSED, WANTED, settle
from kgraph.extraction.phrases import REMEMBERED, phrase_key
from kgraph.pipeline.workshop import SCRATCH
from kgraph.resolution.variants import loose_form
from kgraph.storing.writing import write_rows
from kgraph.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.engines.local import LocalEngine
    from kgraph.pipeline.means import Means
    from kgraph.storing.builds import OpenBuild

_FOLDER: Final = "settling"
#: What is kept, and by what it is sorted.
_KEPT: Final = {"missed": (MISSED, 'paper, field, "start", "end"'), "wanted": (WANTED, "key")}


def kept_settling(build: OpenBuild) -> Path | None:
    """Return the folder of what a build kept of its settling, if it can be gone by."""
    folder = build.folder / _FOLDER
    try:
        whole = all(pq.read_schema(folder / f"{name}.parquet").equals(schema) for name, (schema, _) in _KEPT.items())
    except (OSError, pa.ArrowException):
        return None
    return folder if whole and build.manifest.kgraph == __version__ else None


def fold_known(engine: LocalEngine) -> None:
    """Fold the names of the engine's ``known_candidates``, where they can be remembered until they are wanted."""
    names = engine.query("SELECT DISTINCT surface, type FROM known_candidates")
    if names.num_rows <= REMEMBERED:
        for surface, kind in zip(*(column.to_pylist() for column in names.columns), strict=True):
            phrase_key(surface)
            loose_form(surface, kind)


def settle_papers(engine: LocalEngine, draft: Path, means: Means, kept: Path | None = None) -> None:
    """Make the settled candidates of the engine's ``papers`` answer to ``settled``, and keep what came of it.

    ``kept`` is the folder of what another build kept, which has the engine's ``kept_papers``.
    """
    if kept:
        for name in _KEPT:
            engine.register(f"known_{name}", kept / f"{name}.parquet")
    settle(engine, draft / SCRATCH, processes=means.processes, again=kept is not None)
    (draft / _FOLDER).mkdir()
    for name, (schema, order) in _KEPT.items():
        rows = engine.stream(f"SELECT * FROM {name} ORDER BY {order}")  # noqa: S608 - our own names
        write_rows(draft / _FOLDER / f"{name}.parquet", schema, rows)
