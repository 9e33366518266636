"""What the tests of all rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from marking import SMALL_CORPUS, make_tables, mark

from kgraph.graph import Graph, build
from kgraph.resources import data_path
from kgraph.storing.tables import MemoryTables


def shared_folder() -> Path | None:
    """Return the folder of real papers, where there is one."""
    folder = Path(os.environ.get("KGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
    return folder if folder.is_dir() else None


@pytest.fixture
def shared() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("the folder of real papers is absent")
    return folder


@pytest.fixture(scope="session")
def small_tables() -> MemoryTables:
    return make_tables([(paper, mark(paper, names, long_forms)) for paper, names, long_forms in SMALL_CORPUS])


@pytest.fixture(scope="session")
def sample_graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the papers that ship with the package."""
    return build(data_path("sample/papers.jsonl"), tmp_path_factory.mktemp("sample") / "sample.kg")
