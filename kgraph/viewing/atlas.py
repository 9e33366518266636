"""The whole graph for a page that reads a little of it at a time: numbered, laid out, and kept on disk.

An atlas is a folder of Arrow files that are mapped into memory, so that several processes share them and none holds
the graph. Nodes are numbered as in :class:`kgraph.viewing.drawing.Drawing`, ties of all kinds in one row of numbers.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kgraph.exploring.spellings import Spellings, make_spellings
from kgraph.exploring.subset import Subset, select
from kgraph.storing.files import ScratchFolder
from kgraph.viewing.atlas_tables import atlas_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.storing.tables import Tables

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Stands in the name of the folder; changes with what its files hold, and with how graphs are laid out.
FORMAT: Final = 2
_TABLES: Final = (
    "nodes",
    "entities",
    "papers",
    "edges",
    "around",
    "mentions",
    "aliases",
    "starts",
    "named",
    "spellings",
)


class Atlas:
    """An atlas on disk, opened. Columns are numpy views of the mapped files; texts are read when asked for."""

    def __init__(self, folder: Path) -> None:
        self._tables = {name: _read_table(folder / f"{name}.arrow") for name in _TABLES}
        self.facts: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        self.entities = int(self.facts["entities"])
        self.papers = int(self.facts["papers"])
        self.size = self.entities + self.papers

    def column(self, table: str, name: str) -> NDArray[Any]:
        """Return a column of numbers."""
        return self._tables[table][name].chunk(0).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]

    def texts(self, table: str, name: str, rows: Sequence[int] | Numbers) -> list[Any]:
        """Return some values of a column of texts or lists."""
        taken = self._tables[table][name].take(pa.array(np.asarray(rows, dtype=np.int64)))
        return taken.to_pylist()  # type: ignore[no-any-return]

    @cached_property
    def types(self) -> NDArray[np.int8]:
        """The type of each node, by its place among the types of entities; papers come after them."""
        return self.column("nodes", "type")

    @cached_property
    def kinds(self) -> NDArray[np.int8]:
        """The kind of each tie, by its place in :data:`kgraph.viewing.atlas_tables.KINDS`."""
        return self.column("edges", "kind")

    @cached_property
    def first_ends(self) -> NDArray[np.int32]:
        """The node at one end of each tie: of a paper and an entity the paper."""
        return self.column("edges", "a")

    @cached_property
    def second_ends(self) -> NDArray[np.int32]:
        """The node at the other end of each tie."""
        return self.column("edges", "b")

    @cached_property
    def _around(self) -> NDArray[np.int32]:
        return self.column("around", "edge")

    @cached_property
    def _starts(self) -> Numbers:
        return self.column("starts", "around")

    @cached_property
    def degrees(self) -> Numbers:
        """How many ties each node has."""
        return np.diff(self._starts[: self.size + 1])

    def edges_of(self, node: int) -> Numbers:
        """Return the ties of a node: kind by kind, the strongest first."""
        return self._around[self._starts[node] : self._starts[node + 1]].astype(np.int64)

    def edges_of_all(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """Return the ties of several nodes in the order of :meth:`edges_of`, and whose each is."""
        first, counts = self._starts[nodes], self._starts[nodes + 1] - self._starts[nodes]
        owner = np.repeat(nodes, counts)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
        return self._around[place].astype(np.int64), owner.astype(np.int64)

    def other_ends(self, edges: Numbers, nodes: Numbers | int) -> Numbers:
        """Return the other ends of ties of nodes."""
        first, second = self.first_ends[edges].astype(np.int64), self.second_ends[edges].astype(np.int64)
        return np.where(first == nodes, second, first)

    def rows_of(self, table: str, owner: int) -> Numbers:
        """Return the rows of ``aliases`` of an entity, or of ``mentions`` of a paper, counted from the first paper."""
        starts = self.column("starts", table)
        return np.arange(starts[owner], starts[owner + 1])

    @cached_property
    def spellings(self) -> Spellings:
        """What a search looks through."""
        return Spellings(self._tables["named"], self._tables["spellings"])

    def number_of(self, identifier: str) -> int:
        """Return the number of the node with an id, -1 where there is none."""
        return self._numbers.get(identifier, -1)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        ids = [*self._tables["entities"]["id"].to_pylist(), *self._tables["papers"]["id"].to_pylist()]
        return {identifier: number for number, identifier in enumerate(ids)}


def make_atlas(tables: Tables, place: Path, elsewhere: Path) -> Path:
    """Make the atlas of a graph at ``place`` unless it is there; return its folder.

    It appears there whole or not at all. Where ``place`` cannot be written it comes into the folder ``elsewhere``.
    """
    if (place / "facts.json").is_file():
        return place
    selection = select(tables, Subset(), title="", base_iri="")
    made, facts = atlas_tables(selection)
    spellings = make_spellings(tables)
    made |= {"named": spellings.nodes, "spellings": spellings.table}
    try:
        return _write(place, made, facts)
    except OSError:
        return _write(elsewhere / place.name, made, facts)


def _write(place: Path, tables: dict[str, pa.Table], facts: dict[str, Any]) -> Path:
    with ScratchFolder(f".{place.name}.kgraph-", place.parent) as scratch:
        draft = scratch / place.name
        draft.mkdir()
        for name, table in tables.items():
            with pa.OSFile(str(draft / f"{name}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table.combine_chunks())
        (draft / "facts.json").write_text(json.dumps(facts, ensure_ascii=False) + "\n", encoding="utf-8")
        # Another server may have been quicker: then its atlas, which is the same, stands.
        with suppress(OSError):
            draft.rename(place)
    if not place.is_dir():
        raise OSError(f"{place} cannot be written")
    return place


def _read_table(path: Path) -> pa.Table:
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    if table.num_rows == 0 or all(column.num_chunks == 1 for column in table.columns):
        return _whole(table)
    return table.combine_chunks()


def _whole(table: pa.Table) -> pa.Table:
    """Return a table of which each column has one chunk, also where it has no row."""
    columns = [
        column if column.num_chunks else pa.chunked_array([pa.array([], column.type)]) for column in table.columns
    ]
    return pa.Table.from_arrays(columns, names=table.column_names)
