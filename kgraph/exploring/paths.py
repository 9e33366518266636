"""The shortest way from one node to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgraph.exploring.nodes import Node, load_nodes
from kgraph.exploring.subset import least_comention_papers
from kgraph.storing.tables import ById

if TYPE_CHECKING:
    from kgraph.storing.tables import Tables


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: how the node before is linked to this one (empty for the first)."""

    relation: str
    node: Node


_EDGES = """
SELECT paper AS source, entity AS target, role AS relation, 0 AS rank FROM paper_entity
UNION ALL SELECT source, target, 'shares techniques with', 1 FROM shared_techniques
UNION ALL SELECT source, target, 'mentioned with', 2 FROM comentions WHERE papers >= $1
UNION ALL SELECT id, broader, 'is a kind of', 3 FROM entities WHERE broader <> ''
ORDER BY source, target, rank
"""


def find_path(tables: Tables, start: Node, goal: Node) -> list[Step]:
    """Return the steps from ``start`` to ``goal`` over edges of all kinds, or an empty list.

    Fewest steps first; of equally short ways the one through the less connected nodes, which says more than a
    way through what everybody mentions. O((V + E) log V), Dijkstra 1959.
    """
    from scipy.sparse import csr_array  # slow to import, and seldom wanted
    from scipy.sparse.csgraph import dijkstra

    nodes = load_nodes(tables)
    position = ById((node.id, place) for place, node in enumerate(nodes))
    least = least_comention_papers(sum(node.kind == "paper" for node in nodes))
    edges = tables.rows(_EDGES, [least])
    source = np.array([position[str(edge["source"])] for edge in edges], dtype=np.int32)
    target = np.array([position[str(edge["target"])] for edge in edges], dtype=np.int32)
    size = len(nodes)
    degree = np.bincount(np.concatenate([source, target]), minlength=size)
    # Half the price of crowded ends each; a path never gets dearer than one step more by it.
    crowd = np.log1p(degree) / (2 * (1 + np.log1p(degree.max(initial=1))) * max(size, 1))
    price = 1.0 + crowd[source] + crowd[target]
    pairs, first = np.unique(np.sort(np.stack([source, target], axis=1), axis=1), axis=0, return_index=True)
    matrix = csr_array((price[first], (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, before = dijkstra(matrix, directed=False, indices=position[start.id], return_predecessors=True)
    relations = {(str(edge["source"]), str(edge["target"])): str(edge["relation"]) for edge in reversed(edges)}
    return _walk_back(nodes, before.tolist(), position[start.id], position[goal.id], relations)


def _walk_back(
    nodes: list[Node], before: list[int], start: int, goal: int, relations: dict[tuple[str, str], str]
) -> list[Step]:
    steps: list[Step] = []
    at = goal
    while at != start:
        if before[at] < 0:
            return []
        one, other = nodes[before[at]].id, nodes[at].id
        steps.append(Step(relations.get((one, other)) or f"← {relations[other, one]}", nodes[at]))
        at = before[at]
    return [Step("", nodes[start]), *reversed(steps)]
