"""Where the files that ship with the package are."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def ontology_path(name: str = "") -> Path:
    """Return a file of ``ontology/``: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "ontology"
    return (inside if inside.is_dir() else _PACKAGE.parent / "ontology") / name


def data_path(name: str = "") -> Path:
    """Return a file of ``kgraph/data/``."""
    return _PACKAGE / "data" / name
