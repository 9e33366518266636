"""Parts of an atlas: nothing in them speaks of what they lack, and names stand where they say."""

from __future__ import annotations

from atlases import NODES, corpus, hostile
from hypothesis import given, settings
from hypothesis import strategies as st
from selections import EMOJI, RIGHT_TO_LEFT, SCRIPT

from kgraph.viewing.pieces import piece

ATLAS = corpus()[1]
EDGES = st.lists(st.integers(0, len(ATLAS.kinds) - 1), max_size=15)


@settings(max_examples=60, deadline=None)
@given(nodes=NODES, edges=EDGES, texts=NODES)
def test_all_that_a_piece_speaks_of_is_in_it_once(nodes: list[int], edges: list[int], texts: list[int]) -> None:
    found = piece(ATLAS, nodes=nodes, edges=edges, texts=texts)
    numbers = [*found["entities"]["number"], *found["papers"]["number"]]
    known = set(numbers)
    assert len(numbers) == len(known)
    assert set(nodes) <= known
    assert found["edges"]["number"] == sorted(set(edges))
    assert {*found["edges"]["a"], *found["edges"]["b"]} <= known
    assert {one for group in found["edges"]["techniques"] for one in group or ()} <= known
    read = sorted({node for node in texts if node >= ATLAS.entities})
    assert found.get("texts", {"number": []})["number"] == read
    if read:
        mentions = found["texts"]["mentions"]
        assert set(mentions["entity"]) <= known
        assert {ATLAS.entities + paper for paper in mentions["paper"]} <= set(read)
        assert len({len(column) for column in mentions.values()}) == 1
    for part in ("entities", "papers", "edges"):
        assert len({len(column) for column in found[part].values()}) == 1


def test_names_stand_where_a_browser_counts_them() -> None:
    selection, atlas = hostile()
    found = piece(atlas, texts=range(atlas.entities, atlas.size))["texts"]
    titles = selection.papers["title"].to_pylist()
    names = selection.entities["name"].to_pylist()
    columns = [found["mentions"][name] for name in ("paper", "entity", "field", "start", "end")]
    marked = set()
    for paper, entity, field, start, end in zip(*columns, strict=True):
        text = (found["abstract"][found["number"].index(atlas.entities + paper)], titles[paper])[field == 0]
        units = text.encode("utf-16-le")
        assert units[2 * start : 2 * end].decode("utf-16-le") == names[entity]
        marked.add(names[entity])
    assert {SCRIPT, RIGHT_TO_LEFT, EMOJI} <= marked


def test_an_address_that_would_run_is_no_link() -> None:
    _, atlas = hostile()
    assert atlas.texts("papers", "url", range(atlas.papers)) == ["https://arxiv.org/abs/2106.09685", "", "", "", ""]
