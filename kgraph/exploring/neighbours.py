"""What stands around a node, with the evidence: everything that ``kgraph show`` tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgraph.exploring.nodes import Node
from kgraph.exploring.subset import least_comention_papers
from kgraph.records import ROLES
from kgraph.storing.tables import ById

if TYPE_CHECKING:
    from kgraph.storing.tables import Tables


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that names an entity in a paper; ``start`` and ``end`` count code points in ``sentence``."""

    paper: str
    title: str
    entity: str
    name: str
    field: str
    sentence: str
    start: int
    end: int
    role: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity met in the same papers, with how often and how strongly (log-likelihood ratio, NPMI)."""

    id: str
    name: str
    type: str
    papers: int
    sentences: int
    npmi: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class RelatedPaper:
    """A paper that shares techniques, with their names, those that weigh most first."""

    id: str
    title: str
    score: float
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node and what stands around it.

    ``by_role`` maps a role to the nodes at the other end: an entity's papers, or a paper's entities.
    """

    node: Node
    details: dict[str, Any]
    aliases: tuple[tuple[str, int, str], ...]
    broader: tuple[Node, ...]
    narrower: tuple[Node, ...]
    by_role: dict[str, tuple[Node, ...]]
    neighbours: tuple[Neighbour, ...]
    related: tuple[RelatedPaper, ...]
    evidence: tuple[Evidence, ...]


def view_node(tables: Tables, node: Node, *, limit: int = 10) -> NodeView:
    """Gather what stands around a node; lists of neighbours and sentences hold at most ``limit``."""
    if node.kind == "paper":
        details = tables.rows("SELECT * FROM papers WHERE id = ?", [node.id])[0]
        return NodeView(
            node,
            details,
            (),
            (),
            (),
            _entities_by_role(tables, node.id),
            (),
            related_papers(tables, node.id, limit=limit),
            find_evidence(tables, paper=node.id, limit=limit),
        )
    aliases = tables.rows(
        "SELECT alias, count, reason FROM aliases WHERE entity = ? ORDER BY count DESC, alias", [node.id]
    )
    details = tables.rows("SELECT * FROM entities WHERE id = ?", [node.id])[0]
    return NodeView(
        node,
        details,
        tuple((row["alias"], row["count"], row["reason"]) for row in aliases),  # type: ignore[misc]
        _linked(tables, "SELECT b.* FROM entities e JOIN entities b ON b.id = e.broader WHERE e.id = ?", node.id),
        _linked(tables, "SELECT * FROM entities WHERE broader = ? ORDER BY papers DESC, id", node.id),
        _papers_by_role(tables, node.id),
        find_neighbours(tables, node.id, limit=limit),
        (),
        find_evidence(tables, entity=node.id, limit=limit),
    )


def find_neighbours(
    tables: Tables, entity: str, *, limit: int = 10, least_papers: int | None = None
) -> tuple[Neighbour, ...]:
    """Return the entities that an entity is mentioned with, by log-likelihood ratio.

    Pairs need two papers (one in a corpus of under 50) unless ``least_papers`` says otherwise.
    """
    least = least_papers or least_comention_papers(len(tables.read("papers", ["id"])))
    rows = tables.rows(
        """
        SELECT n.id, n.name, n.type, c.papers, c.sentences, c.npmi, c.log_likelihood
        FROM (SELECT target AS other, * FROM comentions WHERE source = $1
              UNION ALL SELECT source AS other, * FROM comentions WHERE target = $1) AS c
        JOIN entities n ON n.id = c.other
        WHERE c.papers >= $2
        ORDER BY c.log_likelihood DESC, c.papers DESC, n.id LIMIT $3
        """,
        [entity, least, limit],
    )
    return tuple(Neighbour(**row) for row in rows)  # type: ignore[arg-type]


def related_papers(tables: Tables, paper: str, *, limit: int = 10) -> tuple[RelatedPaper, ...]:
    """Return the papers that share techniques with a paper, by score."""
    rows = tables.rows(
        """
        SELECT p.id, p.title, s.score, s.techniques
        FROM (SELECT target AS other, * FROM shared_techniques WHERE source = $1
              UNION ALL SELECT source AS other, * FROM shared_techniques WHERE target = $1) AS s
        JOIN papers p ON p.id = s.other
        ORDER BY s.score DESC, p.id LIMIT $2
        """,
        [paper, limit],
    )
    names = ById((str(row["id"]), str(row["name"])) for row in tables.rows("SELECT id, name FROM entities"))
    return tuple(
        RelatedPaper(str(row["id"]), str(row["title"]), row["score"], tuple(names[t] for t in row["techniques"]))  # type: ignore[arg-type, attr-defined]
        for row in rows
    )


def find_evidence(tables: Tables, *, paper: str = "", entity: str = "", limit: int = 10) -> tuple[Evidence, ...]:
    """Return the sentences that a paper–entity edge rests on, of a paper, an entity, or both; surest first."""
    rows = tables.rows(
        """
        SELECT m.paper, p.title, m.entity, e.name, m.field, m.role, m.confidence, m.start, m.end,
               m.sentence_start, m.sentence_end, CASE m.field WHEN 'title' THEN p.title ELSE p.abstract END AS text
        FROM mentions m JOIN papers p ON p.id = m.paper JOIN entities e ON e.id = m.entity
        WHERE ($1 = '' OR m.paper = $1) AND ($2 = '' OR m.entity = $2)
        ORDER BY m.confidence DESC, m.paper, m.field, m.start LIMIT $3
        """,
        [paper, entity, limit],
    )
    return tuple(_evidence(row) for row in rows)


def _evidence(row: dict[str, Any]) -> Evidence:
    first = row["sentence_start"]
    return Evidence(
        row["paper"],
        row["title"],
        row["entity"],
        row["name"],
        row["field"],
        row["text"][first : row["sentence_end"]],
        row["start"] - first,
        row["end"] - first,
        row["role"],
        row["confidence"],
    )


def _linked(tables: Tables, sql: str, entity: str) -> tuple[Node, ...]:
    rows = tables.rows(sql, [entity])
    return tuple(Node(str(row["id"]), str(row["type"]), str(row["name"]), int(str(row["papers"]))) for row in rows)


def _papers_by_role(tables: Tables, entity: str) -> dict[str, tuple[Node, ...]]:
    return _by_role(
        tables.rows(
            """SELECT e.role, p.id, 'paper' AS kind, p.title AS name, 1 AS papers
            FROM paper_entity e JOIN papers p ON p.id = e.paper WHERE e.entity = ?
            ORDER BY p.date DESC, p.id""",
            [entity],
        )
    )


def _entities_by_role(tables: Tables, paper: str) -> dict[str, tuple[Node, ...]]:
    return _by_role(
        tables.rows(
            """SELECT e.role, n.id, n.type AS kind, n.name, n.papers
            FROM paper_entity e JOIN entities n ON n.id = e.entity WHERE e.paper = ?
            ORDER BY e.confidence DESC, n.id""",
            [paper],
        )
    )


def _by_role(rows: list[dict[str, Any]]) -> dict[str, tuple[Node, ...]]:
    grouped = {
        role: tuple(Node(row["id"], row["kind"], row["name"], row["papers"]) for row in rows if row["role"] == role)
        for role in ROLES
    }
    return {role: nodes for role, nodes in grouped.items() if nodes}
