"""The part of a graph that a view, an export or a transfer takes: one description, one selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

import pyarrow as pa

from kgraph.errors import UsageError
from kgraph.records import EDGE_KINDS, ENTITY_TYPES, ROLES, EdgeKind, EntityType, Role
from kgraph.storing.tables import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgraph.storing.tables import Tables

#: In a corpus of fewer papers, entities that met in one paper count as co-mentioned.
SMALL_CORPUS: Final = 50


@dataclass(frozen=True, slots=True)
class Subset:
    """What to keep of a graph; an empty tuple keeps all.

    ``min_papers`` counts the papers that name an entity; ``min_confidence`` bounds paper–entity edges and their
    mentions; ``min_comention_papers`` (``None``: 2, or 1 in a corpus of under 50 papers) bounds co-mention edges;
    ``papers`` and ``focus`` are ids; ``depth`` counts the steps from ``focus``.
    """

    types: tuple[EntityType, ...] = ()
    roles: tuple[Role, ...] = ()
    edge_kinds: tuple[EdgeKind, ...] = ()
    min_papers: int = 1
    min_confidence: float = 0.0
    min_comention_papers: int | None = None
    papers: tuple[str, ...] = ()
    focus: str = ""
    depth: int = 1

    def __post_init__(self) -> None:
        for name, given, known in (
            ("type", self.types, ENTITY_TYPES),
            ("role", self.roles, ROLES),
            ("edge kind", self.edge_kinds, EDGE_KINDS),
        ):
            unknown = sorted(set(given) - set(known))
            if unknown:
                raise UsageError(f"unknown {name} {unknown[0]!r}; there are {', '.join(known)}")
        if not 0.0 <= self.min_confidence <= 1.0:
            raise UsageError(f"the least confidence must lie between 0 and 1, not {self.min_confidence}")
        if self.depth < 0:
            raise UsageError(f"the depth must be 0 or more, not {self.depth}")


@dataclass(frozen=True, slots=True)
class Selection:
    """The tables of a graph restricted to a subset, in the columns of :data:`kgraph.storing.schemas.SCHEMAS`."""

    papers: pa.Table
    entities: pa.Table
    aliases: pa.Table
    paper_entity: pa.Table
    comentions: pa.Table
    shared_techniques: pa.Table
    mentions: pa.Table
    title: str
    base_iri: str

    def tables(self) -> MemoryTables:
        """Return the selection as tables, for what works on a whole graph."""
        names = ("papers", "entities", "aliases", "paper_entity", "comentions", "shared_techniques", "mentions")
        return MemoryTables({name: getattr(self, name) for name in names})


def least_comention_papers(papers: int) -> int:
    """Return in how many papers a pair must meet to be shown in a corpus of so many papers."""
    return 1 if papers < SMALL_CORPUS else 2


def select(tables: Tables, subset: Subset, *, title: str, base_iri: str) -> Selection:
    """Return the tables restricted to ``subset``. Counts and scores stay those of the whole graph."""
    corpus = len(tables.read("papers", ["id"]))
    least = subset.min_comention_papers or least_comention_papers(corpus)
    kinds = subset.edge_kinds or get_args(EdgeKind)
    papers = tables.read("papers")
    if subset.papers:
        papers = _where_in(papers, ("id",), subset.papers)
    entities = _having(tables.read("entities"), "papers", subset.min_papers)
    if subset.types:
        entities = _where_in(entities, ("type",), subset.types)
    paper_entity = _having(tables.read("paper_entity"), "confidence", subset.min_confidence)
    if subset.roles:
        paper_entity = _where_in(paper_entity, ("role",), subset.roles)
    paper_entity = _where_in(paper_entity, ("paper",), papers["id"])
    paper_entity = _where_in(paper_entity, ("entity",), entities["id"])
    narrowed = subset.papers or subset.roles or subset.min_confidence > 0
    if narrowed:
        entities = _where_in(entities, ("id",), paper_entity["entity"])
    comentions = _having(tables.read("comentions"), "papers", least)
    comentions = _where_in(comentions, ("source", "target"), entities["id"])
    shared = _where_in(tables.read("shared_techniques"), ("source", "target"), papers["id"])
    if "mentions" not in kinds:
        paper_entity = paper_entity.slice(0, 0)
    if "co_mention" not in kinds:
        comentions = comentions.slice(0, 0)
    if "shared_technique" not in kinds:
        shared = shared.slice(0, 0)
    if subset.focus:
        near = _near(
            subset.focus,
            subset.depth,
            [
                (paper_entity, "paper", "entity"),
                (comentions, "source", "target"),
                (shared, "source", "target"),
                (entities, "id", "broader"),
            ],
        )
        papers = _where_in(papers, ("id",), near)
        entities = _where_in(entities, ("id",), near)
        paper_entity = _where_in(_where_in(paper_entity, ("paper",), near), ("entity",), near)
        comentions = _where_in(comentions, ("source", "target"), near)
        shared = _where_in(shared, ("source", "target"), near)
    if "broader" not in kinds:
        entities = _without_broader(entities, ())
    else:
        entities = _without_broader(entities, entities["id"].to_pylist())
    mentions = _having(tables.read("mentions"), "confidence", subset.min_confidence)
    if subset.roles:
        mentions = _where_in(mentions, ("role",), subset.roles)
    mentions = _where_in(_where_in(mentions, ("paper",), papers["id"]), ("entity",), entities["id"])
    aliases = _where_in(tables.read("aliases"), ("entity",), entities["id"])
    return Selection(papers, entities, aliases, paper_entity, comentions, shared, mentions, title, base_iri)


def _where_in(table: pa.Table, columns: Sequence[str], values: Iterable[str] | pa.ChunkedArray) -> pa.Table:
    import pyarrow.compute as pc

    wanted = values if isinstance(values, pa.ChunkedArray) else pa.array(list(values), pa.string())
    for column in columns:
        table = table.filter(pc.is_in(table[column], value_set=wanted))
    return table


def _having(table: pa.Table, column: str, least: float) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.greater_equal(table[column], least))


def _near(focus: str, depth: int, edges: Sequence[tuple[pa.Table, str, str]]) -> list[str]:
    """Return the nodes within ``depth`` steps of ``focus``, sorted."""
    near = {focus}
    for _ in range(depth):
        found = set(near)
        for table, one, other in edges:
            found.update(_where_in(table, (one,), near)[other].to_pylist())
            found.update(_where_in(table, (other,), near)[one].to_pylist())
        near = found - {""}
    return sorted(near)


def _without_broader(entities: pa.Table, kept: Iterable[str]) -> pa.Table:
    """Drop links to broader entities that are not there."""
    there = set(kept)
    broader = [iri if iri in there else "" for iri in entities["broader"].to_pylist()]
    return entities.set_column(entities.schema.get_field_index("broader"), "broader", pa.array(broader, pa.string()))
