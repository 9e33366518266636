"""Atlases of the selections that tests write, and what the page's filters may be."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from selections import corpus_selection, hostile_selection

from kgraph.exploring.subset import Selection
from kgraph.records import EDGE_KINDS, ENTITY_TYPES, ROLES
from kgraph.viewing.atlas import Atlas, make_atlas
from kgraph.viewing.sifting import Sieve


def atlas_of(selection: Selection, folder: Path) -> Atlas:
    """Make the atlas of a selection in a folder and open it."""
    return Atlas(make_atlas(selection.tables(), folder / "atlas", folder))


#: Goes when the tests are over.
_ALL = tempfile.TemporaryDirectory(prefix="kgraph-test-")


def _folder(name: str) -> Path:
    folder = Path(_ALL.name) / name
    folder.mkdir()
    return folder


@cache
def corpus() -> tuple[Selection, Atlas]:
    """A corpus by chance and its atlas."""
    selection = corpus_selection(70, 160, 8)
    return selection, atlas_of(selection, _folder("corpus"))


@cache
def hostile() -> tuple[Selection, Atlas]:
    """A few hostile papers and their atlas."""
    selection = hostile_selection()
    return selection, atlas_of(selection, _folder("hostile"))


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


NODES = st.lists(st.integers(0, corpus()[1].size - 1), unique=True, max_size=12)
SIEVES = st.builds(
    Sieve,
    off_types=_some((*ENTITY_TYPES, "paper")),
    off_kinds=_some(EDGE_KINDS),
    off_roles=_some(ROLES),
    least_papers=st.integers(1, 6),
    least_together=st.integers(0, 4),
    least_weight=st.sampled_from([0.0, 1.0, 4.0]),
    least_confidence=st.sampled_from([0.0, 0.7, 0.9]),
    since=st.sampled_from([0, 2018, 2022]),
    until=st.sampled_from([0, 2021, 2024]),
    hidden=NODES.map(tuple),
)
