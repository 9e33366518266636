"""Candidates that were extracted beforehand: parts of a corpus for a queue of batch jobs, or tables of your own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kgraph.errors import InputError, UsageError
from kgraph.pipeline.gathering import gather_papers
from kgraph.pipeline.knowledge import Knowledge, digest_file
from kgraph.pipeline.proposing import extract_new
from kgraph.pipeline.workshop import new_workshop
from kgraph.records import ENTITY_TYPES, FIELDS, ROLES
from kgraph.storing.files import whole_file
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.writing import write_rows
from kgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgraph.engines.local import LocalEngine
    from kgraph.pipeline.means import Means
    from kgraph.records import Paper

_KEY: Final = b"kgraph"
_SHARD: Final = """
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number FROM papers) AS numbered
WHERE number % {of} = {shard} - 1
"""
_TEXT: Final = "CASE c.field WHEN 'title' THEN p.title ELSE p.abstract END"
_UNLAWFUL: Final = f"""
SELECT c.paper, c.surface FROM known_candidates AS c LEFT JOIN papers AS p ON p.id = c.paper
WHERE p.id IS NULL OR c."start" >= c."end" OR substr({_TEXT}, c."start" + 1, c."end" - c."start") <> c.surface
   OR c."start" < c.sentence_start OR c."end" > c.sentence_end OR c.confidence NOT BETWEEN 0 AND 1
   OR c.field NOT IN {FIELDS} OR c.type NOT IN {ENTITY_TYPES} OR c.role NOT IN {ROLES} OR c.long_form IS NULL
ORDER BY c.paper, c."start" LIMIT 1
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True)
class Part:
    """What a part says of itself: which of how many it is, of which papers, and what extracted it."""

    shard: int
    of: int
    papers: str
    options: dict[str, Any] = field(default_factory=dict)
    kgraph: str = __version__


def write_part(records: Iterable[Paper], output: Path, shard: int, of: int, knowledge: Knowledge, means: Means) -> int:
    """Write the candidates of every ``of``-th paper; return their number. See :func:`kgraph.extract_part`."""
    if not 1 <= shard <= of:
        raise UsageError(f"there is no part {shard} of {of}; the parts are 1/{of} to {of}/{of}")
    options = {name: told for name, told in knowledge.describe().items() if name != "curation"}
    with new_workshop(means.memory) as (folder, engine):
        gather_papers(engine, folder, records)
        engine.keep("new_papers", _SHARD.format(shard=shard, of=of))
        part = Part(shard, of, digest_papers(engine), options)
        schema = SCHEMAS["candidates"].with_metadata({_KEY: json.dumps(asdict(part), sort_keys=True)})
        with whole_file(output) as draft:
            return write_rows(draft, schema, extract_new(engine, knowledge, means))


def take_parts(engine: LocalEngine, files: Sequence[Path], knowledge: Knowledge) -> dict[str, Any]:
    """Make the candidates in files answer to ``known_candidates``; return what the manifest says of their origin.

    Raises :class:`InputError` where they are not those of the engine's ``papers``, all of them, once.
    """
    tables = [_open(file) for file in files]
    schema = SCHEMAS["candidates"]
    batches = (batch.select(schema.names).cast(schema) for table in tables for batch in table.iter_batches())
    engine.fill("known_candidates", schema, batches)
    wrong = engine.query(_UNLAWFUL).to_pylist()
    if wrong:
        place = f"{wrong[0]['surface']!r} of {wrong[0]['paper']}"
        raise InputError(f"the candidate {place} is not in the papers' texts, or no record of one")
    told = [(table.schema_arrow.metadata or {}).get(_KEY) for table in tables]
    if None in told:
        return {"candidates": sorted(map(digest_file, files))}
    return _check([Part(**json.loads(each)) for each in told if each], digest_papers(engine), knowledge)


def _check(parts: Sequence[Part], papers: str, knowledge: Knowledge) -> dict[str, Any]:
    """Return what extracted the parts. Raises :class:`InputError` where they do not make a whole."""
    first = parts[0]
    if any((part.of, part.options, part.kgraph) != (first.of, first.options, first.kgraph) for part in parts):
        raise InputError("the parts were not extracted in one way; extract all with the same options and kgraph")
    if any(part.papers != papers for part in parts):
        raise InputError("the parts are of other papers than the inputs; give both commands the same inputs")
    numbers = sorted(part.shard for part in parts)
    missing = sorted(set(range(1, first.of + 1)) - set(numbers))
    if missing:
        raise InputError(f"parts are missing: {', '.join(f'{number}/{first.of}' for number in missing)}")
    if len(numbers) > first.of:
        raise InputError("a part was given twice")
    if knowledge.describe().get("vocabulary") != first.options.get("vocabulary"):
        raise InputError("the parts were extracted with another vocabulary; give the same one with --vocabulary")
    return first.options


def _open(file: Path) -> pq.ParquetFile:
    try:
        table = pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read as candidates: {error}") from None
    missing = set(SCHEMAS["candidates"].names) - set(table.schema_arrow.names)
    if missing:
        raise InputError(f"{file}: is no table of candidates: it has no column {sorted(missing)[0]!r}")
    return table


def digest_papers(engine: LocalEngine) -> str:
    """Return a hash of the ids and texts of the engine's papers."""
    digest = hashlib.sha256()
    for batch in engine.stream("SELECT id, title, abstract FROM papers ORDER BY id", rows=2000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            digest.update("\0".join(row).encode())
    return digest.hexdigest()
