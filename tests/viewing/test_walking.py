"""The shortest path: over ties that pass, of as few steps as there are."""

from __future__ import annotations

import networkx as nx
import numpy as np
from atlases import SIEVES, corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.viewing.sifting import Sieve, sift
from kgraph.viewing.walking import path

ATLAS = corpus()[1]
NODE = st.integers(0, ATLAS.size - 1)


@settings(max_examples=80, deadline=None)
@given(sieve=SIEVES, start=NODE, goal=NODE)
def test_a_path_joins_its_ends_in_the_fewest_steps(sieve: Sieve, start: int, goal: int) -> None:
    found = path(ATLAS, sieve, start, goal)
    outcome = sift(ATLAS, sieve)
    passing = outcome.nodes.copy()
    # Who asks for the way between two nodes gets it, also where the filters leave these out.
    passing[[start, goal]] = True
    kept = np.flatnonzero(outcome.ties & passing[ATLAS.first_ends] & passing[ATLAS.second_ends])
    graph = nx.Graph(list(zip(ATLAS.first_ends[kept].tolist(), ATLAS.second_ends[kept].tolist(), strict=True)))
    graph.add_nodes_from([start, goal])
    if found["order"] is None:
        assert not nx.has_path(graph, start, goal)
        return
    assert len(found["order"]) == nx.shortest_path_length(graph, start, goal)
    at = start
    for edge in found["order"]:
        assert edge in kept
        at = int(ATLAS.other_ends(np.array([edge]), at)[0])
    assert at == goal
    assert sorted(found["edges"]["number"]) == sorted(found["order"])
    assert {start, goal} <= {*found["entities"]["number"], *found["papers"]["number"]}


def test_of_equally_short_paths_the_one_through_the_rarer_node_is_taken() -> None:
    for start in range(0, ATLAS.entities, 9):
        for goal in range(start + 1, ATLAS.entities, 13):
            found = path(ATLAS, Sieve(), start, goal)["order"]
            if found is None or len(found) != 2:
                continue
            middle = int(ATLAS.other_ends(np.array([found[0]]), start)[0])
            shared = set(_near(start)) & set(_near(goal))
            assert ATLAS.degrees[middle] == min(ATLAS.degrees[node] for node in shared)


def _near(node: int) -> list[int]:
    near: list[int] = ATLAS.other_ends(ATLAS.edges_of(node), node).tolist()
    return near


def test_a_node_that_is_not_there_has_no_path() -> None:
    assert path(ATLAS, Sieve(), 0, ATLAS.size)["order"] is None
    assert path(ATLAS, Sieve(), 0, 0)["order"] == []
