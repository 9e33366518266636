"""Shared-technique edges: papers that introduce, use or compare with the same methods and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kgraph.engines.interface import Engine

#: An entity in more papers than this share of the corpus links everything to everything: it is left out.
COMMON_SHARE: Final = 0.10
#: ... but never one in this many papers or fewer.
COMMON_PAPERS: Final = 20
#: ... and always one in more than this many: pairs then grow with the corpus, and not with its square.
MOST_PAPERS: Final = 2_000
#: A paper keeps the edges that are among so many strongest of either end.
STRONGEST: Final = 20
#: What a technique counts where one of the papers has only a variant of it (LLaMA-7B for LLaMA).
VARIANT_DISCOUNT: Final = 0.5
#: Weights are summed as integers of this many parts: integer sums do not depend on their order.
PARTS: Final = 1_000_000
#: Digits of a score behind the point: the next one changes with every paper that comes.
DIGITS: Final = 2
#: Pairs that are looked at together: memory does not grow with the corpus.
BLOCK: Final = 10_000_000

_TECHNIQUES: Final = """
WITH own AS (
  SELECT m.paper AS paper, m.entity AS technique, b.number AS broader
  FROM (SELECT p.number AS paper, n.number AS entity, e.entity AS id
        FROM paper_entity AS e JOIN paper_numbers AS p ON p.id = e.paper JOIN entity_numbers AS n ON n.id = e.entity
        WHERE e.role IN ('introduces', 'uses', 'compares_with')) AS m
  JOIN entities AS n ON n.id = m.id
  LEFT JOIN entities AS w ON w.id = n.broader AND w.type IN ('method', 'model')
  LEFT JOIN entity_numbers AS b ON b.id = w.id
  WHERE n.type IN ('method', 'model'))
SELECT paper, technique, MAX(direct) AS direct FROM (
  SELECT paper, technique, 1 AS direct FROM own
  UNION ALL
  SELECT paper, broader AS technique, 0 AS direct FROM own WHERE broader IS NOT NULL) AS counted
GROUP BY paper, technique
"""

_SIZES: Final = """
SELECT t.technique, t.papers, b.number AS broader
FROM (SELECT technique, COUNT(*) AS papers FROM all_techniques GROUP BY technique) AS t
JOIN entity_numbers AS n ON n.number = t.technique JOIN entities AS e ON e.id = n.id
LEFT JOIN entity_numbers AS b ON b.id = e.broader
ORDER BY t.technique
"""

_WEIGHED: Final = """
SELECT t.paper, t.technique, t.direct, w.papers, w.whole, w.variant, w.broader
FROM all_techniques AS t JOIN weights AS w ON w.technique = t.technique
"""

_WORK: Final = "SELECT paper, CAST(SUM(papers) AS BIGINT) AS pairs FROM techniques GROUP BY paper ORDER BY paper"

# A family counts for a pair only where no variant of it is shared: what is shared counts once.
_SHARED: Final = """
pairs AS (
  SELECT a.paper AS source, b.paper AS target, a.technique, a.direct * b.direct AS direct,
         CASE WHEN a.direct * b.direct = 1 THEN a.whole ELSE a.variant END AS weight, a.broader
  FROM {pairs}),
shared AS (
  SELECT source, target, technique, weight FROM pairs WHERE direct = 1
  UNION ALL
  SELECT p.source, p.target, p.technique, p.weight
  FROM (SELECT * FROM pairs WHERE direct = 0) AS p
  LEFT JOIN (SELECT DISTINCT source, target, broader FROM pairs WHERE direct = 1 AND broader IS NOT NULL) AS n
    ON n.source = p.source AND n.target = p.target AND n.broader = p.technique
  WHERE n.broader IS NULL)
"""

_STRONGEST: Final = """
WITH {shared},
scored AS (SELECT source, target, SUM(weight) AS score FROM shared GROUP BY source, target),
ranked AS (
  SELECT source, target, score, ROW_NUMBER() OVER (PARTITION BY source ORDER BY score DESC, target) AS place
  FROM scored)
SELECT source, target, CAST(score AS BIGINT) AS score FROM ranked WHERE place <= {strongest}
"""
_IN_BLOCK: Final = (
    "techniques AS a JOIN techniques AS b ON a.technique = b.technique AND a.paper <> b.paper"
    " WHERE a.paper >= {first} AND a.paper < {last}"
)

_KEPT: Final = """
SELECT DISTINCT CASE WHEN source < target THEN source ELSE target END AS source,
                CASE WHEN source < target THEN target ELSE source END AS target, score
