"""The tables of an atlas, made of a graph: nodes with their places, ties in one row, and who has which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.content import facts, least_papers, safe_url, year_of
from kgraph.viewing.drawing import Drawing, draw, places

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection

Numbers = NDArray[np.int64]

#: The places of the kinds of ties among KINDS.
CO_MENTION, MENTIONS, SHARED_TECHNIQUE, BROADER = range(4)
#: The ways to expand a node: a kind of tie, or the role where a tie has one.
WAYS: Final = ("co_mention", "shared_technique", "broader", *ROLES)


def atlas_tables(selection: Selection) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Return the tables of the atlas of a whole graph by name, and facts about it as a whole."""
    drawing = draw(selection)
    edges = _edges(selection, drawing)
    size = drawing.entities + drawing.papers
    around, starts = _around(edges, size)
    mentions, mention_starts = _mentions(selection)
    aliases, alias_starts = _aliases(selection)
    nodes = _nodes(selection, drawing, edges, size)
    longest = max(len(starts), len(mention_starts), len(alias_starts))
    tables = {
        "nodes": nodes,
        "entities": selection.entities.select(["id", "name", "papers", "mentions"]),
        "papers": _papers(selection),
        "edges": edges,
        "around": pa.table({"edge": pa.array(around, pa.int32())}),
        "mentions": mentions,
        "aliases": aliases,
        "starts": pa.table(
            {
                name: np.pad(column, (0, longest - len(column)), mode="edge")
                for name, column in (("around", starts), ("mentions", mention_starts), ("aliases", alias_starts))
            }
        ),
    }
    told = {
        **facts(selection, drawing),
        "leastPapers": least_papers(selection),
        "map": drawing.map_nodes.tolist(),
        "communities": drawing.community_names,
    }
    return tables, told


def _edges(selection: Selection, drawing: Drawing) -> pa.Table:
    """Return all ties: co-mentions, papers with entities, shared techniques, broader entities."""
    number = {name: place for place, name in enumerate(selection.entities["id"].to_pylist())}
    shared = selection.shared_techniques
    parts = [
        _part(
            CO_MENTION,
            drawing.comention_ends,
            _rounded(selection.comentions["log_likelihood"], 2),
            count=selection.comentions["papers"].to_numpy(),
            sentences=selection.comentions["sentences"].to_numpy(),
            npmi=_rounded(selection.comentions["npmi"], 3),
        ),
        _part(
            MENTIONS,
            np.stack([drawing.papers_of_edge + drawing.entities, drawing.entities_of_edge], axis=1),
            selection.paper_entity["confidence"].to_numpy(),
            count=selection.paper_entity["mentions"].to_numpy(),
            role=np.array([ROLES.index(role) for role in selection.paper_entity["role"].to_pylist()], dtype=np.int8),
        ),
        _part(
            SHARED_TECHNIQUE,
            drawing.shared_ends + drawing.entities,
            _rounded(shared["score"], 3),
            techniques=[
                [number[one] for one in group or [] if one in number] for group in shared["techniques"].to_pylist()
            ],
        ),
        _part(BROADER, _broader_ends(drawing), np.ones(int((drawing.broader >= 0).sum()))),
    ]
    return pa.concat_tables(parts).combine_chunks()


def _broader_ends(drawing: Drawing) -> Numbers:
    variants = np.flatnonzero(drawing.broader >= 0)
    return np.stack([variants, drawing.broader[variants]], axis=1)


def _part(
    kind: int,
    ends: Numbers,
    weight: NDArray[np.float64],
    *,
    count: NDArray[Any] | None = None,
    sentences: NDArray[Any] | None = None,
    npmi: NDArray[np.float64] | None = None,
    role: NDArray[np.int8] | None = None,
    techniques: list[list[int]] | None = None,
) -> pa.Table:
    size = len(ends)
    none = np.zeros(size)
    return pa.table(
        {
            "kind": pa.array(np.full(size, kind, dtype=np.int8)),
            "a": pa.array(ends[:, 0].astype(np.int32)),
            "b": pa.array(ends[:, 1].astype(np.int32)),
            "weight": pa.array(weight.astype(np.float64)),
            "count": pa.array((none if count is None else count).astype(np.int32)),
            "sentences": pa.array((none if sentences is None else sentences).astype(np.int32)),
            "npmi": pa.array((none if npmi is None else npmi).astype(np.float64)),
            "role": pa.array(np.full(size, -1, dtype=np.int8) if role is None else role),
            "techniques": pa.array(techniques if techniques is not None else [None] * size, pa.list_(pa.int32())),
        }
    )


def _rounded(column: pa.ChunkedArray, digits: int) -> NDArray[np.float64]:
    """Round as Python does and the page of one file has it; NumPy takes another neighbour of some halves."""
    return np.array([round(value, digits) for value in column.to_pylist()], dtype=np.float64)


