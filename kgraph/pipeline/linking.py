"""Papers and candidates → the other tables of a graph: settled, resolved, linked."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from kgraph.linking import count_entities, link_comentions, link_paper_entities, link_shared_techniques, number_nodes
from kgraph.pipeline.knowledge import NOTHING_MORE, Knowledge
from kgraph.pipeline.means import Means
from kgraph.pipeline.settling import settle_papers
from kgraph.pipeline.workshop import new_workshop
from kgraph.resolution import count_names, read_curation, resolve
from kgraph.resources import collector_paused
from kgraph.storing.columns import tabulate, tabulate_papers
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.tables import MemoryTables
from kgraph.storing.writing import write_rows
from kgraph.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgraph.engines.local import LocalEngine
    from kgraph.records import Alias, Candidate, Paper
    from kgraph.resolution import Correction, Resolution

#: A mention has the type of its entity. Names that resolve to nothing were dropped by hand.
_MENTIONS: Final = """
SELECT s.paper, s.field, s."start", s."end", s.surface, n.entity_type AS type, s.role, s.confidence, s.long_form,
       s.sentence_start, s.sentence_end, n.entity
FROM settled AS s LEFT JOIN own_names AS o ON o.paper = s.paper AND o.surface = s.surface
JOIN resolved_names AS n ON n.surface = s.surface AND n.type = s.type AND n.long_form = s.long_form
  AND n.own = COALESCE(o.paper, '')
ORDER BY s.paper, s.field, s."start", s."end", n.entity, s.surface, s.role, s.confidence, s.long_form,
         s.sentence_start, s.sentence_end
"""

_ENTITIES: Final = pa.schema([(name, pa.string()) for name in ("id", "name", "type", "broader")])
_NAMES: Final = pa.schema(
    [(name, pa.string()) for name in ("surface", "type", "long_form", "own", "entity", "entity_type")]
)
#: Rows that are made into columns at once.
_BATCH: Final = 50_000


@collector_paused()
def link_tables(
    engine: LocalEngine,
    draft: Path,
    knowledge: Knowledge,
    means: Means,
    kept: Path | None = None,
) -> tuple[Correction, ...]:
    """Write what follows from the engine's ``papers`` and ``candidates``; return the corrections that found nothing.

    ``kept`` is what another build kept of settling the engine's ``kept_papers``.
    """
    corrections = read_curation(knowledge.curation) if knowledge.curation else ()
    vocabulary = load_vocabulary(knowledge.vocabulary)
    means.tell("settling")
    settle_papers(engine, draft, means, kept)
    means.tell("resolving")
    resolution = resolve(count_names(engine), vocabulary, corrections)
    _register_resolution(engine, resolution)
    _write(engine, draft, "aliases", _tabulate_aliases(resolution.aliases))
    unused = resolution.unused
    del resolution  # as large as the vocabulary, and linking wants the room
    means.tell("linking")
    papers = engine.count("papers")
    _write(engine, draft, "mentions", engine.stream(_MENTIONS))
    _write(engine, draft, "paper_entity", link_paper_entities(engine))
    _write(engine, draft, "entities", count_entities(engine))
    number_nodes(engine)
    _write(engine, draft, "comentions", link_comentions(engine, papers))
    _write(engine, draft, "shared_techniques", link_shared_techniques(engine, papers))
    return unused


def link_papers(
    papers: Iterable[Paper], candidates: Iterable[Candidate], knowledge: Knowledge = NOTHING_MORE
) -> MemoryTables:
    """Return the tables of a small corpus whose candidates were found beforehand, as experiments have them."""
    with new_workshop() as (folder, engine):
        engine.register("papers", tabulate_papers(sorted(papers, key=lambda paper: paper.id)))
        engine.register("candidates", tabulate("candidates", candidates))
        link_tables(engine, folder, knowledge, Means(processes=1))
        made = [name for name in SCHEMAS if name != "records"]
        return MemoryTables({name: engine.query(f'SELECT * FROM "{name}"').cast(SCHEMAS[name]) for name in made})  # noqa: S608 - our own names


def _write(engine: LocalEngine, draft: Path, name: str, batches: Iterable[pa.RecordBatch | pa.Table]) -> None:
    write_rows(draft / f"{name}.parquet", SCHEMAS[name], batches)
    engine.register(name, draft / f"{name}.parquet")


def _register_resolution(engine: LocalEngine, resolution: Resolution) -> None:
    """Make the entities answer to ``resolved``, and the way from each name to its entity to ``resolved_names``."""
    types = {entity.id: entity.type for entity in resolution.entities}
    entities = ((entity.id, entity.name, entity.type, entity.broader) for entity in resolution.entities)
    names = ((*name, entity, types[entity]) for name, entity in resolution.ids.items())
    engine.fill("resolved", _ENTITIES, _texts(_ENTITIES, entities))
    engine.fill("resolved_names", _NAMES, _texts(_NAMES, names))


def _texts(schema: pa.Schema, rows: Iterator[tuple[str, ...]]) -> Iterator[pa.RecordBatch]:
    while batch := list(islice(rows, _BATCH)):
        yield pa.record_batch([pa.array(column, pa.string()) for column in zip(*batch, strict=True)], schema=schema)


def _tabulate_aliases(aliases: Sequence[Alias]) -> Iterator[pa.Table]:
    return (tabulate("aliases", aliases[at : at + _BATCH]) for at in range(0, len(aliases), _BATCH))
