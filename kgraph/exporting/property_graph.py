"""How property-graph databases hold the graph: labels, types, property names, and the statements that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.exporting.relations import (
    COMENTIONS,
    EDGES_WITH_EVIDENCE,
    ENTITIES,
    LABELS,
    MENTIONS,
    PAPERS,
    SHARED_TECHNIQUES,
    TYPES,
    entities_of,
)
from kgraph.records import ENTITY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgraph.exporting.relations import Relation

#: What the label of a node is called there.
NAMES: Final = {PAPERS.name: "title", ENTITIES.name: "name"}
#: The labels at the two ends of each kind of relationship.
ENDS: Final = {
    MENTIONS.name: ("Paper", "Entity"),
    COMENTIONS.name: ("Entity", "Entity"),
    SHARED_TECHNIQUES.name: ("Paper", "Paper"),
    "broader": ("Entity", "Entity"),
}

#: (label, property) of what must be unique, and of what is looked up.
UNIQUE: Final = (("Paper", "id"), ("Entity", "id"))
#: Titles are not: Neo4j refuses to index a text of more than 8 kB.
INDEXED: Final = (("Entity", "name"),)


def constraint(label: str, name: str) -> str:
    """Return the statement that keeps a property unique, as Neo4j 5 and ArcadeDB know it."""
    return f"CREATE CONSTRAINT {label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"


def index(label: str, name: str) -> str:
    """Return the statement that indexes a property."""
    return f"CREATE INDEX {label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"


def schema_statements() -> list[str]:
    """Return the statements that go before (or, after a bulk import, behind) the data."""
    return [constraint(*place) for place in UNIQUE] + [index(*place) for place in INDEXED]


def node_groups() -> Iterator[tuple[str, str, Relation]]:
    """Yield (labels, SELECT, relation) of the nodes that one statement writes.

    >>> [labels for labels, _, _ in node_groups()][:2]
    ['Paper', 'Entity:Method']
    """
    yield "Paper", PAPERS.sql, PAPERS
    for kind in ENTITY_TYPES:
        yield f"Entity:{LABELS[kind]}", entities_of(kind), ENTITIES


def edge_groups() -> Iterator[tuple[str, str, Relation]]:
    """Yield (type, SELECT, relation) of the relationships that one statement writes."""
    for relation in EDGES_WITH_EVIDENCE:
        yield TYPES[relation.name], relation.sql, relation


def merge_nodes(labels: str) -> str:
    """Return what writes the nodes in ``rows``, each a map with ``id`` and ``properties``."""
    return f"MERGE (n:{labels} {{id: row.id}}) SET n += row.properties"


def merge_edges(relation: Relation) -> str:
    """Return what writes the relationships in ``rows``: maps with ``source``, ``target`` and ``properties``."""
    source, target = ENDS[relation.name]
    return (
        f"MATCH (a:{source} {{id: row.source}}) MATCH (b:{target} {{id: row.target}})"
        f" MERGE (a)-[r:{TYPES[relation.name]}]->(b) SET r += row.properties"
    )
