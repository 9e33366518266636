"""Tables → what a build holds of each paper, as ``kgraph extract`` prints it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kgraph.records import FIELDS, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgraph.engines.interface import Engine

_MENTIONS = """
SELECT m.paper, m.field, m."start", m."end", m.surface, m.role, m.confidence, m.entity, e.name, e.type
FROM mentions AS m JOIN entities AS e ON e.id = m.entity ORDER BY m.paper
"""


def describe_papers(engine: Engine) -> Iterator[dict[str, Any]]:
    """Yield what the engine's tables hold of each paper, sorted by id."""
    groups = groupby(_rows(engine, _MENTIONS), itemgetter("paper"))
    of, mentions = next(groups, ("", iter(())))
    for paper in _rows(engine, "SELECT id, title FROM papers ORDER BY id"):
        mine: list[dict[str, Any]] = []
        if of == paper["id"]:
            mine = sorted(mentions, key=lambda each: (FIELDS.index(each["field"]), each["start"]))
            of, mentions = next(groups, ("", iter(())))
        by_entity: dict[str, list[dict[str, Any]]] = {}
        for mention in mine:
            by_entity.setdefault(mention["entity"], []).append(mention)
        yield {**paper, "entities": [_describe(group) for group in by_entity.values()]}


def _rows(engine: Engine, sql: str) -> Iterator[dict[str, Any]]:
    for batch in engine.stream(sql, rows=2000):
        yield from batch.to_pylist()


def _describe(mentions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one entity of one paper by its mentions."""
    return {
        "name": mentions[0]["name"],
        "type": mentions[0]["type"],
        "role": min((each["role"] for each in mentions), key=ROLES.index),
        "surfaces": sorted({each["surface"] for each in mentions}),
        "confidence": max(each["confidence"] for each in mentions),
        "mentions": [{key: each[key] for key in ("field", "start", "end", "surface")} for each in mentions],
    }
