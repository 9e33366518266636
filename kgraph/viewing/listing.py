"""The tables of the page over a whole graph: sorted by any column, a part at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.atlas_tables import CO_MENTION, MENTIONS, WAYS
from kgraph.viewing.pieces import Piece, piece
from kgraph.viewing.sifting import Outcome, Sieve, sift

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas

Numbers = NDArray[np.int64]
Values = NDArray[Any]

TABLES: Final = ("entities", "papers", "ties")
#: As many columns has the table of most columns.
COLUMNS: Final = 6


def table(
    atlas: Atlas,
    sieve: Sieve,
    name: str,
    *,
    nodes: Sequence[int] | None,
    community: int,
    column: int,
    falling: bool,
    start: int,
    limit: int,
) -> Piece:
    """Return rows of a table: entities, papers or ties, sorted by a column as the page numbers them.

    The rows are those that pass the sieve, of a community if it is 0 or more, or among ``nodes`` where these are
    given. The ties that the cells tell of come along.
    """
    outcome = sift(atlas, sieve)
    shown = _shown(atlas, outcome, nodes, community)
    rows = _ties(atlas, outcome, shown) if name == "ties" else _nodes(atlas, shown, name == "papers")
    values = {"entities": _entity_values, "papers": _paper_values, "ties": _tie_values}[name](atlas, rows, column)
    order = np.lexsort((rows, -values if falling else values))
    chosen = rows[order][start : start + limit]
    found = piece(atlas, edges=chosen) if name == "ties" else piece(atlas, nodes=chosen, edges=_told(atlas, chosen))
    return {**found, "order": chosen.tolist(), "total": len(rows)}


def _shown(atlas: Atlas, outcome: Outcome, nodes: Sequence[int] | None, community: int) -> NDArray[np.bool_]:
    if nodes is None:
        return outcome.nodes & (atlas.column("nodes", "community") == community) if community >= 0 else outcome.nodes
    shown = np.zeros(atlas.size, dtype=bool)
    shown[[node for node in nodes if 0 <= node < atlas.size]] = True
    return shown


def _nodes(atlas: Atlas, shown: NDArray[np.bool_], papers: bool) -> Numbers:
    numbers = np.flatnonzero(shown)
    return numbers[numbers >= atlas.entities] if papers else numbers[numbers < atlas.entities]


def _ties(atlas: Atlas, outcome: Outcome, shown: NDArray[np.bool_]) -> Numbers:
    return np.flatnonzero(outcome.ties & shown[atlas.first_ends] & shown[atlas.second_ends])


def _entity_values(atlas: Atlas, rows: Numbers, column: int) -> Values:
    """Return the values of a column: name, type, papers, mentions, closest."""
    ranks = atlas.column("nodes", "name_rank")
    if column == 4:
        return _rank_of_first(atlas, rows, CO_MENTION)
    values: Values = (
        ranks[rows],
        _TYPE_RANKS[atlas.types[rows]],
        atlas.column("entities", "papers")[rows],
        atlas.column("entities", "mentions")[rows],
    )[min(column, 3)].astype(np.int64)
    return values


#: The types in the order of the alphabet.
_TYPE_RANKS: Final = np.argsort(np.argsort(ENTITY_TYPES))


def _paper_values(atlas: Atlas, rows: Numbers, column: int) -> Values:
    """Return the values of a column: title, date, entities, introduces."""
    if column == 2:
        return sum(atlas.column("nodes", f"ties_{way}")[rows] for way in WAYS if way in ROLES).astype(np.int64)  # type: ignore[union-attr]
    if column >= 3:
        return _rank_of_first(atlas, rows, MENTIONS, role=ROLES.index("introduces"))
    return atlas.column("nodes", "date_rank" if column == 1 else "name_rank")[rows].astype(np.int64)


def _tie_values(atlas: Atlas, rows: Numbers, column: int) -> Values:
    """Return the values of a column: from, tie, to, papers, NPMI, weight."""
    ranks = atlas.column("nodes", "name_rank")
    if column in (0, 2):
        return ranks[(atlas.first_ends if column == 0 else atlas.second_ends)[rows]].astype(np.int64)
    if column == 1:
        order: Values = atlas.kinds[rows].astype(np.int64) * 10 + atlas.column("edges", "role")[rows]
        return order
    values = atlas.column("edges", {3: "count", 4: "npmi"}.get(column, "weight"))[rows]
    # Only co-mentions have papers and NPMI; the other ties come after them.
    return values if column > 4 else np.where(atlas.kinds[rows] == CO_MENTION, values, -2.0)


def _rank_of_first(atlas: Atlas, rows: Numbers, kind: int, role: int = -1) -> Values:
    """Return the place in the alphabet of what the strongest tie of a kind leads to, -1 where there is none."""
    ranks = np.full(len(rows), -1, dtype=np.int64)
    edges, owner = atlas.edges_of_all(rows)
    kept = (atlas.kinds[edges] == kind) & ((atlas.column("edges", "role")[edges] == role) if role >= 0 else True)
    edges, owner = edges[kept], owner[kept]
    nodes, first = np.unique(owner, return_index=True)
    others = atlas.other_ends(edges[first], nodes)
    ranks[np.searchsorted(rows, nodes)] = atlas.column("nodes", "name_rank")[others]
    return ranks


def _told(atlas: Atlas, nodes: Numbers) -> list[int]:
    """Return the ties that the cells of entities and papers tell of: the closest, what a paper introduces."""
    edges, owner = atlas.edges_of_all(nodes)
    is_paper = owner >= atlas.entities
    introduces = edges[is_paper & (atlas.column("edges", "role")[edges] == ROLES.index("introduces"))]
    close = (atlas.kinds[edges] == CO_MENTION) & ~is_paper
    _, first = np.unique(owner[close], return_index=True)
    return [*introduces.tolist(), *edges[close][first].tolist()]
