"""What came and what went between two graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgraph.engines.local import LocalEngine

if TYPE_CHECKING:
    from kgraph.storing.tables import Tables

#: Kind → its rows with the columns that tell one from another, and what it is called.
_KINDS: Final = {
    "papers": "SELECT id, title AS name FROM {side}papers",
    "entities": "SELECT id, name || ' (' || type || ')' AS name FROM {side}entities",
    "mentions": """
        SELECT p.paper || ' ' || p.role || ' ' || p.entity AS id, t.title || ' ' || p.role || ' ' || e.name AS name
        FROM {side}paper_entity AS p JOIN {side}papers AS t ON t.id = p.paper
        JOIN {side}entities AS e ON e.id = p.entity
    """,
    "co_mentions": """
        SELECT c.source || ' ' || c.target AS id, a.name || ' with ' || b.name AS name
        FROM {side}comentions AS c JOIN {side}entities AS a ON a.id = c.source
        JOIN {side}entities AS b ON b.id = c.target
    """,
    "shared_techniques": """
        SELECT s.source || ' ' || s.target AS id, a.title || ' and ' || b.title AS name
        FROM {side}shared_techniques AS s JOIN {side}papers AS a ON a.id = s.source
        JOIN {side}papers AS b ON b.id = s.target
    """,
    "broader": """
        SELECT n.id || ' ' || n.broader AS id, n.name || ' under ' || b.name AS name
        FROM {side}entities AS n JOIN {side}entities AS b ON b.id = n.broader
    """,
}
_ONLY: Final = """
SELECT mine.id, mine.name FROM ({mine}) AS mine LEFT JOIN ({others}) AS others ON others.id = mine.id
WHERE others.id IS NULL ORDER BY mine.id
"""
_RENAMED: Final = """
SELECT a.id AS old, b.id AS new FROM old_entities AS a JOIN new_entities AS b ON a.name = b.name AND a.type = b.type
WHERE a.id <> b.id AND a.id NOT IN (SELECT id FROM new_entities) AND b.id NOT IN (SELECT id FROM old_entities)
ORDER BY a.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What came and what went of one kind: (id, name) pairs, sorted by id. The id of an edge is those of its ends."""

    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes by kind (papers, entities, and the kinds of edges), and entities whose id alone is another (old, new)."""

    changes: dict[str, Change]
    renamed: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether the graphs have the same papers, entities and edges."""
        return not self.renamed and not any(change.came or change.went for change in self.changes.values())


def find_difference(old: Tables, new: Tables) -> Difference:
    """Return what came and what went from one graph to another; weights of edges are not compared."""
    engine = LocalEngine()
    for side, tables in (("old_", old), ("new_", new)):
        for name in ("papers", "entities", "paper_entity", "comentions", "shared_techniques"):
            engine.register(side + name, tables.path(name))
    changes = {
        kind: Change(_only(engine, sql, "new_", "old_"), _only(engine, sql, "old_", "new_"))
        for kind, sql in _KINDS.items()
    }
    renamed = tuple((row["old"], row["new"]) for row in engine.query(_RENAMED).to_pylist())
    engine.close()
    return Difference(changes, renamed)


def _only(engine: LocalEngine, sql: str, mine: str, others: str) -> tuple[tuple[str, str], ...]:
    found = engine.query(_ONLY.format(mine=sql.format(side=mine), others=sql.format(side=others)))
    return tuple((row["id"], row["name"]) for row in found.to_pylist())
