"""What the page asks of an atlas while somebody walks through the graph, and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.atlas_tables import BROADER, CO_MENTION, MENTIONS, SHARED_TECHNIQUE, WAYS
from kgraph.viewing.content import KINDS
from kgraph.viewing.pieces import Piece, piece
from kgraph.viewing.sifting import Outcome, Sieve, sift

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas

Numbers = NDArray[np.int64]

#: Nodes of the map, of the larger map, and papers on it. The page's scene.js says the same.
MAP_SIZE: Final = 300
LARGE_MAP_SIZE: Final = 1000
PAPERS_ON_MAP: Final = 150
#: Neighbours of a node that the page draws, by kind of tie: co-mention, mentions, shared technique, broader.
AROUND: Final = (30, 30, 12, 12)
#: How many ties of a kind a node that nobody asked about shows.
STRONGEST_OF: Final = (3, 6, 0, 3)
#: Entities of each type that the overview lists at first.
_TOP: Final = 12
_ALIASES: Final = 24


def overview(atlas: Atlas, sieve: Sieve, *, more: bool = False, papers: bool = False) -> Piece:
    """Return the map under a sieve: its nodes and ties, the counts for the legend, what is named most."""
    outcome = sift(atlas, sieve)
    entities = _map_nodes(atlas, outcome, more=more, fill=more or not sieve.is_open)
    # Of a corpus whose names never met, papers are on the map already.
    with_papers = np.concatenate([entities, _papers_on_map(atlas, outcome, entities)]) if papers else entities
    shown = np.array(list(dict.fromkeys(with_papers.tolist())), dtype=np.int64)
    top = [most_named(atlas, number, 0, _TOP)["order"] for number in range(len(ENTITY_TYPES))]
    named = [one for names in atlas.facts["communities"] for one in names]
    paper = [_most_tied_paper(atlas)] if atlas.papers else []
    told = [*shown.tolist(), *(one for group in top for one in group), *named, *paper]
    return {
        **piece(atlas, nodes=told, edges=_among(atlas, outcome, shown, shown[:0])),
        "map": shown.tolist(),
        "top": dict(zip(ENTITY_TYPES, top, strict=True)),
        "counts": {"types": outcome.types, "kinds": outcome.kinds, "roles": outcome.roles},
    }


def around(atlas: Atlas, sieve: Sieve, nodes: Sequence[int], way: str = "") -> Piece:
    """Return the ties of nodes that the page may draw, those of one way alone if ``way`` names one.

    ``near`` tells how many neighbours of each node pass the sieve.
    """
    outcome = sift(atlas, sieve)
    ties = {node: _passing(atlas, outcome, node, way) for node in _known(atlas, nodes)}
    chosen = [number for node, edges in ties.items() for number in _strongest(atlas, edges)]
    near = [[node, len(np.unique(atlas.other_ends(edges, node)))] for node, edges in ties.items()]
    return {**piece(atlas, nodes=ties, edges=chosen), "near": near}


def among(atlas: Atlas, sieve: Sieve, nodes: Sequence[int], hubs: Sequence[int]) -> Piece:
    """Return the ties among nodes: all of the hubs', of the others the strongest few of each kind."""
    outcome = sift(atlas, sieve)
    return piece(atlas, edges=_among(atlas, outcome, _as_numbers(atlas, nodes), _as_numbers(atlas, hubs)))


def named(atlas: Atlas, sieve: Sieve, ids: Iterable[str], ties: Iterable[Sequence[str]]) -> Piece:
    """Return nodes by their ids, ties by kind and ids of their ends, and which of the nodes pass the sieve."""
    nodes = [number for number in map(atlas.number_of, ids) if number >= 0]
    edges = [number for kind, first, second in ties if (number := tie_between(atlas, kind, first, second)) >= 0]
    passes = sift(atlas, sieve).nodes
    ends = [int(end) for edge in edges for end in (atlas.first_ends[edge], atlas.second_ends[edge])]
    return {
        **piece(atlas, nodes=nodes, edges=edges),
        "passing": [node for node in dict.fromkeys([*nodes, *ends]) if passes[node]],
        "found": edges,
    }


