"""What the tests of all rooms share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from marking import SMALL_CORPUS, make_tables, mark

from kgraph.graph import Graph
from kgraph.making import build
from kgraph.resources import data_path
from kgraph.storing.tables import MemoryTables

if TYPE_CHECKING:
    from starlette.testclient import TestClient

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("kgraph", deadline=None)
settings.load_profile("kgraph")


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


@pytest.fixture(scope="session")
def client(sample_graph: Graph) -> Iterator[TestClient]:
    """A client of the sample graph's server, whose limits are low so that tests of what is stopped are quick."""
    from starlette.testclient import TestClient

    from kgraph.serving.app import create_app
    from kgraph.serving.limits import Limits

    limits = Limits(timeout=12.0, max_rows=1000, max_bytes=2 << 20, memory=768, workers=1, queue=3)
    with TestClient(create_app(sample_graph.path, limits=limits), base_url="http://127.0.0.1:8000") as client:
        yield client
