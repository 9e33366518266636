"""Candidates of the whole corpus, made consistent: types agreed, names that are known elsewhere found.

Three steps over the tables of an engine: what the papers say of each name (grows with the number of names), where
known names stand that were missed (:mod:`kgraph.extraction.missing`, a function of one paper), and the candidates
rewritten by both. Counts and sums are integers, so the order of the papers does not matter.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from kgraph.extraction.missing import MISSED, WANTED, Wanted, find_all_missed, find_holders
from kgraph.extraction.phrases import phrase_key
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kgraph.engines.interface import Engine

#: A name is looked for in other papers if so many papers hold it, with at least this mean confidence.
FEWEST_PAPERS: Final = 2
LEAST_MEAN: Final = 0.6
#: An occurrence is added if the share of the papers where it was a name, times its mean confidence, reaches this.
LEAST_ADDED: Final = 0.5
#: A type gives way to the corpus's if so many papers hold the name, the corpus's type has this share of the votes,
#: and the paper is less sure.
FEWEST_AGREEING: Final = 3
AGREED: Final = 0.75
SURE: Final = 0.9

_COLUMNS: Final = (
    'paper, field, "start", "end", surface, type, role, confidence, long_form, sentence_start, sentence_end'
)
#: A paper votes once for a name, by its surest occurrence: confidence in thousandths, times 8, plus the type.
_TYPE_NUMBER: Final = " ".join(f"WHEN '{kind}' THEN {number}" for number, kind in enumerate(sorted(ENTITY_TYPES)))
_VOTES: Final = ", ".join(
    f"CAST(SUM(CASE WHEN best % 8 = {sorted(ENTITY_TYPES).index(kind)} THEN (best - best % 8) ELSE 0 END) AS BIGINT)"
    f" AS {kind}"
    for kind in ENTITY_TYPES
)
_NAMES: Final = f"""
SELECT form, COUNT(*) AS papers, {_VOTES} FROM (
  SELECT c.paper, f.form,
         MAX(CAST(ROUND(1000 * c.confidence) AS INTEGER) * 8 + CASE c.type {_TYPE_NUMBER} END) AS best
  FROM candidates AS c JOIN forms AS f ON f.surface = c.surface GROUP BY c.paper, f.form) AS votes
GROUP BY form ORDER BY form
"""  # noqa: S608 - constants of ours

_WANTED: Final = """
SELECT f.key AS key, MIN(f.form) AS form, MAX(f.lower) AS lower
FROM forms AS f JOIN names AS n ON n.form = f.form WHERE n.sure GROUP BY f.key
"""
_CHANGED: Final = """
SELECT DISTINCT key FROM (SELECT key, form, lower FROM wanted UNION ALL SELECT key, form, lower FROM known_wanted) AS w
GROUP BY key, form, lower HAVING COUNT(*) = 1 ORDER BY key
"""
_STILL_MISSED: Final = """
SELECT m.* FROM known_missed AS m JOIN kept_papers AS k ON k.id = m.paper
WHERE m.paper NOT IN (SELECT id FROM searched)
"""
#: Beyond so many names that came, went or changed, to search all papers is faster than to look for what they touch.
MOST_CHANGED: Final = 1000

_REFUSED: Final = """
SELECT n.form, n.type, n.papers, n.mean, r.papers AS refused
FROM (SELECT form, COUNT(*) AS papers FROM (SELECT DISTINCT form, paper FROM missed) AS each GROUP BY form) AS r
JOIN names AS n ON n.form = r.form ORDER BY n.form
"""

#: What was missed is like the last occurrence of the name that was found in its paper, if there is one.
_SETTLED: Final = f"""
WITH kept AS (
  SELECT c.paper, c.field, c."start", c."end", c.surface,
         CASE WHEN n.agreed AND c.confidence < {SURE} THEN n.type ELSE c.type END AS type,
         c.role, c.confidence, c.long_form, c.sentence_start, c.sentence_end, n.form
  FROM candidates AS c JOIN forms AS f ON f.surface = c.surface JOIN names AS n ON n.form = f.form),
known AS (
  SELECT paper, form, type, role, confidence, long_form FROM (
    SELECT k.*, ROW_NUMBER() OVER (
      PARTITION BY k.paper, k.form ORDER BY CASE k.field WHEN 'title' THEN 0 ELSE 1 END DESC, k."start" DESC) AS place
    FROM kept AS k
    JOIN (SELECT DISTINCT paper, form FROM missed) AS m ON m.paper = k.paper AND m.form = k.form) AS numbered
  WHERE place = 1)
