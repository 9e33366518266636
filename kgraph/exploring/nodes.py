"""From what people type to the node that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kgraph.errors import AmbiguousNode, UnknownNode
from kgraph.names import normal_form
from kgraph.reading import find_identifiers
from kgraph.records import ENTITY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgraph.storing.tables import Tables

_TYPED = re.compile(rf"(.+?)\s*\(({'|'.join((*ENTITY_TYPES, 'paper'))})\)")


@dataclass(frozen=True, slots=True)
class Node:
    """A paper or an entity. ``kind`` is ``paper`` or the entity's type."""

    id: str
    kind: str
    name: str
    papers: int

    def __str__(self) -> str:
        if self.kind == "paper":
            return f"{self.id}  {self.name}"
        return f"{self.id}  {self.name} ({self.kind}, {self.papers} paper{'s' * (self.papers != 1)})"


_NODES = """
SELECT id, type AS kind, name, papers FROM entities WHERE {entities}
UNION ALL
SELECT id, 'paper' AS kind, title AS name, 1 AS papers FROM papers WHERE {papers}
ORDER BY id
"""


def load_nodes(tables: Tables) -> list[Node]:
    """Return all papers and entities, sorted by id."""
    return _nodes(tables, "true", "true")


def find_node(tables: Tables, text: str, base_iri: str) -> Node:
    """Return the paper or entity meant by an id, IRI, arXiv id, DOI, name, alias or title.

    A name that several share is told apart by its type: ``SAM (model)``. Raises :class:`UnknownNode` or
    :class:`AmbiguousNode`.
    """
    given = text.strip()
    if typed := _TYPED.fullmatch(given):
        of_kind = [node for node in _named(tables, typed[1]) if node.kind == typed[2]]
        if len(of_kind) == 1:
            return of_kind[0]
    for nodes in (_identified(tables, given, base_iri), _named(tables, given)):
        if len(nodes) == 1:
            return nodes[0]
        if nodes:
            by = _introducers(tables, nodes)
            raise AmbiguousNode(given, [f"{node}{by.get(node.id, '')}" for node in nodes])
    raise UnknownNode(f"no paper or entity is called {given!r}; 'kgraph search' finds names that are like it")


def _introducers(tables: Tables, nodes: Iterable[Node]) -> dict[str, str]:
    """Return which paper introduces an entity, where one does: it tells one PRISM from another."""
    ids = [node.id for node in nodes]
    rows = tables.rows(
        "SELECT entity, ANY_VALUE(p.title) AS title FROM paper_entity AS e JOIN papers AS p ON p.id = e.paper "  # noqa: S608 - marks only
        f"WHERE e.role = 'introduces' AND entity IN ({', '.join('?' * len(ids))}) GROUP BY entity HAVING COUNT(*) = 1",
        ids,
    )
    return {str(row["entity"]): f", introduced by “{row['title']}”" for row in rows}


def _identified(tables: Tables, text: str, base_iri: str) -> list[Node]:
    found = _by_id(tables, [text.removeprefix(base_iri).strip("<>"), unquote(text)])
    if found:
        return found
    for scheme, value in sorted(find_identifiers(text)):
        ids = tables.rows(
            "SELECT id FROM (SELECT id, unnest(identifiers) AS i FROM papers) WHERE i.scheme = ? AND i.value = ?",
            [scheme, value],
        )
        if ids:
            return _by_id(tables, [str(row["id"]) for row in ids])
    return []


def _named(tables: Tables, name: str) -> list[Node]:
    """Return the nodes of the first kind of match that finds any: the name as written, its normal form, an alias."""
    folded, form = name.casefold(), normal_form(name)
    nodes = load_nodes(tables)
    exact = [node for node in nodes if node.name.casefold() == folded]
    if exact:
        return exact
    same = [node for node in nodes if normal_form(node.name) == form]
    if same:
        return same
    aliases = tables.rows("SELECT entity, alias FROM aliases ORDER BY entity, alias")
    meant = {str(row["entity"]) for row in aliases if normal_form(str(row["alias"])) == form}
    return [node for node in nodes if node.id in meant]


def _by_id(tables: Tables, ids: Iterable[str]) -> list[Node]:
    wanted = sorted(set(ids))
    marks = ", ".join("?" * len(wanted))
    if not wanted:
        return []
    return _nodes(tables, f"id IN ({marks})", f"id IN ({marks})", [*wanted, *wanted])


def _nodes(tables: Tables, entities: str, papers: str, parameters: Iterable[object] = ()) -> list[Node]:
    rows = tables.rows(_NODES.format(entities=entities, papers=papers), list(parameters))
    return [Node(**row) for row in rows]  # type: ignore[arg-type]
