"""What the filters of the page let through of a whole graph: the same rules as the page's ``filters.js``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.atlas_tables import CO_MENTION, MENTIONS
from kgraph.viewing.content import KINDS

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

TYPES: Final = (*ENTITY_TYPES, "paper")


@dataclass(frozen=True, slots=True)
class Sieve:
    """What to leave out: types, kinds of ties and roles by name, nodes by number, and what is too weak or too old.

    ``least_papers`` counts the papers of an entity, ``least_together`` those of a co-mention (0: all that the page
    shows), ``least_weight`` is its log-likelihood ratio; ``since`` and ``until`` are years, 0 for no bound.
    """

    off_types: tuple[str, ...] = ()
    off_kinds: tuple[str, ...] = ()
    off_roles: tuple[str, ...] = ()
    least_papers: int = 1
    least_together: int = 0
    least_weight: float = 0.0
    least_confidence: float = 0.0
    since: int = 0
    until: int = 0
    hidden: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it leaves nothing out."""
        return self == Sieve() or self == Sieve(least_together=self.least_together)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What passes a sieve: nodes, ties whatever their ends, and how many passing papers name each entity.

    For a paper ``counts`` has its passing ties to entities.
    """

    nodes: Mask
    ties: Mask
    counts: Numbers
    #: Nodes of each type, ties of each kind and role that pass all but the filter of just that.
    types: dict[str, int]
    kinds: dict[str, int]
    roles: dict[str, int]


@lru_cache(maxsize=8)
def sift(atlas: Atlas, sieve: Sieve) -> Outcome:
    """Return what passes a sieve. O(V + E), some milliseconds for a million ties."""
    shown, in_time = _shown(atlas, sieve), _in_time(atlas, sieve)
    is_mention = atlas.kinds == MENTIONS
    strong = _strong_enough(atlas, sieve)
    on_roles = np.array([role not in sieve.off_roles for role in ROLES])
    role = atlas.column("edges", "role")
    of_role = np.where(role >= 0, on_roles[role], True)
    counts = _counts(atlas, is_mention & strong & of_role & in_time[atlas.first_ends])
    stands = shown & np.where(np.arange(atlas.size) < atlas.entities, counts >= sieve.least_papers, in_time)
    on_types = np.array([name not in sieve.off_types for name in TYPES])
    nodes = stands & on_types[atlas.types]
    both = nodes[atlas.first_ends] & nodes[atlas.second_ends] & strong
    on_kinds = np.array([name not in sieve.off_kinds for name in KINDS])
    return Outcome(
        nodes=nodes,
        ties=strong & of_role & on_kinds[atlas.kinds],
        counts=counts,
        types=_tally(TYPES, atlas.types[stands]),
        kinds=_tally(KINDS, atlas.kinds[both & of_role]),
        roles=_tally(ROLES, role[both & is_mention]),
    )


def _shown(atlas: Atlas, sieve: Sieve) -> Mask:
    shown = np.ones(atlas.size, dtype=bool)
    shown[[number for number in sieve.hidden if number < atlas.size]] = False
    return shown


def _in_time(atlas: Atlas, sieve: Sieve) -> Mask:
    """Tell which papers count: those of the years wanted that are not hidden."""
    shown = _shown(atlas, sieve)
    if not (sieve.since or sieve.until):
        return shown
    year = atlas.column("nodes", "year")
    return shown & (year > 0) & (year >= sieve.since) & ((year <= sieve.until) if sieve.until else True)


def _strong_enough(atlas: Atlas, sieve: Sieve) -> Mask:
    weight, count = atlas.column("edges", "weight"), atlas.column("edges", "count")
    weak = (atlas.kinds == MENTIONS) & (weight < sieve.least_confidence)
    rare = (atlas.kinds == CO_MENTION) & ((count < sieve.least_together) | (weight < sieve.least_weight))
    return ~(weak | rare)  # type: ignore[no-any-return]


def _counts(atlas: Atlas, edges: Mask) -> Numbers:
    kept = np.flatnonzero(edges)
    first = np.bincount(atlas.first_ends[kept], minlength=atlas.size)
    return (first + np.bincount(atlas.second_ends[kept], minlength=atlas.size)).astype(np.int64)


def _tally(names: tuple[str, ...], values: NDArray[Any]) -> dict[str, int]:
    counted = np.bincount(values[values >= 0], minlength=len(names)).tolist()
    return dict(zip(names, counted, strict=True))
