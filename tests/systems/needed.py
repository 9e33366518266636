"""What the tests with real programs need: absent means skipped, or failed where KGRAPH_SYSTEMS_REQUIRED=1."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it where everything must be there."""
    if os.environ.get("KGRAPH_SYSTEMS_REQUIRED") == "1":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


def module(name: str) -> Any:
    """Return a Python module."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(f"the Python package {name}")


def program(name: str) -> str:
    """Return the path of a program."""
    path = shutil.which(name)
    if not path:
        missing(f"the program {name}")
    return path


def npm_packages(*names: str) -> Path:
    """Return a folder in which npm has installed the packages; it is kept from one run to the next."""
    node_modules = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kgraph-tests" / "npm"
    node_modules.mkdir(parents=True, exist_ok=True)
    absent = [name for name in names if not (node_modules / "node_modules" / name.rpartition("@")[0]).is_dir()]
    if absent:
        done = subprocess.run(
            [program("npm"), "install", "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts", *absent],
            cwd=node_modules, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            missing(f"one of the npm packages {', '.join(absent)}")
    return node_modules