def tie_between(atlas: Atlas, kind: str, first: str, second: str) -> int:
    """Return the number of the tie of a kind between two ids, -1 where there is none."""
    one, other = atlas.number_of(first), atlas.number_of(second)
    if kind not in KINDS or one < 0 or other < 0:
        return -1
    edges = atlas.edges_of(one)
    found = edges[(atlas.kinds[edges] == KINDS.index(kind)) & (atlas.other_ends(edges, one) == other)]
    return int(found[0]) if len(found) else -1


def ties(atlas: Atlas, node: int, way: str, order: str, start: int, limit: int) -> Piece:
    """Return some of a node's ties of one way in their order: by weight, or the newest papers first."""
    edges = _of_way(atlas, atlas.edges_of(node), way) if 0 <= node < atlas.size else np.zeros(0, dtype=np.int64)
    if order == "date":
        other = atlas.other_ends(edges, node)
        edges = edges[np.lexsort((other, -atlas.column("nodes", "date_rank")[other].astype(np.int64)))]
    chosen = edges[start : start + limit]
    return {**piece(atlas, edges=chosen), "order": chosen.tolist(), "total": len(edges)}


def both(atlas: Atlas, first: int, second: int, start: int, limit: int) -> Piece:
    """Return some of the papers that name two entities, the newest first, with their texts."""
    papers = np.intersect1d(_naming(atlas, first), _naming(atlas, second))
    chosen = _newest_first(atlas, papers)[start : start + limit]
    return {**piece(atlas, texts=chosen), "order": chosen.tolist(), "total": len(papers)}


def texts(atlas: Atlas, papers: Sequence[int]) -> Piece:
    """Return the texts of papers with what they name."""
    return piece(atlas, texts=papers)


def naming(atlas: Atlas, sieve: Sieve, nodes: Sequence[int], start: int, limit: int) -> Piece:
    """Return some of the papers that name one of the entities and pass the sieve, the newest first, with texts."""
    outcome = sift(atlas, sieve)
    edges, owner = atlas.edges_of_all(_as_numbers(atlas, nodes))
    kept = (atlas.kinds[edges] == MENTIONS) & (owner < atlas.entities)
    papers = np.unique(atlas.first_ends[edges[kept]]).astype(np.int64)
    papers = _newest_first(atlas, papers[outcome.nodes[papers]])
    chosen = papers[start : start + limit]
    return {**piece(atlas, texts=chosen), "order": chosen.tolist(), "total": len(papers)}


def most_named(atlas: Atlas, kind: int, start: int, limit: int) -> Piece:
    """Return some of the entities of a type, those in most papers first."""
    entities = np.flatnonzero(atlas.types[: atlas.entities] == kind)
    papers = atlas.column("entities", "papers")[entities].astype(np.int64)
    ordered = entities[np.lexsort((entities, -papers))]
    chosen = ordered[start : start + limit]
    return {**piece(atlas, nodes=chosen), "order": chosen.tolist(), "total": len(ordered)}


def aliases(atlas: Atlas, node: int) -> Piece:
    """Return the most frequent spellings of an entity with their counts and why each was merged."""
    rows = atlas.rows_of("aliases", node)[:_ALIASES] if 0 <= node < atlas.entities else atlas.rows_of("aliases", 0)[:0]
    columns = (atlas.texts("aliases", name, rows) for name in ("alias", "count", "reason"))
    return {**piece(atlas), "aliases": [list(row) for row in zip(*columns, strict=True)]}


def _map_nodes(atlas: Atlas, outcome: Outcome, *, more: bool, fill: bool) -> Numbers:
    first = np.array([node for node in atlas.facts["map"] if outcome.nodes[node]], dtype=np.int64)
    missing = (LARGE_MAP_SIZE if more else MAP_SIZE) - len(first)
    if missing <= 0 or not fill:
        return first
    passing = np.flatnonzero(outcome.nodes[: atlas.entities])
    others = np.setdiff1d(passing, first, assume_unique=True)
    return np.concatenate([first, others[np.lexsort((others, -outcome.counts[others]))][:missing]])


def _papers_on_map(atlas: Atlas, outcome: Outcome, drawn: Numbers) -> Numbers:
    """Return the papers with most ties to what is drawn."""
    is_drawn = np.zeros(atlas.size, dtype=bool)
    is_drawn[drawn] = True
    edges = np.flatnonzero((atlas.kinds == MENTIONS) & outcome.ties)
    edges = edges[is_drawn[atlas.second_ends[edges]]]
    tied = np.bincount(atlas.first_ends[edges], minlength=atlas.size)
    papers = atlas.entities + np.flatnonzero(outcome.nodes[atlas.entities :])
    return papers[np.lexsort((papers, -tied[papers]))][:PAPERS_ON_MAP]


