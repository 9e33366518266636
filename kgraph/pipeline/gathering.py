"""Records → distinct papers: those that may be one paper are told apart, the others pass through as they are."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from kgraph.reading import fold_title, group_records, merge_records
from kgraph.storing.columns import tabulate_papers, to_papers
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.writing import write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kgraph.engines.local import LocalEngine
    from kgraph.records import Paper

_BATCH: Final = 2000
_READ: Final = pa.schema([*SCHEMAS["papers"], ("number", pa.int64()), ("folded", pa.string())])
_GROUPS: Final = pa.schema([("number", pa.int64()), ("paper_number", pa.int64())])
_MERGED: Final = pa.schema([*SCHEMAS["papers"], ("paper_number", pa.int64())])

#: Records that share their folded title or an identifier with another one.
_ENTANGLED: Final = """
WITH marks AS (
  SELECT number, 'title ' || folded AS mark FROM read_records
  UNION ALL
  SELECT number, i.scheme || ':' || i.value AS mark
  FROM (SELECT number, unnest(identifiers) AS i FROM read_records) AS each)
SELECT r.number, r.folded, r.identifiers FROM read_records AS r
JOIN (SELECT DISTINCT number FROM marks JOIN (SELECT mark FROM marks GROUP BY mark HAVING COUNT(*) > 1) AS shared
      ON shared.mark = marks.mark) AS e ON e.number = r.number
ORDER BY r.number
"""

_BY_PAPER: Final = """
SELECT r.*, g.paper_number FROM read_records AS r JOIN paper_groups AS g ON g.number = r.number
ORDER BY g.paper_number, r.number
"""

_COLUMNS: Final = ", ".join(SCHEMAS["papers"].names)
_TEXTS: Final = ", ".join(SCHEMAS["papers"].names[1:])
_PAPERS: Final = f"""
SELECT {_COLUMNS} FROM read_records WHERE number NOT IN (SELECT number FROM paper_groups)
UNION ALL SELECT {_COLUMNS} FROM merged_papers
ORDER BY id
"""  # noqa: S608 - constants of ours
_RECORDS: Final = f"""
WITH distinct_records AS (
  SELECT DISTINCT m.id AS paper, {", ".join(f"r.{name}" for name in SCHEMAS["papers"].names[1:])}
  FROM read_records AS r JOIN paper_groups AS g ON g.number = r.number
  JOIN merged_papers AS m ON m.paper_number = g.paper_number),
counted AS (
  SELECT *, COUNT(*) OVER (PARTITION BY paper) AS many,
         CAST(ROW_NUMBER() OVER (PARTITION BY paper ORDER BY sources, {_TEXTS}) AS INTEGER) AS place
  FROM distinct_records)
SELECT paper, place, {_TEXTS} FROM counted WHERE many > 1 ORDER BY paper, place
"""  # noqa: S608 - constants of ours


def gather_papers(engine: LocalEngine, draft: Path, records: Iterable[Paper]) -> None:
    """Write the distinct papers among records, and the records of those papers that are several.

    The outcome depends on the set of records only. Memory grows with the records that share a title or an identifier
    with another, by some 300 bytes each.
    """
    engine.fill("read_records", _READ, _tabulate(records))
    entangled = engine.query(_ENTANGLED).to_pylist()
    numbers = group_records(
        [(row["folded"], [(each["scheme"], each["value"]) for each in row["identifiers"]]) for row in entangled]
    )
    columns = [[row["number"] for row in entangled], numbers]
    engine.register("paper_groups", pa.table([pa.array(c, pa.int64()) for c in columns], schema=_GROUPS))
    engine.fill("merged_papers", _MERGED, _merge(engine))
    for name, sql in (("papers", _PAPERS), ("records", _RECORDS)):
        write_rows(draft / f"{name}.parquet", SCHEMAS[name], engine.stream(sql, rows=_BATCH))
        engine.register(name, draft / f"{name}.parquet")


def _tabulate(records: Iterable[Paper]) -> Iterator[pa.RecordBatch]:
    given, number = iter(records), 0
    while batch := list(islice(given, _BATCH)):
        table = tabulate_papers(batch)
        table = table.append_column("number", pa.array(range(number, number + len(batch)), pa.int64()))
        table = table.append_column("folded", pa.array([fold_title(paper.title) for paper in batch], pa.string()))
        number += len(batch)
        yield from table.to_batches()


def _merge(engine: LocalEngine) -> Iterator[pa.RecordBatch]:
    """Yield the papers that groups of records are, with the numbers of the groups."""
    for batch in _group_batches(engine):
        merged = [merge_records(group) for _, group in batch]
        table = tabulate_papers(merged).append_column("paper_number", pa.array([n for n, _ in batch], pa.int64()))
        yield from table.to_batches()


def _group_batches(engine: LocalEngine) -> Iterator[list[tuple[int, list[Paper]]]]:
    rows = (
        (number, paper)
        for batch in engine.stream(_BY_PAPER, rows=_BATCH)
        for number, paper in zip(batch.column("paper_number").to_pylist(), to_papers([batch]), strict=True)
    )
    groups = ((number, [paper for _, paper in group]) for number, group in groupby(rows, key=lambda row: row[0]))
    return iter(lambda: list(islice(groups, _BATCH)), [])
