"""What the page asks while somebody walks: each tie shown has both ends, passes, and no list loses an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from atlases import NODES, SIEVES, corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.records import ENTITY_TYPES
from kgraph.viewing import looking
from kgraph.viewing.answers import SIFTED, WHOLE, answer
from kgraph.viewing.atlas_tables import CO_MENTION, MENTIONS, WAYS
from kgraph.viewing.content import KINDS
from kgraph.viewing.looking import among, around, both, most_named, named, naming, overview, tie_between, ties
from kgraph.viewing.pieces import Piece
from kgraph.viewing.sifting import Sieve, sift

SELECTION, ATLAS = corpus()
ENTITY = st.integers(0, ATLAS.entities - 1)


def known(piece: Piece) -> set[int]:
    return {*piece["entities"]["number"], *piece["papers"]["number"]}


def ends(piece: Piece) -> list[tuple[int, int]]:
    return list(zip(piece["edges"]["a"], piece["edges"]["b"], strict=True))


def whole(ask: Callable[[int, int], Piece], stride: int) -> list[int]:
    """Take a list a part at a time until its end."""
    items: list[int] = []
    while True:
        part = ask(len(items), stride)
        items += part["order"]
        if not part["order"]:
            assert len(items) == part["total"]
            return items


@settings(max_examples=40, deadline=None)
@given(sieve=SIEVES, more=st.booleans(), papers=st.booleans())
def test_the_map_shows_what_passes_with_ties_among_it(sieve: Sieve, more: bool, papers: bool) -> None:
    outcome = sift(ATLAS, sieve)
    found = overview(ATLAS, sieve, more=more, papers=papers)
    shown = set(found["map"])
    assert len(shown) == len(found["map"])
    assert all(outcome.nodes[node] for node in shown)
    assert all({a, b} <= shown for a, b in ends(found))
    assert all(outcome.ties[number] for number in found["edges"]["number"])
    assert {*shown, *(one for group in found["top"].values() for one in group)} <= known(found)


@settings(max_examples=40, deadline=None)
@given(sieve=SIEVES, nodes=NODES, way=st.sampled_from(["", *WAYS]))
def test_the_ties_around_nodes_pass_and_lead_to_what_passes(sieve: Sieve, nodes: list[int], way: str) -> None:
    outcome = sift(ATLAS, sieve)
    found = around(ATLAS, sieve, nodes, way)
    for number, (a, b) in zip(found["edges"]["number"], ends(found), strict=True):
        assert outcome.ties[number]
        assert {a, b} & set(nodes)
        assert all(outcome.nodes[end] or end in nodes for end in (a, b))
        assert {a, b} <= known(found)
    for node, near in found["near"]:
        edges = ATLAS.edges_of(node)
        others = ATLAS.other_ends(edges, node)
        kept = (
            outcome.ties[edges]
            & outcome.nodes[others]
            & np.array([_goes(int(edge), way) for edge in edges], dtype=bool)
        )
        assert near == len(set(others[kept].tolist()))  # fmt: skip


def _goes(edge: int, way: str) -> bool:
    role = int(ATLAS.column("edges", "role")[edge])
    name = WAYS[3 + role] if role >= 0 else KINDS[ATLAS.kinds[edge]]
    return not way or name == way


@settings(max_examples=40, deadline=None)
@given(sieve=SIEVES, nodes=NODES, hubs=NODES)
def test_the_ties_among_nodes_stay_among_them_and_hubs_have_all_theirs(
    sieve: Sieve, nodes: list[int], hubs: list[int]
) -> None:
    outcome = sift(ATLAS, sieve)
    found = among(ATLAS, sieve, nodes, hubs)
    shown = set(found["edges"]["number"])
    assert all({a, b} <= set(nodes) for a, b in ends(found))
    assert all(outcome.ties[number] for number in shown)
    for hub in set(hubs) & set(nodes):
        edges = ATLAS.edges_of(hub)
        others = ATLAS.other_ends(edges, hub).tolist()
        assert {
            int(edge) for edge, other in zip(edges, others, strict=True) if other in nodes and outcome.ties[edge]
        } <= shown


@settings(max_examples=30, deadline=None)
@given(node=st.integers(0, ATLAS.size - 1), way=st.sampled_from(["", "named", *WAYS]), stride=st.integers(1, 9))
@pytest.mark.parametrize("order", ["weight", "date"])
def test_the_ties_of_a_node_come_a_part_at_a_time_each_once(node: int, way: str, stride: int, order: str) -> None:
    items = whole(lambda start, limit: ties(ATLAS, node, way, order, start, limit), stride)
    edges = ATLAS.edges_of(node).tolist()
    if way == "named":
        assert sorted(items) == sorted(edge for edge in edges if ATLAS.kinds[edge] == MENTIONS)
    else:
        assert sorted(items) == sorted(edge for edge in edges if _goes(edge, way))
    if order == "date":
        dates = [_date(int(ATLAS.other_ends(np.array([edge]), node)[0])) for edge in items]
        assert dates == sorted(dates, reverse=True)


def _date(node: int) -> str:
    return str(SELECTION.papers["date"][node - ATLAS.entities].as_py()) if node >= ATLAS.entities else ""


@settings(max_examples=30, deadline=None)
@given(first=ENTITY, second=ENTITY, stride=st.integers(1, 5))
def test_the_papers_of_two_entities_are_those_that_name_both(first: int, second: int, stride: int) -> None:
    items = whole(lambda start, limit: both(ATLAS, first, second, start, limit), stride)
    assert sorted(items) == sorted(_papers_of(first) & _papers_of(second))
    assert [_date(node) for node in items] == sorted(map(_date, items), reverse=True)


def _papers_of(entity: int) -> set[int]:
    name = SELECTION.entities["id"][entity].as_py()
    rows = SELECTION.paper_entity.select(["paper", "entity"]).to_pylist()
    return {ATLAS.number_of(row["paper"]) for row in rows if row["entity"] == name}


def test_each_co_mention_has_as_many_papers_as_it_says() -> None:
    for edge in np.flatnonzero(ATLAS.kinds == CO_MENTION)[::5].tolist():
        pair = int(ATLAS.first_ends[edge]), int(ATLAS.second_ends[edge])
        assert both(ATLAS, *pair, 0, 1)["total"] == ATLAS.column("edges", "count")[edge]


@settings(max_examples=30, deadline=None)
@given(sieve=SIEVES, nodes=NODES, stride=st.integers(1, 9))
def test_the_papers_that_name_something_come_each_once(sieve: Sieve, nodes: list[int], stride: int) -> None:
    items = whole(lambda start, limit: naming(ATLAS, sieve, nodes, start, limit), stride)
    passing = sift(ATLAS, sieve).nodes
    papers = set().union(*(_papers_of(node) for node in nodes if node < ATLAS.entities))
    assert sorted(items) == sorted(paper for paper in papers if passing[paper])


@pytest.mark.parametrize("kind", range(len(ENTITY_TYPES)))
def test_the_entities_of_a_type_come_each_once_the_most_named_first(kind: int) -> None:
    items = whole(lambda start, limit: most_named(ATLAS, kind, start, limit), 7)
    papers = ATLAS.column("entities", "papers")[items].tolist()
    assert papers == sorted(papers, reverse=True)
    assert sorted(items) == np.flatnonzero(ATLAS.types[: ATLAS.entities] == kind).tolist()


def test_nodes_and_ties_are_known_by_their_ids() -> None:
    edge = int(np.flatnonzero(ATLAS.kinds == CO_MENTION)[3])
    one, other = (ATLAS.texts("entities", "id", [int(end[edge])])[0] for end in (ATLAS.first_ends, ATLAS.second_ends))
    for pair in ((one, other), (other, one)):
        assert tie_between(ATLAS, "co_mention", *pair) == edge
    assert tie_between(ATLAS, "broader", one, other) == tie_between(ATLAS, "nothing", one, other) == -1
    found = named(ATLAS, Sieve(), [one, "entity/gone"], [("co_mention", one, other), ("co_mention", one, "gone")])
    assert found["found"] == [edge]
    assert sorted(found["passing"]) == sorted(known(found)) == sorted(map(ATLAS.number_of, (one, other)))


def test_numbers_that_no_node_has_are_left_aside() -> None:
    nothing: list[int] = []
    for piece in (
        around(ATLAS, Sieve(), [ATLAS.size, 2**31 - 1]),
        among(ATLAS, Sieve(), [ATLAS.size], [ATLAS.size + 1]),
        ties(ATLAS, ATLAS.size, "", "weight", 0, 5),
        both(ATLAS, ATLAS.size, 0, 0, 5),
        naming(ATLAS, Sieve(), [ATLAS.size], 0, 5),
        looking.texts(ATLAS, [0, ATLAS.size]),
        looking.aliases(ATLAS, ATLAS.size),
    ):
        assert piece["edges"]["number"] == nothing
        assert piece.get("order", nothing) == nothing


def test_the_spellings_of_an_entity_are_its_own() -> None:
    rows = SELECTION.aliases.to_pylist()
    for node in range(0, ATLAS.entities, 11):
        name = ATLAS.texts("entities", "id", [node])[0]
        wanted = [[row["alias"], row["count"], row["reason"]] for row in rows if row["entity"] == name]
        assert looking.aliases(ATLAS, node)["aliases"] == sorted(wanted, key=lambda one: (-one[1], one[0]))


def test_each_question_of_the_page_has_an_answer_by_its_name() -> None:
    wanted: dict[str, dict[str, Any]] = {
        "around": {"nodes": [0]},
        "among": {"nodes": [0], "hubs": []},
        "named": {"ids": [], "ties": []},
        "naming": {"nodes": [0], "start": 0, "limit": 1},
        "path": {"start": 0, "goal": 1},
    }
    table = {"nodes": None, "community": -1, "column": 0, "falling": True, "start": 0, "limit": 1}
    for ask in SIFTED:
        given_ = table | {"name": "ties"} if ask == "table" else wanted.get(ask, {})
        assert "entities" in answer(ATLAS, ask, {"off_types": ["paper"]}, given_)
    assert answer(ATLAS, "aliases", {}, {"node": 0})["aliases"]
    assert set(WHOLE) == {"ties", "both", "texts", "top", "aliases"}
