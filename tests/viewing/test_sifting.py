"""The filters over a whole graph: what passes, what is counted, and that no order of filters matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from atlases import SIEVES, corpus
from hypothesis import given, settings

from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.atlas_tables import CO_MENTION, MENTIONS
from kgraph.viewing.content import KINDS
from kgraph.viewing.sifting import TYPES, Sieve, sift

ATLAS = corpus()[1]


def test_an_open_sieve_lets_all_through() -> None:
    outcome = sift(ATLAS, Sieve())
    assert outcome.nodes.all()
    assert outcome.ties.all()
    assert outcome.counts[: ATLAS.entities].tolist() == ATLAS.column("entities", "papers").tolist()
    assert sum(outcome.types.values()) == ATLAS.size
    assert sum(outcome.kinds.values()) == len(ATLAS.kinds)
    assert Sieve().is_open
    assert Sieve(least_together=2).is_open
    assert not Sieve(off_kinds=("broader",)).is_open


@settings(max_examples=60, deadline=None)
@given(sieve=SIEVES)
def test_it_passes_what_the_rules_say_one_by_one(sieve: Sieve) -> None:
    outcome = sift(ATLAS, sieve)
    year = ATLAS.column("nodes", "year")
    columns = [ATLAS.column("edges", name).tolist() for name in ("kind", "a", "b", "weight", "count", "role")]
    ties = list(zip(*columns, strict=True))

    def in_time(paper: int) -> bool:
        dated = year[paper] > 0 and year[paper] >= sieve.since and (not sieve.until or year[paper] <= sieve.until)
        return paper not in sieve.hidden and bool(dated or not (sieve.since or sieve.until))

    def strong(kind: int, weight: float, count: int) -> bool:
        if kind == MENTIONS:
            return weight >= sieve.least_confidence
        return kind != CO_MENTION or (count >= sieve.least_together and weight >= sieve.least_weight)

    naming = [0] * ATLAS.entities
    for kind, paper, entity, weight, count, role in ties:
        if kind == MENTIONS and strong(kind, weight, count) and ROLES[role] not in sieve.off_roles and in_time(paper):
            naming[entity] += 1
    for node in range(ATLAS.size):
        is_paper = node >= ATLAS.entities
        stands = in_time(node) if is_paper else naming[node] >= sieve.least_papers
        wanted = stands and node not in sieve.hidden and TYPES[ATLAS.types[node]] not in sieve.off_types
        assert outcome.nodes[node] == wanted
    for passes, (kind, _, _, weight, count, role) in zip(outcome.ties, ties, strict=True):
        on = KINDS[kind] not in sieve.off_kinds and (role < 0 or ROLES[role] not in sieve.off_roles)
        assert passes == (on and strong(kind, weight, count))


@settings(max_examples=60, deadline=None)
@given(one=SIEVES, other=SIEVES)
def test_what_passes_two_sieves_together_passes_each(one: Sieve, other: Sieve) -> None:
    together = _joined(one, other)
    assert together == _joined(other, one)
    both = sift(ATLAS, together)
    for sieve in (one, other):
        alone = sift(ATLAS, sieve)
        assert not np.any(both.nodes & ~alone.nodes)
        assert not np.any(both.ties & ~alone.ties)
        assert np.all(both.counts <= alone.counts)


def _joined(one: Sieve, other: Sieve) -> Sieve:
    """A sieve that is as narrow as two together."""
    ends = [sieve.until for sieve in (one, other) if sieve.until]
    lists: dict[str, Any] = {name: tuple(sorted({*getattr(one, name), *getattr(other, name)})) for name in _LISTS}
    bounds: dict[str, Any] = {name: max(getattr(one, name), getattr(other, name)) for name in _BOUNDS}
    return Sieve(**lists, **bounds, until=min(ends, default=0))


_LISTS = ("off_types", "off_kinds", "off_roles", "hidden")
_BOUNDS = ("least_papers", "least_together", "least_weight", "least_confidence", "since")


@settings(max_examples=40, deadline=None)
@given(sieve=SIEVES)
def test_types_and_kinds_may_be_left_out_before_or_after(sieve: Sieve) -> None:
    bare = sift(ATLAS, replace(sieve, off_types=(), off_kinds=()))
    outcome = sift(ATLAS, sieve)
    on_types = np.array([name not in sieve.off_types for name in TYPES])
    on_kinds = np.array([name not in sieve.off_kinds for name in KINDS])
    assert np.array_equal(outcome.nodes, bare.nodes & on_types[ATLAS.types])
    assert np.array_equal(outcome.ties, bare.ties & on_kinds[ATLAS.kinds])


@settings(max_examples=40, deadline=None)
@given(sieve=SIEVES)
def test_the_number_beside_a_choice_is_what_it_would_show(sieve: Sieve) -> None:
    outcome = sift(ATLAS, sieve)
    for name in TYPES:
        alone = sift(ATLAS, replace(sieve, off_types=tuple(one for one in TYPES if one != name)))
        assert outcome.types[name] == alone.nodes.sum()
    both = outcome.nodes[ATLAS.first_ends] & outcome.nodes[ATLAS.second_ends]
    for name in KINDS:
        alone = sift(ATLAS, replace(sieve, off_kinds=tuple(one for one in KINDS if one != name)))
        assert outcome.kinds[name] == (alone.ties & both).sum()
    assert sum(outcome.types[name] for name in ENTITY_TYPES) <= ATLAS.entities
