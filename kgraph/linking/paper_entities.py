"""Paper–entity edges: what a paper does with each entity that it mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.records import ROLES

if TYPE_CHECKING:
    import pyarrow as pa

    from kgraph.engines.interface import Engine

_RANK = " ".join(f"WHEN '{role}' THEN {rank}" for rank, role in enumerate(ROLES))
_ROLE = " ".join(f"WHEN {rank} THEN '{role}'" for rank, role in enumerate(ROLES))

# The strongest mention speaks for the edge: a maximum does not depend on the order in which rows are added up.
_EDGES = f"""
SELECT paper, entity, CASE best {_ROLE} END AS role, confidence, mentions FROM (
  SELECT paper, entity, MIN(CASE role {_RANK} END) AS best, MAX(confidence) AS confidence,
         CAST(COUNT(*) AS INTEGER) AS mentions
  FROM mentions GROUP BY paper, entity) AS edges
ORDER BY paper, entity
"""  # noqa: S608 - constants of ours

_COUNTS = """
SELECT e.id, e.name, e.type, e.broader, c.papers, c.mentions
FROM resolved AS e JOIN (
  SELECT entity, CAST(COUNT(*) AS INTEGER) AS papers, CAST(SUM(mentions) AS INTEGER) AS mentions
  FROM paper_entity GROUP BY entity) AS c ON c.entity = e.id
ORDER BY e.id
"""


def link_paper_entities(engine: Engine) -> pa.RecordBatchReader:
    """Return the paper–entity edges of the engine's ``mentions``: paper, entity, role, confidence, mentions."""
    return engine.stream(_EDGES)


def count_entities(engine: Engine) -> pa.RecordBatchReader:
    """Return the engine's ``resolved`` entities with the papers and mentions that they stand in."""
    return engine.stream(_COUNTS)
