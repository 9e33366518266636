"""Communities of a graph, and the entities that tell one from the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Labels = NDArray[np.int64]

#: A map with more regions than this tells nothing.
MOST_COMMUNITIES = 12
#: A community with fewer nodes than this share of the graph has no name on the map.
SMALLEST_SHARE = 0.012


def find_communities(adjacency: sparse.csr_matrix, seed: int = 7) -> Labels:
    """Return the community of each node, the largest first (0, 1, ...); -1 for those in none worth naming.

    The Louvain algorithm (Blondel et al. 2008) of scikit-network on a symmetric, weighted
    adjacency matrix. The members of communities too small to name, or past the largest
    ``MOST_COMMUNITIES``, go where most of their ties lead.
    """
    size = adjacency.shape[0]
    if adjacency.nnz == 0:
        return np.full(size, -1, dtype=np.int64)
    from sknetwork.clustering import Louvain

    # Not its Leiden: that one's refinement takes numbers from C's unseeded rand(), so a second call finds others.
    found = np.asarray(Louvain(random_state=seed).fit_predict(adjacency), dtype=np.int64)
    found[np.diff(adjacency.indptr) == 0] = -1
    labels = _largest_first(found, at_least=max(4, round(SMALLEST_SHARE * size)))
    labels = np.where(labels < MOST_COMMUNITIES, labels, -1)
    if labels.max(initial=-1) < 0:
        return labels
    # Two waves: an entity of a small community follows its papers, and its other papers follow it.
    return _adopt(_adopt(labels, adjacency), adjacency)


def _adopt(labels: Labels, adjacency: sparse.csr_matrix) -> Labels:
    """Put the nodes of no community into that to which most of the weight of their ties leads."""
    members = np.flatnonzero(labels >= 0)
    shape = (len(labels), int(labels.max()) + 1)
    belongs = sparse.csr_matrix((np.ones(len(members)), (members, labels[members])), shape=shape)
    pull = np.asarray((adjacency @ belongs).todense())
    return np.where((labels < 0) & (pull.max(axis=1) > 0), pull.argmax(axis=1), labels).astype(np.int64)


def _largest_first(found: Labels, at_least: int) -> Labels:
    """Number communities by falling size; what is smaller than ``at_least`` becomes -1."""
    numbers, first, counts = np.unique(found[found >= 0], return_index=True, return_counts=True)
    kept = sorted(
        (-int(count), int(start), int(number))
        for number, start, count in zip(numbers, first, counts, strict=True)
        if count >= at_least
    )
    renamed = {number: rank for rank, (_, _, number) in enumerate(kept)}
    return np.array([renamed.get(int(label), -1) for label in found], dtype=np.int64)


def characteristic_entities(
    labels_of_papers: Labels, paper: Labels, entity: Labels, entities: int, names: int = 3
) -> list[list[int]]:
    """Return, for each community, the entities that its papers name far more often than the others do.

    ``paper`` and ``entity`` are the ends of the paper–entity edges. Ranked by
    k · log((k / K) / (n / N)): k of the community's K papers, and n of all N papers, name the entity.
    """
    total = len(labels_of_papers)
    overall = np.bincount(entity, minlength=entities)
    communities = int(labels_of_papers.max(initial=-1)) + 1
    return [
        _most_characteristic(
            np.bincount(entity[labels_of_papers[paper] == number], minlength=entities),
            overall,
            int((labels_of_papers == number).sum()),
            total,
            names,
        )
        for number in range(communities)
    ]


def _most_characteristic(inside: Labels, overall: Labels, papers_inside: int, papers: int, names: int) -> list[int]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (inside / max(1, papers_inside)) / (overall / max(1, papers))
        score = np.where(inside > 0, inside * np.log(ratio), -np.inf)
    ranked = sorted(
        np.flatnonzero(np.isfinite(score)).tolist(), key=lambda number: (-round(float(score[number]), 9), number)
    )
    return ranked[:names]
