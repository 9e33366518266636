"""Papers → candidates, written as they come: extracted, or taken over where they are known."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from kgraph.extraction import extract_all, extraction_started
from kgraph.storing.columns import tabulate, to_papers
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.writing import write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kgraph.engines.local import LocalEngine
    from kgraph.pipeline.knowledge import Knowledge
    from kgraph.pipeline.means import Means
    from kgraph.records import Candidate, Paper

#: Papers whose candidates are written at once, and that an extractor other than the tagger gets at once.
_BATCH: Final = 500
_BLOCK: Final = 2000

_SCHEMA: Final = SCHEMAS["candidates"]
_NEW: Final = "SELECT p.* FROM papers AS p JOIN new_papers AS n ON n.id = p.id ORDER BY p.id"
_ALL: Final = """
SELECT * FROM known_candidates UNION ALL SELECT * FROM new_candidates
ORDER BY paper, field, "start", "end", type, surface, role, confidence, long_form, sentence_start, sentence_end
"""


@contextmanager
def started(knowledge: Knowledge, means: Means) -> Iterator[Means]:
    """Begin to load what extraction needs, in another process; give means that tell of it."""
    if knowledge.extractor:
        yield means
        return
    with extraction_started(
        processes=means.processes, model_path=knowledge.model, vocabulary=knowledge.vocabulary
    ) as is_started:
        yield replace(means, is_started=is_started)


def write_candidates(engine: LocalEngine, draft: Path, knowledge: Knowledge, means: Means) -> None:
    """Write the engine's ``known_candidates``, and those of its ``new_papers``, which are extracted."""
    batches = extract_new(engine, knowledge, means)
    if engine.count("known_candidates"):
        engine.fill("new_candidates", _SCHEMA, batches)
        batches = iter(engine.stream(_ALL))
    write_rows(draft / "candidates.parquet", _SCHEMA, batches)
    engine.register("candidates", draft / "candidates.parquet")


def extract_new(engine: LocalEngine, knowledge: Knowledge, means: Means) -> Iterator[pa.RecordBatch]:
    """Yield the candidates of the engine's ``new_papers``, sorted."""
    total = engine.count("new_papers")
    found = _extract(to_papers(engine.stream(_NEW, rows=_BLOCK)), knowledge, means)
    done = 0
    while batch := list(islice(found, _BATCH)):
        done += len(batch)
        means.tell("extracting", done, total)
        rows = tabulate("candidates", (each for candidates in batch for each in sorted(candidates, key=_place)))
        yield from rows.to_batches()


def _extract(papers: Iterator[Paper], knowledge: Knowledge, means: Means) -> Iterator[Sequence[Candidate]]:
    if not knowledge.extractor:
        yield from extract_all(
            papers,
            processes=means.processes,
            model_path=knowledge.model,
            vocabulary=knowledge.vocabulary,
            is_started=means.is_started,
        )
        return
    while block := list(islice(papers, _BLOCK)):
        yield from knowledge.extractor(block)


def _place(each: Candidate) -> tuple[object, ...]:
    place = (each.field, each.start, each.end, each.type)
    return *place, each.surface, each.role, each.confidence, each.long_form, each.sentence_start, each.sentence_end
