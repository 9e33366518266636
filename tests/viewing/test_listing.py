"""The tables over a whole graph: each row once, in order, and only what passes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from atlases import NODES, SIEVES, corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.viewing.listing import COLUMNS, TABLES, table
from kgraph.viewing.pieces import Piece
from kgraph.viewing.sifting import Sieve, sift

ATLAS = corpus()[1]


@settings(max_examples=40, deadline=None)
@given(
    sieve=SIEVES,
    name=st.sampled_from(TABLES),
    column=st.integers(0, COLUMNS - 1),
    falling=st.booleans(),
    nodes=st.none() | NODES,
    community=st.integers(-1, 2),
    stride=st.integers(20, 400),
)
def test_the_parts_of_a_table_are_the_table(
    sieve: Sieve, name: str, column: int, falling: bool, nodes: list[int] | None, community: int, stride: int
) -> None:
    def rows(start: int, limit: int) -> tuple[list[int], int]:
        found = table(
            ATLAS,
            sieve,
            name,
            nodes=nodes,
            community=community,
            column=column,
            falling=falling,
            start=start,
            limit=limit,
        )
        return found["order"], found["total"]

    at_once, total = rows(0, 10**6)
    assert len(at_once) == len(set(at_once)) == total
    assert at_once == [row for start in range(0, total, stride) for row in rows(start, stride)[0]]
    outcome = sift(ATLAS, sieve)
    if name == "ties":
        assert all(outcome.ties[row] for row in at_once)
    elif nodes is None:
        assert all(outcome.nodes[row] for row in at_once)
        assert all((row >= ATLAS.entities) == (name == "papers") for row in at_once)
    else:
        assert set(at_once) <= set(nodes)


@pytest.mark.parametrize(("column", "of"), [(2, "papers"), (3, "mentions")])
@pytest.mark.parametrize("falling", [False, True])
def test_entities_are_sorted_by_a_number(column: int, of: str, falling: bool) -> None:
    found = _whole("entities", column, falling)
    values = ATLAS.column("entities", of)[found["order"]].tolist()
    assert values == sorted(values, reverse=falling)


@pytest.mark.parametrize("falling", [False, True])
def test_names_are_sorted_by_the_alphabet_whatever_their_case(falling: bool) -> None:
    found = _whole("entities", 0, falling)
    names = [name.casefold() for name in ATLAS.texts("entities", "name", found["order"])]
    assert names == sorted(names, reverse=falling)


def test_types_are_sorted_by_their_names() -> None:
    names = ("method", "model", "dataset", "task", "metric")
    found = [names[ATLAS.types[node]] for node in _whole("entities", 1, False)["order"]]
    assert found == sorted(found)


def test_papers_are_sorted_by_date_and_by_how_much_they_name() -> None:
    dates = ATLAS.texts("papers", "date", [node - ATLAS.entities for node in _whole("papers", 1, True)["order"]])
    assert all(one >= other for one, other in pairwise(dates))
    assert _whole("papers", 3, False)["total"] == ATLAS.papers


def test_ties_are_sorted_by_weight_and_those_without_npmi_come_last() -> None:
    found = _whole("ties", 5, True)
    weights = ATLAS.column("edges", "weight")[found["order"]].tolist()
    assert weights == sorted(weights, reverse=True)
    kinds = ATLAS.kinds[_whole("ties", 4, True)["order"]].tolist()
    assert kinds == sorted(kinds, key=lambda kind: kind != 0)


def _whole(name: str, column: int, falling: bool) -> Piece:
    return table(
        ATLAS,
        Sieve(),
        name,
        nodes=None,
        community=-1,
        column=column,
        falling=falling,
        start=0,
        limit=10**6,
    )


def test_the_cells_of_what_is_listed_are_told_too() -> None:
    found = table(
        ATLAS, Sieve(), "entities", nodes=None, community=-1, column=2, falling=True, start=0, limit=5
    )  # fmt: skip
    known = {*found["entities"]["number"], *found["papers"]["number"]}
    assert {*found["order"], *found["edges"]["a"], *found["edges"]["b"]} <= known
