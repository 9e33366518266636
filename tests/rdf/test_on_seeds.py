"""What the RDF of some five hundred real papers holds to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kgraph.graph import Graph
from kgraph.making import build
from kgraph.rdf.triples import ntriples

#: Triples a paper: more would make stores, exports and queries slower than the graph is worth.
BUDGET = 300


SEEDS = Path(os.environ.get("KGRAPH_SHARED") or Path(__file__).parents[3] / "shared") / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the folder of real papers is absent")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return build(SEEDS, tmp_path_factory.mktemp("seeds") / "seeds.kg", store=False)


def test_a_paper_takes_no_more_triples_than_its_budget(graph: Graph) -> None:
    triples = sum(piece.count(b"\n") for piece in ntriples(graph.tables))
    papers = len(graph.tables.read("papers"))
    assert triples / papers <= BUDGET, f"{triples / papers:.1f} triples a paper"


def test_real_papers_conform_to_the_shapes(graph: Graph) -> None:
    assert graph.validate() == []