def _around(edges: pa.Table, size: int) -> tuple[Numbers, Numbers]:
    """Return the ties of all nodes, node by node, and where each node's begin."""
    ends = np.concatenate([edges["a"].to_numpy(), edges["b"].to_numpy()])
    number = np.tile(np.arange(edges.num_rows), 2)
    rank = edges["kind"].to_numpy().astype(np.int64) * 10 + np.maximum(edges["role"].to_numpy(), 0)
    weight = edges["weight"].to_numpy()
    order = np.lexsort((number, -weight[number], rank[number], ends))
    return number[order], _starts_of(ends, size)


def _starts_of(owners: Numbers, size: int) -> Numbers:
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=size))]).astype(np.int64)


def _nodes(selection: Selection, drawing: Drawing, edges: pa.Table, size: int) -> pa.Table:
    types = [ENTITY_TYPES.index(kind) for kind in selection.entities["type"].to_pylist()]
    dates = selection.papers["date"].to_pylist()
    entities, papers = drawing.entities, drawing.papers
    ends = np.concatenate([edges["a"].to_numpy(), edges["b"].to_numpy()]).astype(np.int64)
    way = np.tile(_ways(edges), 2)
    ties = np.bincount(ends * len(WAYS) + way, minlength=size * len(WAYS)).reshape(size, len(WAYS))
    return pa.table(
        {
            "type": pa.array(np.array([*types, *[len(ENTITY_TYPES)] * papers], dtype=np.int8)),
            "x": pa.array(drawing.positions[:, 0].astype(np.int32)),
            "y": pa.array(drawing.positions[:, 1].astype(np.int32)),
            "radius": pa.array(np.round(drawing.radii, 1)),
            "community": pa.array(drawing.communities.astype(np.int8)),
            "year": pa.array(np.array([*[0] * entities, *map(year_of, dates)], dtype=np.int16)),
            "name_rank": pa.array(
                np.concatenate(
                    [_ranks(selection.entities["name"].to_pylist()), _ranks(selection.papers["title"].to_pylist())]
                )
            ),
            "date_rank": pa.array(np.concatenate([np.full(entities, -1, dtype=np.int32), _ranks(dates)])),
            **{f"ties_{name}": pa.array(ties[:, place].astype(np.int32)) for place, name in enumerate(WAYS)},
        }
    )


def _ways(edges: pa.Table) -> Numbers:
    """Return the way of each tie, by its place in :data:`WAYS`."""
    of_kind = np.array([WAYS.index("co_mention"), 0, WAYS.index("shared_technique"), WAYS.index("broader")])
    kind, role = edges["kind"].to_numpy(), edges["role"].to_numpy().astype(np.int64)
    ways: Numbers = np.where(kind == MENTIONS, role + WAYS.index(ROLES[0]), of_kind[kind])
    return ways


def _ranks(texts: list[str]) -> NDArray[np.int32]:
    """Return the place of each text in the order of the alphabet, the same for the same text."""
    folded = [text.casefold() for text in texts]
    place = {text: number for number, text in enumerate(sorted(set(folded)))}
    return np.array([place[text] for text in folded], dtype=np.int32)


def _papers(selection: Selection) -> pa.Table:
    papers = selection.papers
    return pa.table(
        {
            **{name: papers[name] for name in ("id", "title", "abstract", "date", "authors", "identifiers")},
            "summary": pc.equal(papers["text_kind"], "summary"),
            "url": pa.array([safe_url(url) for url in papers["url"].to_pylist()], pa.string()),
        }
    )


def _mentions(selection: Selection) -> tuple[pa.Table, Numbers]:
    table = selection.mentions
    paper = places(table["paper"], selection.papers["id"])
    order = np.argsort(paper, kind="stable")
    table = table.take(order)
    columns = {
        "entity": pa.array(places(table["entity"], selection.entities["id"]).astype(np.int32)),
        "field": pa.array(pc.equal(table["field"], "abstract").to_numpy(zero_copy_only=False).astype(np.int8)),
        "role": pa.array(np.array([ROLES.index(role) for role in table["role"].to_pylist()], dtype=np.int8)),
        **{name: table[name] for name in ("confidence", "start", "end", "sentence_start", "sentence_end")},
    }
    return pa.table(columns).combine_chunks(), _starts_of(paper, selection.papers.num_rows)


def _aliases(selection: Selection) -> tuple[pa.Table, Numbers]:
    """Return the spellings of all entities, an entity's most frequent first."""
    owner = places(selection.aliases["entity"], selection.entities["id"])
    table = selection.aliases.append_column("owner", pa.array(owner))
    table = table.sort_by([("owner", "ascending"), ("count", "descending"), ("alias", "ascending")])
    return table.select(["alias", "count", "reason"]), _starts_of(np.sort(owner), selection.entities.num_rows)
