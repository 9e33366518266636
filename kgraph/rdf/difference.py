"""What changes in the triples of a graph when its tables do.

A row that stands in the old table and in the new one makes the same triples: only the others are written as lines.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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

#: Statements that join two tables do so within one paper or one entity, which comes whole where a row of it changed.
_OWNERS: Final = {"papers": "id", "mentions": "paper", "entities": "id", "aliases": "entity"}
_SHARED: Final = (("papers", "mentions"), ("entities", "aliases"))
_EDGES: Final = ("paper_entity", "comentions", "shared_techniques")
#: Weights of these change with every paper: what takes longest to apply comes first.
_CHANGE_MOST: Final = ("shared-technique", "co-mention")

_CHANGED_ROWS: Final = """
SELECT {columns}, MIN(side) AS side FROM (
  SELECT {columns}, 0 AS side FROM {old} UNION ALL SELECT {columns}, 1 AS side FROM {new}) AS both_sides
GROUP BY {columns} HAVING MIN(side) = MAX(side)
"""
_CHANGED_LINES: Final = """
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
    wanted = [_wanted(tables, base_iri) for tables, _ in (old, new)]
    before, after = map(all_statements, wanted)
    with ThreadPoolExecutor(1) as thread:  # what is counted for the descriptions goes through all the tables
        descriptions = [
            thread.submit(_description, *each, base_iri, statements)
            for each, statements in ((old, before), (new, after))
        ]
        _keep_changed(engine, prefix, [each.least_papers for each in wanted])
        for mine, others in zip(_families(before), _families(after), strict=True):
            sql = _CHANGED_LINES.format(old=_lines(mine, "old"), new=_lines(others, "new"))
            for batch in engine.stream(sql):
                sides = batch.column("side").to_pylist()
                lines = batch.column("line").to_pylist()
                for came in (False, True):
                    yield came, "".join(line for line, side in zip(lines, sides, strict=True) if side == came).encode()
        gone, come = (description.result() for description in descriptions)
        yield False, b"".join(gone - come)
        yield True, b"".join(come - gone)


def _description(tables: Tables, provenance: Provenance, base_iri: str, statements: Sequence[Statements]) -> set[bytes]:
    return set(describe(tables, base_iri, statements, provenance))


def _wanted(tables: Tables, base_iri: str) -> Wanted:
    papers = int(str(tables.rows("SELECT COUNT(*) AS papers FROM papers")[0]["papers"]))
    return Wanted(base_iri, True, False, least_comention_papers(papers))


def _keep_changed(engine: Engine, prefix: str, least: Sequence[int]) -> None:
    """Keep what changed in the tables that triples are made of, as ``old NAME`` and ``new NAME``."""
    for owner, owned in _SHARED:
        each = "SELECT {key} AS id FROM ({rows}) AS changed"
        changed = (each.format(key=_OWNERS[name], rows=_changed_rows(name, prefix)) for name in (owner, owned))
        engine.keep(f"changed {owner}", " UNION ".join(changed))
        for name in (owner, owned):
            where = f'WHERE {_OWNERS[name]} IN (SELECT id FROM "changed {owner}")'  # noqa: S608
            engine.keep(f"old {name}", f'SELECT * FROM "{prefix}{name}" {where}')  # noqa: S608
            engine.keep(f"new {name}", f'SELECT * FROM "{name}" {where}')  # noqa: S608
    for name in _EDGES:
        engine.keep(f"changed {name}", _changed_rows(name, prefix, least if name == "comentions" else (0, 0)))
        for number, side in enumerate(("old", "new")):
            engine.keep(f"{side} {name}", f'SELECT * FROM "changed {name}" WHERE side = {number}')  # noqa: S608


def _changed_rows(name: str, prefix: str, least: Sequence[int] = (0, 0)) -> str:
    """Return a SELECT of the rows of a table that went or came, of co-mentions those that are written at all."""
    filters = [f" WHERE papers >= {papers}" if papers else "" for papers in least]
    old, new = f'"{prefix}{name}"{filters[0]}', f'"{name}"{filters[1]}'
    columns = ", ".join(f'"{column}"' for column in SCHEMAS[name].names)
    return _CHANGED_ROWS.format(columns=columns, old=old, new=new)


def _families(statements: Sequence[Statements]) -> list[list[Statements]]:
    families = {family: list(entries) for family, entries in groupby(statements, key=lambda entry: entry.family)}
    return [families[family] for family in sorted(families, key=lambda family: family not in _CHANGE_MOST)]


def _lines(entries: Sequence[Statements], side: str) -> str:
    """Return a SELECT of the lines that the changed rows of one side make."""
    union = " UNION ALL ".join(entry.lines() for entry in entries)
    changed = (*_OWNERS, *_EDGES)
    named = ", ".join(f'{name} AS NOT MATERIALIZED (SELECT * FROM "{side} {name}")' for name in changed)  # noqa: S608
    return f"WITH {named} SELECT line FROM ({union}) AS lines"  # noqa: S608
