"""What is drawn of a selection: nodes, ties, communities, positions. Entities come first, then papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from kgraph.viewing.communities import characteristic_entities, find_communities
from kgraph.viewing.layout import lay_out

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection

Numbers = NDArray[np.int64]

#: How many nodes the map shows at first.
MAP_NODES = 300
#: At most so many papers are on the map from the start.
PAPERS_ON_MAP = 120


@dataclass(frozen=True, slots=True)
class Drawing:
    """A selection with its nodes numbered: entities from 0, papers after them.

    ``papers_of_edge`` and ``entities_of_edge`` are the ends of the rows of ``paper_entity``,
    ``comention_ends`` and ``shared_ends`` (two columns) those of the other tables; -1 for an end that
    the selection lacks. ``map_nodes`` are the nodes that the map shows at first, the largest first.
    """

    entities: int
    papers: int
    papers_of_edge: Numbers
    entities_of_edge: Numbers
    comention_ends: Numbers
    shared_ends: Numbers
    broader: Numbers
    map_nodes: Numbers
    radii: NDArray[np.float64]
    positions: Numbers
    communities: Numbers
    community_names: list[list[int]]


def draw(selection: Selection) -> Drawing:
    """Number the nodes of a selection, find its communities and lay it out. Deterministic."""
    entities, papers = selection.entities.num_rows, selection.papers.num_rows
    entity_ids, paper_ids = selection.entities["id"], selection.papers["id"]
    paper_end = places(selection.paper_entity["paper"], paper_ids)
    entity_end = places(selection.paper_entity["entity"], entity_ids)
    comention_ends = _ends(selection.comentions, entity_ids)
    shared_ends = _ends(selection.shared_techniques, paper_ids)
    named = np.bincount(entity_end[entity_end >= 0], minlength=entities)
    adjacency = _adjacency(selection, paper_end, entity_end, comention_ends, shared_ends, named)
    communities = find_communities(adjacency)
    map_nodes = _map_nodes(named, papers, comention_ends)
    radii = np.concatenate([np.clip(4 + 2.1 * np.sqrt(named), 6, 26), np.full(papers, 6.0)])
    valid = (paper_end >= 0) & (entity_end >= 0)
    return Drawing(
        entities=entities,
        papers=papers,
        papers_of_edge=paper_end,
        entities_of_edge=entity_end,
        comention_ends=comention_ends,
        shared_ends=shared_ends,
        broader=places(selection.entities["broader"], entity_ids),
        map_nodes=map_nodes,
        radii=radii,
        positions=lay_out(adjacency, map_nodes, communities, radii),
        communities=communities,
        community_names=characteristic_entities(communities[entities:], paper_end[valid], entity_end[valid], entities),
    )


def places(values: pa.ChunkedArray, ids: pa.ChunkedArray) -> Numbers:
    """Return where each value stands among the ids, -1 where it does not."""
    place = {value: number for number, value in enumerate(ids.to_pylist())}
    return np.array([place.get(value, -1) for value in values.to_pylist()], dtype=np.int64)


def _ends(table: pa.Table, ids: pa.ChunkedArray) -> Numbers:
    return np.stack([places(table["source"], ids), places(table["target"], ids)], axis=1).reshape(-1, 2)


def _map_nodes(named: Numbers, papers: int, comention_ends: Numbers) -> Numbers:
    """Return the entities with most papers and companions.

    Where few of them ever met, the papers come before them: without these the map would be dust.
    """
    companions = np.bincount(comention_ends[comention_ends >= 0], minlength=len(named))
    ranked = np.lexsort((np.arange(len(named)), -companions, -named))
    with_papers = papers <= PAPERS_ON_MAP and len(comention_ends) < MAP_NODES
    shown = np.arange(len(named), len(named) + papers) if with_papers else ranked[:0]
    return np.concatenate([shown, ranked[: MAP_NODES - len(shown)]]).astype(np.int64)


def _adjacency(
    selection: Selection,
    paper_end: Numbers,
    entity_end: Numbers,
    comention_ends: Numbers,
    shared_ends: Numbers,
    named: Numbers,
) -> sparse.csr_matrix:
    """Weigh the ties: what few papers name ties them closer than what all of them name."""
    entities, papers = selection.entities.num_rows, selection.papers.num_rows
    size = entities + papers
    rarity = np.log((papers + 1) / (named + 0.5)) / np.log(papers + 2) if papers else named.astype(float)
    association = np.log1p(np.maximum(0.0, selection.comentions["log_likelihood"].to_numpy()))
    score = selection.shared_techniques["score"].to_numpy()
    parts = [
        (paper_end + entities, entity_end, np.maximum(0.02, rarity[entity_end]) if entities else rarity, paper_end),
        (comention_ends[:, 0], comention_ends[:, 1], 0.5 * association, comention_ends[:, 0]),
        (shared_ends[:, 0] + entities, shared_ends[:, 1] + entities, 0.7 * score, shared_ends[:, 0]),
    ]
    matrix = sparse.csr_matrix((size, size), dtype=float)
    for first, second, weight, known in parts:
        kept = (known >= 0) & (second >= 0) & (weight > 0)
        matrix = matrix + sparse.csr_matrix((weight[kept], (first[kept], second[kept])), shape=(size, size))
    return sparse.csr_matrix(matrix + matrix.T)
