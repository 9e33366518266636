"""Where the files that ship with the package are, and how to load them without delay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path(__file__).parent


def ontology_path(name: str = "") -> Path:
    """Return a file of ``ontology/``: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "ontology"
    return (inside if inside.is_dir() else _PACKAGE.parent / "ontology") / name


def data_path(name: str = "") -> Path:
    """Return a file of ``kgraph/data/``."""
    return _PACKAGE / "data" / name


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector still for work that makes many objects and no cycles: it would look for them in vain.

    Loading takes a third less time so, extraction an eighth.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
