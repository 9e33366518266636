"""Shared-technique edges: papers that introduce, use or compare with the same methods and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from kgraph.engines.interface import Engine

#: An entity in more papers than this share of the corpus links everything to everything: it is left out.
COMMON_SHARE: Final = 0.10
#: ... but never one in this many papers or fewer.
COMMON_PAPERS: Final = 20
#: A paper keeps the edges that are among so many strongest of either end.
STRONGEST: Final = 20
#: What a technique counts where one of the papers has only a variant of it (LLaMA-7B for LLaMA).
VARIANT_DISCOUNT: Final = 0.5
#: Weights are summed as integers of this many parts: integer sums do not depend on their order.
PARTS: Final = 1_000_000

_TECHNIQUES = """
WITH own AS (
  SELECT e.paper AS paper, e.entity AS technique, n.broader AS broader
  FROM paper_entity AS e JOIN entities AS n ON n.id = e.entity
  WHERE n.type IN ('method', 'model') AND e.role IN ('introduces', 'uses', 'compares_with')),
counted AS (
  SELECT paper, technique, 1 AS direct FROM own
  UNION ALL
  SELECT o.paper, o.broader AS technique, 0 AS direct
  FROM own AS o JOIN entities AS n ON n.id = o.broader WHERE n.type IN ('method', 'model'))
SELECT paper, technique, CAST(MAX(direct) AS INTEGER) AS direct
FROM counted GROUP BY paper, technique ORDER BY paper, technique
"""

_SIZES = """
SELECT technique, CAST(COUNT(*) AS INTEGER) AS papers FROM techniques GROUP BY technique ORDER BY technique
"""

# A family counts for a pair only where no variant of it is shared: what is shared counts once.
_EDGES = f"""
WITH pairs AS (
  SELECT a.paper AS source, b.paper AS target, a.technique AS technique, a.direct * b.direct AS direct,
         CASE WHEN a.direct * b.direct = 1 THEN w.whole ELSE w.variant END AS weight, n.broader AS broader
  FROM techniques AS a
  JOIN techniques AS b ON a.technique = b.technique AND a.paper < b.paper
  JOIN weights AS w ON w.technique = a.technique
  JOIN entities AS n ON n.id = a.technique),
narrower AS (SELECT DISTINCT source, target, broader FROM pairs WHERE broader <> '' AND direct = 1),
shared AS (
  SELECT pairs.source, pairs.target, pairs.technique, pairs.weight FROM pairs
  LEFT JOIN narrower
    ON narrower.source = pairs.source AND narrower.target = pairs.target AND narrower.broader = pairs.technique
  WHERE pairs.direct = 1 OR narrower.broader IS NULL),
scored AS (SELECT source, target, SUM(weight) AS score FROM shared GROUP BY source, target),
ends AS (
  SELECT source AS paper, target AS other, score FROM scored
  UNION ALL
  SELECT target AS paper, source AS other, score FROM scored),
ranked AS (SELECT paper, other, ROW_NUMBER() OVER (PARTITION BY paper ORDER BY score DESC, other) AS place FROM ends),
kept AS (
  SELECT DISTINCT CASE WHEN paper < other THEN paper ELSE other END AS source,
                  CASE WHEN paper < other THEN other ELSE paper END AS target
  FROM ranked WHERE place <= {STRONGEST})
SELECT shared.source, shared.target, shared.technique, CAST(scored.score AS BIGINT) AS score
FROM kept
JOIN shared ON shared.source = kept.source AND shared.target = kept.target
JOIN scored ON scored.source = kept.source AND scored.target = kept.target
ORDER BY shared.source, shared.target, shared.weight DESC, shared.technique
"""  # noqa: S608 - constants of ours


def link_shared_techniques(engine: Engine, papers: int) -> pa.Table:
    """Return the paper–paper edges: source < target, score, techniques (those that weigh most first).

    A technique weighs ln(1 + N/n) for n of N papers (inverse document frequency), half of that where one end
    has only a variant of it. A technique in n papers makes n·(n−1)/2 pairs, n at most max(20, N/10); a paper
    keeps its 20 strongest edges, and those in which it is among the other end's.
    """
    techniques = engine.query(_TECHNIQUES)
    engine.register("techniques", techniques)
    sizes = engine.query(_SIZES)
    weights = _weigh(sizes, papers)
    engine.register("weights", weights)
    return _gather(engine.query(_EDGES))


def _weigh(sizes: pa.Table, papers: int) -> pa.Table:
    """Return technique, whole, variant: weights in parts, for the techniques that are neither single nor common."""
    count = sizes["papers"].to_numpy().astype(np.float64)
    keep = (count >= 2) & (count <= max(COMMON_PAPERS, COMMON_SHARE * papers))
    whole = np.log1p(papers / count[keep])
    return pa.table(
        {
            "technique": sizes["technique"].filter(pa.array(keep)),
            "whole": pa.array(np.round(whole * PARTS).astype(np.int64)),
            "variant": pa.array(np.round(whole * VARIANT_DISCOUNT * PARTS).astype(np.int64)),
        }
    )


def _gather(rows: pa.Table) -> pa.Table:
    """Turn a row for each technique of an edge (sorted) into a row for each edge."""
    source, target = (rows[name].to_numpy(zero_copy_only=False) for name in ("source", "target"))
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    starts = np.flatnonzero(first)
    offsets = pa.array(np.append(starts, len(rows)).astype(np.int32))
    edges = rows.take(pa.array(starts))
    techniques = pa.ListArray.from_arrays(offsets, rows["technique"].combine_chunks())
    score = np.round(edges["score"].to_numpy() / PARTS, 6)
    return pa.table(
        {"source": edges["source"], "target": edges["target"], "score": pa.array(score), "techniques": techniques}
    )
