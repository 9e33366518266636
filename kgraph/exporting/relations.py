"""The graph as property graphs see it: each kind of nodes and edges as one relational expression over the tables.

Every writer that streams takes these; what it adds is the expression of one line of its format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pyarrow as pa

from kgraph.records import ENTITY_TYPES, EntityType
from kgraph.storing.tables import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgraph.exploring.subset import Selection
    from kgraph.storing.tables import Tables

#: What a column holds: a text, a whole number, a number, or a list of texts.
ColumnType = Literal["text", "integer", "number", "texts"]


@dataclass(frozen=True, slots=True)
class Relation:
    """Nodes (columns ``id``, ``kind``, ``label``) or edges (``source``, ``target``, ``kind``, ``weight``).

    ``columns`` are the further ones, in the order in which they are written. Rows come sorted by their ids, so
    that the same graph gives the same bytes: the tables are sorted, and what joins them sorts anew.
    """

    name: str
    sql: str
    columns: Mapping[str, ColumnType]

    def of(self, condition: str) -> str:
        """Return the SELECT of the rows for which a SQL condition holds."""
        return f"SELECT * FROM ({self.sql}) WHERE {condition}"  # noqa: S608 - our own expressions


PAPERS: Final = Relation(
    "paper",
    "SELECT id, 'paper' AS kind, title AS label, text_kind, abstract, date, url, authors,"
    " [pair.scheme || ':' || pair.value FOR pair IN identifiers] AS identifiers FROM papers",
    {
        "text_kind": "text",
        "abstract": "text",
        "date": "text",
        "url": "text",
        "authors": "texts",
        "identifiers": "texts",
    },
)
ENTITIES: Final = Relation(
    "entity",
    "SELECT id, type AS kind, name AS label, papers, mentions, coalesce(spelled.aliases, []) AS aliases"
    " FROM entities LEFT JOIN (SELECT entity, list(alias ORDER BY alias) AS aliases FROM aliases GROUP BY entity)"
    " AS spelled ON entity = id ORDER BY id",
    {"papers": "integer", "mentions": "integer", "aliases": "texts"},
)
_QUOTES = (
    "SELECT spot.paper, spot.entity, list(substr(CASE spot.field WHEN 'title' THEN written.title ELSE written.abstract"
    " END, spot.sentence_start + 1, spot.sentence_end - spot.sentence_start)"
    " ORDER BY spot.field DESC, spot.sentence_start) AS evidence"
    " FROM (SELECT DISTINCT paper, entity, field, sentence_start, sentence_end FROM mentions) AS spot"
    " JOIN papers AS written ON written.id = spot.paper GROUP BY spot.paper, spot.entity"
)
_MENTIONS_COLUMNS: Final[dict[str, ColumnType]] = {"role": "text", "confidence": "number", "mentions": "integer"}
MENTIONS: Final = Relation(
    "mentions",
    "SELECT paper AS source, entity AS target, 'mentions' AS kind, confidence AS weight, role, confidence, mentions"
    " FROM paper_entity",
    _MENTIONS_COLUMNS,
)
#: The same with the sentences that each edge rests on, the title's first.
MENTIONS_WITH_EVIDENCE: Final = Relation(
    "mentions",
    "SELECT edge.paper AS source, edge.entity AS target, 'mentions' AS kind, edge.confidence AS weight, edge.role,"  # noqa: S608
    " edge.confidence, edge.mentions, coalesce(quote.evidence, []) AS evidence FROM paper_entity AS edge"
    f" LEFT JOIN ({_QUOTES}) AS quote ON quote.paper = edge.paper AND quote.entity = edge.entity"
    " ORDER BY source, target",
    {**_MENTIONS_COLUMNS, "evidence": "texts"},
)
COMENTIONS: Final = Relation(
    "co_mention",
    "SELECT source, target, 'co_mention' AS kind, greatest(log_likelihood, 0.0) AS weight, papers, sentences, npmi,"
    " log_likelihood FROM comentions",
    {"papers": "integer", "sentences": "integer", "npmi": "number", "log_likelihood": "number"},
)
SHARED_TECHNIQUES: Final = Relation(
    "shared_technique",
    "SELECT source, target, 'shared_technique' AS kind, greatest(score, 0.0) AS weight, score, techniques"
    " FROM shared_techniques",
    {"score": "number", "techniques": "texts"},
)
BROADER: Final = Relation(
    "broader",
    "SELECT id AS source, broader AS target, 'broader' AS kind, 1.0::DOUBLE AS weight FROM entities"
    " WHERE broader != ''",
    {},
)

NODES: Final = (PAPERS, ENTITIES)
EDGES: Final = (MENTIONS, COMENTIONS, SHARED_TECHNIQUES, BROADER)
#: For the formats that carry sentences.
EDGES_WITH_EVIDENCE: Final = (MENTIONS_WITH_EVIDENCE, COMENTIONS, SHARED_TECHNIQUES, BROADER)
#: Edges of these kinds have a direction; the others stand once, from the smaller id to the larger.
DIRECTED: Final = ("mentions", "broader")

#: A name for an edge that stays when papers are added: ids hold no ``|``.
EDGE_ID: Final = "kind || ':' || source || '|' || target"

#: Labels of nodes and types of relationships in property-graph databases.
LABELS: Final[dict[str, str]] = {"paper": "Paper", **{kind: kind.capitalize() for kind in ENTITY_TYPES}}
TYPES: Final[dict[str, str]] = {
    relation.name: relation.name.upper() for relation in (MENTIONS, COMENTIONS, SHARED_TECHNIQUES, BROADER)
}


def nodes_by_kind() -> Iterator[tuple[str, str, Relation]]:
    """Yield (kind, SELECT, relation) of the papers and of the entities of each type."""
    yield "paper", PAPERS.sql, PAPERS
    for kind in ENTITY_TYPES:
        yield kind, entities_of(kind), ENTITIES


def entities_of(kind: EntityType) -> str:
    """Return the SELECT of the entities of one type."""
    return ENTITIES.of(f"kind = '{kind}'")


def all_columns(relations: tuple[Relation, ...]) -> dict[str, ColumnType]:
    """Return the further columns of all these relations, each once."""
    return {name: kind for relation in relations for name, kind in relation.columns.items()}


def together(relations: tuple[Relation, ...]) -> str:
    """Return the SELECT of the rows of all these relations, one after another, with NULL in columns that one lacks."""
    columns = all_columns(relations)
    first = ("id", "kind", "label") if relations[0] in NODES else ("source", "target", "kind", "weight")
    selects = [
        f"(SELECT {', '.join(first)}, "  # noqa: S608 - our own expressions
        + ", ".join(name if name in relation.columns else f"NULL AS {name}" for name in columns)
        + f" FROM ({relation.sql}))"
        for relation in relations
    ]
    return " UNION ALL ".join(selects)


def tables_of(selection: Selection) -> Tables:
    """Return the tables that the relations without sentences need: all but the mentions, which are the most."""
    names = ("papers", "entities", "aliases", "paper_entity", "comentions", "shared_techniques")
    return MemoryTables({name: getattr(selection, name) for name in names})


def lines(tables: Tables, select: str, expression: str) -> Iterator[bytes]:
    """Yield a SQL expression over the rows of a SELECT, some thousand rows joined in one piece.

    Memory grows with a batch of rows, not with the graph.
    """
    for batch in tables.batches(f"SELECT {expression} AS line FROM ({select})"):  # noqa: S608 - our own expressions
        if batch.num_rows:
            yield _joined(batch.column(0))


def _joined(column: pa.Array) -> bytes:
    """Return the texts of a column in one piece: they lie one after another in its buffer."""
    texts = column.cast(pa.large_binary())
    offsets = memoryview(texts.buffers()[1]).cast("q")
    joined: bytes = texts.buffers()[2][offsets[texts.offset] : offsets[texts.offset + len(texts)]].to_pybytes()
    return joined