FROM strongest
"""
_OF_KEPT: Final = (
    "kept AS k JOIN techniques AS a ON a.paper = k.source"
    " JOIN techniques AS b ON b.paper = k.target AND b.technique = a.technique"
)
_EDGES: Final = """
WITH {shared}
SELECT s.source AS first, s.target AS last, one.id AS source, other.id AS target, kept.score, named.id AS technique
FROM shared AS s
JOIN kept ON kept.source = s.source AND kept.target = s.target
JOIN paper_numbers AS one ON one.number = s.source
JOIN paper_numbers AS other ON other.number = s.target
JOIN entity_numbers AS named ON named.number = s.technique
ORDER BY s.source, s.target, s.weight DESC, s.technique
"""


def link_shared_techniques(engine: Engine, papers: int) -> Iterator[pa.Table]:
    """Yield the paper–paper edges: source < target, score, techniques (those that weigh most first).

    A technique weighs ln(1 + N/n) / ln(1 + N) for n of N papers (inverse document frequency, as a share of what a
    technique of one paper would weigh), half of that where one end has only a variant of it. A technique in n
    papers makes n·(n−1)/2 pairs, n at most max(20, N/10) and at most 2,000; a paper keeps its 20 strongest edges,
    and those in which it is among the other end's: at most 20·N edges. The engine holds the edges and what
    :func:`number_nodes` makes of them.
    """
    engine.keep("all_techniques", _TECHNIQUES)
    engine.register("weights", _weigh(engine.query(_SIZES), papers))
    engine.keep("techniques", _WEIGHED)
    engine.fill("strongest", _ENDS, _strongest(engine))
    engine.keep("kept", _KEPT)
    yield from _gather(engine.stream(_EDGES.format(shared=_SHARED.format(pairs=_OF_KEPT))))


_ENDS: Final = pa.schema([("source", pa.int64()), ("target", pa.int64()), ("score", pa.int64())])


def _strongest(engine: Engine) -> Iterator[pa.RecordBatch]:
    """Yield the strongest edges of each paper, a block of papers at a time."""
    work = engine.query(_WORK)
    papers, blocks = work["paper"].to_numpy(), np.cumsum(work["pairs"].to_numpy()) // BLOCK
    for block in np.unique(blocks):
        mine = papers[blocks == block]
        pairs = _IN_BLOCK.format(first=mine[0], last=mine[-1] + 1)
        sql = _STRONGEST.format(shared=_SHARED.format(pairs=pairs), strongest=STRONGEST)
        yield from engine.query(sql).cast(_ENDS).to_batches()


def _weigh(sizes: pa.Table, papers: int) -> pa.Table:
    """Add whole and variant, weights in parts, to the techniques that are neither single nor common; drop the rest."""
    count = sizes["papers"].to_numpy().astype(np.float64)
    keep = (count >= 2) & (count <= min(MOST_PAPERS, max(COMMON_PAPERS, COMMON_SHARE * papers)))
    whole = np.log1p(papers / count[keep]) / np.log1p(papers)
    kept = sizes.filter(pa.array(keep))
    kept = kept.append_column("whole", pa.array(np.round(whole * PARTS).astype(np.int64)))
    return kept.append_column("variant", pa.array(np.round(whole * VARIANT_DISCOUNT * PARTS).astype(np.int64)))


def _gather(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Turn a row for each technique of an edge (sorted) into a row for each edge."""
    held: pa.Table = batches.schema.empty_table()
    for batch in batches:
        rows = pa.concat_tables([held, pa.Table.from_batches([batch])])
        if not len(rows):
            continue
        starts = _starts(rows)
        # The last edge may go on in the next batch.
        yield _gathered(rows.slice(0, starts[-1]), starts[:-1])
        held = rows.slice(starts[-1])
    yield _gathered(held, _starts(held))


def _starts(rows: pa.Table) -> NDArray[np.int64]:
    first, last = rows["first"].to_numpy(), rows["last"].to_numpy()
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    return np.flatnonzero(begins)


def _gathered(rows: pa.Table, starts: NDArray[np.int64]) -> pa.Table:
    offsets = pa.array(np.append(starts, len(rows)).astype(np.int32))
    edges = rows.take(pa.array(starts))
    techniques = pa.ListArray.from_arrays(offsets, rows["technique"].combine_chunks())
    score = np.round(edges["score"].to_numpy() / PARTS, DIGITS)
    return pa.table(
        {"source": edges["source"], "target": edges["target"], "score": pa.array(score), "techniques": techniques}
    )
