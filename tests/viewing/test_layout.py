from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import sparse

from kgraph.viewing.communities import characteristic_entities, find_communities
from kgraph.viewing.layout import lay_out


def two_cliques(size: int = 8) -> sparse.csr_matrix:
    block = np.ones((size, size)) - np.eye(size)
    matrix = np.zeros((2 * size, 2 * size))
    matrix[:size, :size] = matrix[size:, size:] = block
    matrix[0, size] = matrix[size, 0] = 1
    return sparse.csr_matrix(matrix)


def test_two_cliques_are_two_communities_and_an_isolated_node_is_in_none() -> None:
    alone = sparse.block_diag([two_cliques(), sparse.csr_matrix((1, 1))], format="csr")
    labels = find_communities(alone)
    assert set(labels[:8].tolist()) != set(labels[8:16].tolist())
    assert sorted(set(labels[:16].tolist())) == [0, 1]
    assert labels[16] == -1


def test_a_graph_without_edges_has_no_community() -> None:
    assert find_communities(sparse.csr_matrix((3, 3))).tolist() == [-1, -1, -1]


def test_a_community_is_named_by_what_only_its_papers_name() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    paper = np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    entity = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert [names[0] for names in characteristic_entities(labels, paper, entity, 3)] == [1, 2]


def test_positions_are_the_same_each_time_and_apart() -> None:
    graph, core = two_cliques(), np.arange(12)
    labels, radii = find_communities(graph), np.full(16, 8.0)
    positions = lay_out(graph, core, labels, radii)
    assert np.array_equal(positions, lay_out(graph, core, labels, radii))
    apart = np.sqrt(((positions[:12, None] - positions[None, :12]) ** 2).sum(axis=2)) + 1e9 * np.eye(12)
    assert apart.min() > 12


@pytest.mark.parametrize("size", [0, 1, 2])
def test_tiny_graphs_have_positions(size: int) -> None:
    graph = sparse.csr_matrix((size, size))
    assert lay_out(graph, np.arange(size), np.full(size, -1), np.full(size, 5.0)).shape == (size, 2)


def test_what_is_tied_to_nothing_is_placed_too() -> None:
    graph = sparse.block_diag([two_cliques(), sparse.csr_matrix((3, 3))], format="csr")
    positions = lay_out(graph, np.arange(16), np.zeros(19, dtype=np.int64), np.full(19, 5.0))
    assert len({tuple(place) for place in positions.tolist()}) == 19


def test_five_thousand_nodes_are_laid_out_in_under_ten_seconds() -> None:
    generator = np.random.default_rng(3)
    ends = generator.integers(0, 5000, size=(2, 20_000)) // generator.integers(1, 9, size=(2, 20_000))
    half = sparse.csr_matrix((np.ones(20_000), (ends[0], ends[1])), shape=(5000, 5000))
    graph = sparse.csr_matrix(half + half.T)
    # Time of the processor: other programs may be busy beside it.
    begin = time.process_time()
    lay_out(graph, np.arange(300), find_communities(graph), np.full(5000, 6.0))
    assert time.process_time() - begin < 10
