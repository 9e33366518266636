"""What stands in graphs, taken over into another one: records of papers, and candidates where nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from kgraph.reading import name_paper
from kgraph.storing.columns import to_papers
from kgraph.storing.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from kgraph.engines.local import LocalEngine
    from kgraph.records import Paper
    from kgraph.storing.tables import Tables

_TEXTS: Final = ", ".join(SCHEMAS["papers"].names[1:])
#: A paper that was read once is its record; those of the others are kept beside it.
_RECORDS: Final = f"""
SELECT id, {_TEXTS}, 0 AS merged FROM "{{prefix}}papers"
WHERE id NOT IN (SELECT paper FROM "{{prefix}}records") AND id NOT IN (SELECT id FROM removed)
UNION ALL
SELECT paper AS id, {_TEXTS}, 1 AS merged FROM "{{prefix}}records" WHERE paper NOT IN (SELECT id FROM removed)
"""  # noqa: S608 - constants of ours
_KEPT: Final = """
SELECT n.id, {number} AS graph FROM papers AS n
JOIN "{prefix}papers" AS o ON o.id = n.id AND o.title = n.title AND o.abstract = n.abstract
"""
_NEW: Final = "SELECT id FROM papers WHERE id NOT IN (SELECT id FROM kept_papers)"
_KNOWN: Final = """
SELECT c.* FROM "{prefix}candidates" AS c JOIN kept_papers AS k ON k.id = c.paper WHERE k.graph = {number}
"""


def prefix(number: int) -> str:
    """Return what stands before the names of the tables of a graph that is taken over."""
    return f"taken {number} "


def take_graphs(engine: LocalEngine, graphs: Sequence[Tables], without: Collection[str] = ()) -> Iterator[Paper]:
    """Yield the records of graphs, without some papers; the engine knows the graphs' tables from now on."""
    engine.register("removed", pa.table({"id": pa.array(sorted(without), pa.string())}))
    for number, tables in enumerate(graphs):
        for name in SCHEMAS:
            engine.register(prefix(number) + name, tables.path(name))
    return _records(engine, len(graphs))


def _records(engine: LocalEngine, graphs: int) -> Iterator[Paper]:
    for number in range(graphs):
        for batch in engine.stream(_RECORDS.format(prefix=prefix(number)), rows=2000):
            for paper, merged in zip(to_papers([batch]), batch.column("merged").to_pylist(), strict=True):
                yield replace(paper, id=name_paper(paper.title, paper.identifiers)) if merged else paper


def keep_candidates(engine: LocalEngine, graphs: int) -> None:
    """Know the candidates of the engine's ``papers`` that are as they were in one of its graphs; extract the others."""
    kept = " UNION ALL ".join(_KEPT.format(prefix=prefix(number), number=number) for number in range(graphs))
    engine.keep("kept_papers", f"SELECT id, MIN(graph) AS graph FROM ({kept}) AS each GROUP BY id")  # noqa: S608
    engine.keep("new_papers", _NEW)
    known = (_KNOWN.format(prefix=prefix(number), number=number) for number in range(graphs))
    engine.keep("known_candidates", " UNION ALL ".join(known))
