"""The shortest path through an atlas, by the same rules as the page's ``paths.js``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgraph.viewing.pieces import Piece, piece
from kgraph.viewing.sifting import Outcome, Sieve, sift

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas

Numbers = NDArray[np.int64]


def path(atlas: Atlas, sieve: Sieve, start: int, goal: int) -> Piece:
    """Return the ties of the shortest path between two nodes; ``order`` is None where no path passes the sieve.

    The fewest steps; of several such paths the one through the least common nodes (the smallest sum of the
    logarithms of their degrees). Breadth first, O(V + E).
    """
    if not (0 <= start < atlas.size and 0 <= goal < atlas.size):
        return {**piece(atlas), "order": None}
    found = _walk(atlas, sift(atlas, sieve), start, goal)
    return {**piece(atlas, nodes=[start, goal], edges=found or []), "order": found}


def _walk(atlas: Atlas, outcome: Outcome, start: int, goal: int) -> list[int] | None:
    cost = np.full(atlas.size, np.inf)
    edge_to = np.full(atlas.size, -1, dtype=np.int64)
    cost[start] = 0.0
    reached = np.zeros(atlas.size, dtype=bool)
    reached[start] = True
    wave = np.array([start])
    while len(wave) and not reached[goal]:
        edges, owner = atlas.edges_of_all(wave)
        others = atlas.other_ends(edges, owner)
        kept = outcome.ties[edges] & ~reached[others] & (outcome.nodes[others] | (others == goal))
        edges, owner, others = edges[kept], owner[kept], others[kept]
        degree = np.where(owner == start, 0.0, np.log1p(atlas.degrees[owner]))
        dearness = cost[owner] + degree
        # Of the ways to a node the cheapest; of equal ones that of the earlier tie.
        order = np.lexsort((edges, dearness, others))
        wave, first = np.unique(others[order], return_index=True)
        cost[wave], edge_to[wave] = dearness[order][first], edges[order][first]
        reached[wave] = True
    return _back(atlas, edge_to, start, goal) if reached[goal] else None


def _back(atlas: Atlas, edge_to: Numbers, start: int, goal: int) -> list[int]:
    steps: list[int] = []
    at = goal
    while at != start:
        edge = int(edge_to[at])
        steps.append(edge)
        at = int(atlas.other_ends(np.array([edge]), at)[0])
    return steps[::-1]
