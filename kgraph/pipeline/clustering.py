"""Extraction by the executors of a Spark cluster: the dearest stage of a build, which sees one paper at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from kgraph.engines.spark import SparkEngine, shared_file
from kgraph.extraction import extract_all
from kgraph.extraction.pool import ONE_THREAD
from kgraph.pipeline.workshop import SCRATCH
from kgraph.records import Paper
from kgraph.storing.columns import tabulate
from kgraph.storing.schemas import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kgraph.engines.local import LocalEngine
    from kgraph.pipeline.knowledge import Knowledge
    from kgraph.pipeline.means import Means

#: Papers of one task: some seconds of work, so that little is lost with an executor.
_TASK: Final = 1000
#: Papers whose candidates make a batch.
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where extraction runs: Spark's URL of the master, and a folder that all machines reach (on one: empty)."""

    master: str
    work: str = ""


@contextmanager
def open_cluster(cluster: Cluster | None) -> Iterator[SparkEngine | None]:
    """Give an engine on a cluster, if there is one: a master that does not answer is told before anything is read."""
    if not cluster:
        yield None
        return
    spark = SparkEngine(cluster.master, cluster.work, ONE_THREAD)
    try:
        yield spark
    finally:
        spark.close()


def extract_on_cluster(
    engine: LocalEngine, draft: Path, spark: SparkEngine, knowledge: Knowledge, means: Means
) -> None:
    """Make the candidates of the engine's ``papers`` answer to ``known_candidates``: no ``new_papers`` are left.

    They are the rows that this machine would find. Raises :class:`KgraphError` where Spark gives up.
    """
    papers = engine.count("papers")
    means.tell("extracting", 0, papers)
    spark.put("papers.parquet", draft / "papers.parquet")
    model, vocabulary = (spark.share(file) if file else "" for file in (knowledge.model, knowledge.vocabulary))
    work = partial(extract_batches, model, vocabulary)
    columns = ("id", "title", "abstract")
    spark.run("papers.parquet", columns, work, "candidates", SCHEMAS["candidates"], papers // _TASK + 1)
    found = spark.fetch("candidates", draft / SCRATCH / "candidates")
    means.tell("extracting", papers, papers)
    engine.register("known_candidates", found)
    engine.keep("new_papers", "SELECT id FROM papers WHERE false")


def extract_batches(model: str, vocabulary: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield, in an executor, the candidates of papers that come as id, title and abstract.

    ``model`` and ``vocabulary`` are the names of shared files, or empty for what ships.
    """
    papers = (
        Paper(*row) for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    files = (shared_file(name) if name else None for name in (model, vocabulary))
    found = extract_all(papers, processes=1, model_path=next(files), vocabulary=next(files))
    while block := list(islice(found, _BATCH)):
        yield from tabulate("candidates", (each for candidates in block for each in candidates)).to_batches()
