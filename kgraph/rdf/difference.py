"""What changes in the triples of a graph when its tables do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from kgraph.exploring.subset import least_comention_papers
from kgraph.rdf.description import Provenance, describe
from kgraph.rdf.statements import Statements, Wanted, all_statements
from kgraph.storing.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgraph.engines.interface import Engine
    from kgraph.storing.tables import Tables

_CHANGED: Final = """
SELECT line, MIN(side) AS side FROM (
  SELECT line, 0 AS side FROM ({old}) AS before UNION ALL SELECT line, 1 AS side FROM ({new}) AS after) AS lines
GROUP BY line HAVING MIN(side) = MAX(side)
"""


def changed_lines(
    engine: Engine, old: tuple[Tables, Provenance], new: tuple[Tables, Provenance], prefix: str, base_iri: str
) -> Iterator[tuple[bool, bytes]]:
    """Yield lines of N-Triples that went (False) and that came (True), many at a time.

    The engine knows the new tables by their names, and the old ones by their names after ``prefix``.
    """
    before, after = _statements(old[0], base_iri), _statements(new[0], base_iri)
    descriptions = [
        set(describe(tables, base_iri, statements, provenance))
        for (tables, provenance), statements in ((old, before), (new, after))
    ]
    yield False, b"".join(descriptions[0] - descriptions[1])
    yield True, b"".join(descriptions[1] - descriptions[0])
    for (_, mine), (_, others) in zip(_families(before), _families(after), strict=True):
        sql = _CHANGED.format(old=_lines(mine, prefix), new=_lines(others, ""))
        for batch in engine.stream(sql):
            sides = batch.column("side").to_pylist()
            lines = batch.column("line").to_pylist()
            for came in (False, True):
                yield came, "".join(line for line, side in zip(lines, sides, strict=True) if side == came).encode()


def _statements(tables: Tables, base_iri: str) -> list[Statements]:
    papers = int(str(tables.rows("SELECT COUNT(*) AS papers FROM papers")[0]["papers"]))
    return all_statements(Wanted(base_iri, True, False, least_comention_papers(papers)))


def _families(statements: Sequence[Statements]) -> Iterator[tuple[str, list[Statements]]]:
    for family, entries in groupby(statements, key=lambda entry: entry.family):
        yield family, list(entries)


def _lines(entries: Sequence[Statements], prefix: str) -> str:
    """Return a SELECT of the lines, in which the tables' own names stand for those with the prefix."""
    union = " UNION ALL ".join(entry.lines() for entry in entries)
    if not prefix:
        return union
    named = ", ".join(f'{name} AS NOT MATERIALIZED (SELECT * FROM "{prefix}{name}")' for name in SCHEMAS)  # noqa: S608
    return f"WITH {named} SELECT line FROM ({union}) AS lines"  # noqa: S608
