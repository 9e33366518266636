"""Co-mention edges: entities that the same papers and sentences name, and how strongly they attract each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgraph.engines.interface import Engine

_PAIRS = """
WITH pairs AS (
  SELECT a.entity AS source, b.entity AS target, COUNT(*) AS papers
  FROM paper_entity AS a JOIN paper_entity AS b ON a.paper = b.paper AND a.entity < b.entity
  GROUP BY a.entity, b.entity),
places AS (SELECT DISTINCT paper, field, sentence_start, entity FROM mentions),
together AS (
  SELECT a.entity AS source, b.entity AS target, COUNT(*) AS sentences
  FROM places AS a JOIN places AS b
    ON a.paper = b.paper AND a.field = b.field AND a.sentence_start = b.sentence_start AND a.entity < b.entity
  GROUP BY a.entity, b.entity),
sizes AS (SELECT entity, COUNT(*) AS papers FROM paper_entity GROUP BY entity)
SELECT pairs.source, pairs.target, CAST(pairs.papers AS INTEGER) AS papers,
       CAST(COALESCE(together.sentences, 0) AS INTEGER) AS sentences,
       CAST(one.papers AS INTEGER) AS source_papers, CAST(other.papers AS INTEGER) AS target_papers
FROM pairs
LEFT JOIN together ON together.source = pairs.source AND together.target = pairs.target
JOIN sizes AS one ON one.entity = pairs.source
JOIN sizes AS other ON other.entity = pairs.target
ORDER BY pairs.source, pairs.target
"""


def link_comentions(engine: Engine, papers: int) -> pa.Table:
    """Return a row for each pair of entities that share a paper: source < target, papers, sentences, scores.

    ``papers`` is the size of the corpus. The number of rows is at most the sum over papers of k·(k−1)/2 for
    k entities in a paper.
    """
    counted = engine.query(_PAIRS)
    both, one, other = (
        counted[name].to_numpy().astype(np.float64) for name in ("papers", "source_papers", "target_papers")
    )
    scores = {"npmi": npmi(both, one, other, papers), "log_likelihood": log_likelihood(both, one, other, papers)}
    table = counted.drop_columns(["source_papers", "target_papers"])
    for name, values in scores.items():
        table = table.append_column(name, pa.array(values))
    return table


def npmi(
    both: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64], papers: int
) -> NDArray[np.float64]:
    """Return the normalised pointwise mutual information of pairs, in [-1, 1], rounded to 6 digits.

    ``both``, ``one`` and ``other`` hold the papers with the pair and with each of its ends. A pair in every
    paper scores 1. Source: Bouma 2009, Normalized (pointwise) mutual information in collocation extraction.
    """
    surprise = -np.log(both / papers)
    information = np.log(both * papers / (one * other))
    always = surprise == 0
    scores = np.where(always, 1.0, information / np.where(always, 1.0, surprise))
    return _rounded(np.clip(scores, -1.0, 1.0))


def log_likelihood(
    both: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64], papers: int
) -> NDArray[np.float64]:
    """Return the log-likelihood ratio (G²) of the 2x2 table of pairs, rounded to 6 digits.

    Negative where a pair meets less often than chance would have it. Source: Dunning 1993, Accurate methods
    for the statistics of surprise and coincidence.
    """
    observed = (both, one - both, other - both, papers - one - other + both)
    rows = (one, papers - one)
    columns = (other, papers - other)
    expected = (rows[0] * columns[0], rows[0] * columns[1], rows[1] * columns[0], rows[1] * columns[1])
    total = np.zeros_like(both)
    for seen, product in zip(observed, expected, strict=True):
        filled = seen > 0
        total += np.where(
            filled, seen * np.log(np.where(filled, seen * papers / np.where(filled, product, 1.0), 1.0)), 0.0
        )
    sign = np.where(both * papers >= one * other, 1.0, -1.0)
    return _rounded(2.0 * np.maximum(total, 0.0) * sign)


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Adding 0.0 turns -0.0 into 0.0: the two would print apart.
    rounded: NDArray[np.float64] = np.round(values, 6) + 0.0
    return rounded