SELECT {_COLUMNS} FROM kept
UNION ALL
SELECT m.paper, m.field, m."start", m."end", m.surface, COALESCE(k.type, a.type) AS type,
       COALESCE(k.role, CASE WHEN a.type IN ('dataset', 'metric', 'task') THEN 'evaluates_on' ELSE 'uses' END) AS role,
       COALESCE(k.confidence, a.confidence) AS confidence, COALESCE(k.long_form, '') AS long_form,
       m.sentence_start, m.sentence_end
FROM missed AS m JOIN additions AS a ON a.form = m.form
LEFT JOIN known AS k ON k.paper = m.paper AND k.form = m.form
WHERE k.form IS NOT NULL OR a.confidence >= {LEAST_ADDED}
"""  # noqa: S608 - constants of ours


def settle(engine: Engine, scratch: Path, *, processes: int | None = None, again: bool = False) -> None:
    """Make the settled candidates of the engine's ``papers`` and ``candidates`` answer to ``settled``.

    Within a field they do not overlap. ``scratch`` is a folder for what the processes share. ``again`` is for a corpus
    of which some papers were settled before: the engine then holds ``kept_papers``, whose texts and candidates are as
    they were, and ``known_wanted`` and ``known_missed``, the ``wanted`` and ``missed`` that came of them. What comes of
    it is the same.
    """
    surfaces = engine.query("SELECT DISTINCT surface FROM candidates ORDER BY surface")["surface"].to_pylist()
    engine.register("forms", _fold(surfaces))
    engine.register("names", _judge(engine.query(_NAMES)))
    engine.register("wanted", engine.query(_WANTED).cast(WANTED))
    rows = engine.query("SELECT * FROM wanted").to_pylist()
    wanted = {row["key"]: Wanted(row["form"], bool(row["lower"])) for row in rows}
    engine.register("searched", _choose_papers(engine, again))
    missed = find_all_missed(engine, wanted, scratch, processes=processes)
    engine.fill("missed", MISSED, chain(missed, engine.stream(_STILL_MISSED) if again else ()))
    engine.register("additions", _weigh_additions(engine.query(_REFUSED)))
    engine.keep("settled", _SETTLED)


def _choose_papers(engine: Engine, again: bool) -> pa.Table:
    """Return the ids of the papers to search for names that were missed: all, or those where it may matter."""
    changed = engine.query(_CHANGED)["key"].to_pylist() if again else []
    if not again or len(changed) > MOST_CHANGED:
        return engine.query("SELECT id FROM papers")
    new = engine.query("SELECT id FROM papers WHERE id NOT IN (SELECT id FROM kept_papers)")["id"].to_pylist()
    return pa.table({"id": pa.array([*new, *find_holders(engine, changed)], pa.string())})


def _fold(surfaces: Iterable[str]) -> pa.Table:
    """Return surface, normal form, folded phrase, and 1 where a surface is written without a capital."""
    rows = [(each, normal_form(each), phrase_key(each), int(each == each.lower())) for each in surfaces]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    types = (pa.string(), pa.string(), pa.string(), pa.int32())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=["surface", "form", "key", "lower"])


def _judge(counted: pa.Table) -> pa.Table:
    """Return what the papers of a corpus say of each normal form: its type, how sure and how agreed they are."""
    papers = counted["papers"].to_numpy()
    votes = np.stack([counted[kind].to_numpy() // 8 for kind in ENTITY_TYPES], axis=1)
    total = votes.sum(axis=1)
    agreement = votes.max(axis=1, initial=0) / np.maximum(total, 1)
    mean = total / 1000 / papers
    kinds = pa.array(ENTITY_TYPES, pa.string())
    return pa.table(
        {
            "form": counted["form"],
            "type": kinds.take(pa.array(votes.argmax(axis=1))),
            "papers": counted["papers"],
            "mean": pa.array(mean),
            "sure": pa.array((papers >= FEWEST_PAPERS) & (mean >= LEAST_MEAN)),
            "agreed": pa.array((papers >= FEWEST_AGREEING) & (agreement >= AGREED)),
        }
    )


def _weigh_additions(refused: pa.Table) -> pa.Table:
    """Return the confidence that an occurrence which was missed is the name, where its paper does not know it."""
    columns = (refused[name].to_pylist() for name in ("papers", "refused", "mean"))
    confidence = [round(papers / (papers + missed) * mean, 3) for papers, missed, mean in zip(*columns, strict=True)]
    return pa.table(
        {"form": refused["form"], "type": refused["type"], "confidence": pa.array(confidence, pa.float64())}
    )
