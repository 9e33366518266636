"""Co-mention edges: entities that the same papers and sentences name, and how strongly they attract each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from kgraph.linking.numbering import PAIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kgraph.engines.interface import Engine

#: Digits behind the point. With the next one nearly every edge would change with every paper that comes.
NPMI_DIGITS: Final = 2
LIKELIHOOD_DIGITS: Final = 1

_PLACES: Final = """
SELECT DISTINCT p.number AS paper, m.sentence_start * 2 + CASE m.field WHEN 'title' THEN 1 ELSE 0 END AS sentence,
       n.number AS entity
FROM mentions AS m JOIN paper_numbers AS p ON p.id = m.paper JOIN entity_numbers AS n ON n.id = m.entity
"""

_PAIRS: Final = f"""
SELECT pair, CAST(SUM(in_paper) AS INTEGER) AS papers, CAST(COUNT(*) - SUM(in_paper) AS INTEGER) AS sentences FROM (
  SELECT a.entity * {PAIR} + b.entity AS pair, 1 AS in_paper
  FROM members AS a JOIN members AS b ON a.paper = b.paper AND a.entity < b.entity
  UNION ALL
  SELECT a.entity * {PAIR} + b.entity AS pair, 0 AS in_paper
  FROM places AS a JOIN places AS b ON a.paper = b.paper AND a.sentence = b.sentence AND a.entity < b.entity) AS met
GROUP BY pair ORDER BY pair
"""  # noqa: S608 - constants of ours


def link_comentions(engine: Engine, papers: int) -> Iterator[pa.Table]:
    """Yield a row for each pair of entities that share a paper: source < target, papers, sentences, scores.

    ``papers`` is the size of the corpus; the engine holds the edges and what :func:`number_nodes` makes of them. The
    number of rows is at most the sum over papers of k·(k−1)/2 for k entities in a paper: it grows with the papers,
    and an entity that every paper names adds no more than a row for each other entity.
    """
    engine.keep("places", _PLACES)
    entities = engine.query("SELECT id, papers FROM entities ORDER BY id")
    sizes = entities["papers"].to_numpy().astype(np.float64)
    for batch in engine.stream(_PAIRS):
        pair = batch.column("pair").to_numpy()
        source, target = pair // PAIR, pair % PAIR
        both, one, other = batch.column("papers").to_numpy().astype(np.float64), sizes[source], sizes[target]
        yield pa.table(
            {
                "source": entities["id"].take(pa.array(source)),
                "target": entities["id"].take(pa.array(target)),
                "papers": batch.column("papers"),
                "sentences": batch.column("sentences"),
                "npmi": _rounded(npmi(both, one, other, papers), NPMI_DIGITS),
                "log_likelihood": _rounded(log_likelihood(both, one, other, papers), LIKELIHOOD_DIGITS),
            }
        )


def npmi(
    both: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64], papers: int
) -> NDArray[np.float64]:
    """Return the normalised pointwise mutual information of pairs, in [-1, 1].

    ``both``, ``one`` and ``other`` hold the papers with the pair and with each of its ends. A pair in every
    paper scores 1. Source: Bouma 2009, Normalized (pointwise) mutual information in collocation extraction.
    """
    surprise = -np.log(both / papers)
    information = np.log(both * papers / (one * other))
    always = surprise == 0
    scores = np.where(always, 1.0, information / np.where(always, 1.0, surprise))
    clipped: NDArray[np.float64] = np.clip(scores, -1.0, 1.0)
    return clipped


def log_likelihood(
    both: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64], papers: int
) -> NDArray[np.float64]:
    """Return the log-likelihood ratio (G²) of the 2x2 table of pairs.

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
    ratio: NDArray[np.float64] = 2.0 * np.maximum(total, 0.0) * sign
    return ratio


def _rounded(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    # Adding 0.0 turns -0.0 into 0.0: the two would print apart.
    rounded: NDArray[np.float64] = np.round(values, digits) + 0.0
    return rounded
