"""docs/databases.md, followed to the letter where the database can run here (what it installs is there already)."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from arcadedb import running_server
from needed import module

import kgraph
from kgraph.resources import data_path

pytestmark = pytest.mark.systems

PAGE = Path(__file__).parents[2] / "docs" / "databases.md"
#: Section → the modules that it needs, and what its last command must print.
SECTIONS = {
    "LadybugDB": (["ladybug"], "transformer"),
    "DuckDB": (["duckdb"], "method"),
    "pandas and polars": (["pandas", "polars"], "paper/arxiv-"),
    "Gephi, sigma.js, Cytoscape.js, VOSviewer": ([], ""),
    "NetworkX, rustworkx, igraph, graph learning": (["igraph", "rustworkx"], "mentions_index"),
}


def block(section: str) -> str:
    """Return the first commands of a section, without those that install."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert found
    install, commands = found.group(1).split("\n", 1)
    assert install.startswith("pip install ")
    return commands


def run(commands: str, folder: Path) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-e", "-c", commands], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("databases")
    kgraph.build(data_path("sample/papers.jsonl"), folder / "sample.kg")
    return folder


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_runs_as_it_stands(place: Path, section: str) -> None:
    modules, told = SECTIONS[section]
    for name in modules:
        module(name)
    assert told in run(block(section), place)


def test_the_section_on_arcadedb_runs_as_it_stands(place: Path, tmp_path: Path) -> None:
    module("neo4j")
    module("arcadedb_embedded")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 7687)) == 0:
            pytest.skip("something else listens on port 7687")
    with running_server(tmp_path, port=7687, password="a-long-password"):
        assert "method=" in run(block("ArcadeDB"), place)


def test_every_section_is_run_or_says_that_no_server_was_at_hand() -> None:
    sections = re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(sections) - set(SECTIONS) == {"ArcadeDB", "Neo4j and Memgraph", "Amazon Neptune"}