def _most_tied_paper(atlas: Atlas) -> int:
    entities = sum(atlas.column("nodes", f"ties_{way}")[atlas.entities :] for way in WAYS)
    return atlas.entities + int(np.argmax(entities))


def _known(atlas: Atlas, nodes: Sequence[int]) -> list[int]:
    return [node for node in dict.fromkeys(nodes) if 0 <= node < atlas.size]


def _as_numbers(atlas: Atlas, nodes: Sequence[int]) -> Numbers:
    return np.array(_known(atlas, nodes), dtype=np.int64)


def _of_way(atlas: Atlas, edges: Numbers, way: str) -> Numbers:
    """Return those of some ties that go one way; ``named`` is all of papers and entities, an empty text any."""
    if not way:
        return edges
    if way in ROLES:
        kept = atlas.column("edges", "role")[edges] == ROLES.index(way)
    else:
        kept = atlas.kinds[edges] == (MENTIONS if way == "named" else KINDS.index(way))
    return np.compress(kept, edges)


def _passing(atlas: Atlas, outcome: Outcome, node: int, way: str) -> Numbers:
    edges = _of_way(atlas, atlas.edges_of(node), way)
    return edges[outcome.ties[edges] & outcome.nodes[atlas.other_ends(edges, node)]]


def _strongest(atlas: Atlas, edges: Numbers) -> list[int]:
    """Return the first few ties of each kind, with some more of the last for those that lead where others lead."""
    kinds = atlas.kinds[edges]
    spare = AROUND[CO_MENTION]
    return [
        int(number)
        for kind in (CO_MENTION, MENTIONS, SHARED_TECHNIQUE, BROADER)
        for number in edges[kinds == kind][: AROUND[kind] + (spare if kind == BROADER else 0)]
    ]


def _among(atlas: Atlas, outcome: Outcome, nodes: Numbers, hubs: Numbers) -> list[int]:
    drawn, is_hub = np.zeros(atlas.size, dtype=bool), np.zeros(atlas.size, dtype=bool)
    drawn[nodes], is_hub[hubs] = True, True
    edges, owner = atlas.edges_of_all(nodes)
    kept = outcome.ties[edges] & drawn[atlas.other_ends(edges, owner)]
    edges, owner = edges[kept], owner[kept]
    # The ties of hubs are drawn in any case and take no room from the others.
    of_hub = is_hub[owner] | is_hub[atlas.other_ends(edges, owner)]
    told = edges[of_hub]
    edges, owner = edges[~of_hub], owner[~of_hub]
    kinds = atlas.kinds[edges].astype(np.int64)
    # Of an entity in many papers its papers say little: these show the ties.
    counted = (kinds != MENTIONS) | (owner >= atlas.entities)
    # A paper's ties in such an order that what few papers name comes first.
    papers = atlas.column("entities", "papers")
    common = np.where(kinds == MENTIONS, papers[np.minimum(atlas.second_ends[edges], atlas.entities - 1)], 0)
    order = np.lexsort((np.arange(len(edges)), common, kinds, owner))
    group = owner[order] * len(KINDS) + kinds[order]
    first = np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    begun = np.maximum.accumulate(np.where(first, np.arange(len(group)), 0))
    rank = np.empty(len(edges), dtype=np.int64)
    rank[order] = np.arange(len(group)) - begun
    room = np.array(STRONGEST_OF)[kinds]
    chosen: list[int] = np.unique(np.concatenate([told, edges[counted & (rank < room)]])).tolist()
    return chosen


def _naming(atlas: Atlas, entity: int) -> Numbers:
    if not 0 <= entity < atlas.entities:
        return np.zeros(0, dtype=np.int64)
    edges = atlas.edges_of(entity)
    papers: Numbers = atlas.first_ends[edges[atlas.kinds[edges] == MENTIONS]].astype(np.int64)
    return papers


def _newest_first(atlas: Atlas, papers: Numbers) -> Numbers:
    return papers[np.lexsort((papers, -atlas.column("nodes", "date_rank")[papers].astype(np.int64)))]
