"""An atlas holds the graph that the page of one file holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from atlases import atlas_of, corpus, hostile
from hypothesis import given
from hypothesis import strategies as st
from selections import corpus_selection, selection_of

from kgraph.records import ROLES
from kgraph.viewing.atlas import Atlas, make_atlas
from kgraph.viewing.content import page_content
from kgraph.viewing.drawing import draw

SIZE = corpus()[1].size


def test_each_tie_is_found_from_both_its_ends_and_from_no_other_node() -> None:
    _, atlas = corpus()
    found = [(int(edge), node) for node in range(atlas.size) for edge in atlas.edges_of(node)]
    ends = zip(atlas.first_ends.tolist(), atlas.second_ends.tolist(), strict=True)
    assert sorted(found) == sorted((edge, end) for edge, pair in enumerate(ends) for end in pair)
    assert atlas.degrees.tolist() == [len(atlas.edges_of(node)) for node in range(atlas.size)]


@given(nodes=st.lists(st.integers(0, SIZE - 1), max_size=20))
def test_the_ties_of_several_nodes_are_those_of_each(nodes: list[int]) -> None:
    _, atlas = corpus()
    edges, owner = atlas.edges_of_all(np.array(nodes, dtype=np.int64))
    assert list(zip(edges.tolist(), owner.tolist(), strict=True)) == [
        (int(edge), node) for node in nodes for edge in atlas.edges_of(node)
    ]
    assert not np.any(atlas.other_ends(edges, owner) == owner)


@pytest.mark.parametrize("made", [corpus, hostile])
def test_it_says_what_the_page_of_one_file_says(made: object) -> None:
    selection, atlas = corpus() if made is corpus else hostile()
    content = page_content(selection, draw(selection))
    for name in ("x", "y", "radius", "community"):
        assert atlas.column("nodes", name).tolist() == content[name]
    assert {name: atlas.facts[name] for name in content["facts"]} == content["facts"]
    assert (atlas.facts["map"], atlas.facts["communities"]) == (content["map"], content["communities"])
    everything = range(atlas.entities)
    assert atlas.texts("entities", "name", list(everything)) == content["entities"]["name"]
    assert [atlas.number_of(name) for name in content["entities"]["id"]] == list(everything)
    assert [atlas.number_of(name) for name in content["papers"]["id"]] == list(range(atlas.entities, atlas.size))
    assert atlas.texts("papers", "url", range(atlas.papers)) == content["papers"]["url"]
    assert _ties(atlas) == _ties_of_page(content, atlas.entities)


def _ties(atlas: Atlas) -> list[tuple[object, ...]]:
    columns = [atlas.column("edges", name).tolist() for name in ("kind", "a", "b", "weight", "count", "role")]
    return sorted(zip(*columns, strict=True))


def _ties_of_page(content: dict[str, dict[str, list[float]]], entities: int) -> list[tuple[object, ...]]:
    together, named, shared = content["comentions"], content["paperEntity"], content["shared"]
    return sorted(
        [
            *((0, *row, -1) for row in zip(*(together[name] for name in ("a", "b", "weight", "papers")), strict=True)),
            *(
                (1, entities + paper, entity, confidence, count, role)
                for paper, entity, confidence, count, role in zip(
                    *(named[name] for name in ("paper", "entity", "confidence", "mentions", "role")), strict=True
                )
            ),
            *(
                (2, entities + a, entities + b, weight, 0, -1)
                for a, b, weight in zip(*(shared[name] for name in ("a", "b", "weight")), strict=True)
            ),
            *((3, node, wider, 1.0, 0, -1) for node, wider in enumerate(content["entities"]["broader"]) if wider >= 0),
        ]
    )


def test_each_way_of_a_node_is_counted() -> None:
    _, atlas = corpus()
    role = atlas.column("edges", "role")
    for node in range(0, atlas.size, 7):
        edges = atlas.edges_of(node)
        for number, name in enumerate(ROLES):
            assert atlas.column("nodes", f"ties_{name}")[node] == np.count_nonzero(role[edges] == number)


def test_the_same_graph_makes_the_same_atlas_byte_for_byte(tmp_path: Path) -> None:
    tables = corpus_selection(30, 60, 5).tables()
    first, second = (
        make_atlas(tables, tmp_path / name / "atlas", tmp_path) for name in _folders(tmp_path, "one", "two")
    )
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


def _folders(place: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (place / name).mkdir()
    return names


def test_an_atlas_that_is_there_is_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "atlas").mkdir()
    (tmp_path / "atlas" / "facts.json").write_text("{}")
    assert make_atlas(corpus()[0].tables(), tmp_path / "atlas", tmp_path) == tmp_path / "atlas"
    assert [path.name for path in (tmp_path / "atlas").iterdir()] == ["facts.json"]


def test_where_it_cannot_stay_it_comes_elsewhere_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # Also root, for whom no folder is closed, cannot put a folder where a file is.
    closed, elsewhere = (tmp_path / name for name in _folders(tmp_path, "closed", "elsewhere"))
    (closed / "atlas").write_text("")
    place = make_atlas(corpus()[0].tables(), closed / "atlas", elsewhere)
    assert place == elsewhere / "atlas"
    assert Atlas(place).size == SIZE
    assert [path.name for path in closed.iterdir()] == ["atlas"]


@pytest.mark.parametrize("papers", [[], [{"title": "Alone", "sentences": []}]])
def test_a_graph_of_next_to_nothing_has_an_atlas(tmp_path: Path, papers: list[dict[str, object]]) -> None:
    atlas = atlas_of(selection_of(papers), tmp_path)
    assert (atlas.entities, atlas.papers, len(atlas.first_ends)) == (0, len(papers), 0)
    assert atlas.number_of("entity/nothing") == -1
