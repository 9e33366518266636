"""Builds by Spark: in threads, and with executors in processes of their own, one of which is killed."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from needed import module, program

import kgraph
from kgraph.engines.spark import SparkEngine
from kgraph.errors import KgraphError, UsageError
from kgraph.extraction.pool import ONE_THREAD
from kgraph.pipeline.clustering import extract_batches
from kgraph.resources import data_path
from kgraph.storing.schemas import SCHEMAS, SORT_KEYS

pytestmark = pytest.mark.systems

SAMPLE = data_path("sample/papers.jsonl")
#: Two executors in processes of their own, with a core and 1,200 MB each.
PROCESSES = "local-cluster[2,1,1200]"


@pytest.fixture(scope="module", autouse=True)
def spark() -> None:
    """What every test here needs."""
    program("java")
    module("pyspark")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as this machine builds it."""
    path = tmp_path_factory.mktemp("local") / "sample.kg"
    kgraph.build(SAMPLE, path, store=False)
    return path


def tables(graph: Path) -> Path:
    return kgraph.open_graph(graph).tables.folder


def assert_same(one: Path, other: Path) -> None:
    files = [f"{name}.parquet" for name in SCHEMAS]
    assert filecmp.cmpfiles(tables(one), tables(other), files, shallow=False) == (files, [], [])


def test_a_master_that_does_not_answer_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(KgraphError, match=r"^no Spark master answers at spark://127.0.0.1:9; [^\n]*$"):
        kgraph.build("nothing.bib", tmp_path / "s.kg", engine="spark", master="spark://127.0.0.1:9", work="/tmp")
    assert not (tmp_path / "s.kg").exists()


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^spark://here: is no address of a master; write spark://HOST:PORT$"):
        SparkEngine("spark://here", "/tmp")


def test_a_missing_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"^Spark needs Java 17 or newer"):
        SparkEngine("local[1]")


def test_threads_give_the_tables_of_this_machine_and_clear_the_working_folder(local: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    kgraph.build(SAMPLE, tmp_path / "s.kg", store=False, engine="spark", master="local[2]", work=f"file://{work}")
    assert_same(local, tmp_path / "s.kg")
    assert not list(work.iterdir())


def test_a_master_of_no_kind_that_spark_knows_is_told() -> None:
    with pytest.raises(KgraphError, match=r"^Spark at nowhere cannot be started: [^\n]*$"):
        SparkEngine("nowhere", "/tmp")


@pytest.fixture(scope="module")
def cluster() -> Iterator[SparkEngine]:
    """Spark with executors in processes of their own; builds use the session that runs."""
    engine = SparkEngine(PROCESSES, environment=ONE_THREAD)
    yield engine
    engine.close()


def test_executors_in_processes_of_their_own_give_them_too(local: Path, tmp_path: Path, cluster: SparkEngine) -> None:
    kgraph.build(SAMPLE, tmp_path / "s.kg", store=False, engine="spark", master=PROCESSES)
    assert_same(local, tmp_path / "s.kg")


def test_a_vocabulary_reaches_the_executors(tmp_path: Path, cluster: SparkEngine) -> None:
    names, papers = tmp_path / "names.csv", tmp_path / "papers.jsonl"
    names.write_text("name,type,aliases\nZorbflux scoring,metric,zorbflux\n", "utf-8")
    papers.write_text(json.dumps({"title": "Parsing", "abstract": "We report zorbflux for every parser."}), "utf-8")
    kgraph.build(papers, tmp_path / "a.kg", store=False, vocabulary=names)
    kgraph.build(papers, tmp_path / "b.kg", store=False, vocabulary=names, engine="spark", master=PROCESSES)
    assert_same(tmp_path / "a.kg", tmp_path / "b.kg")


def test_what_fails_in_an_executor_is_told_in_a_line(local: Path, cluster: SparkEngine) -> None:
    def fail(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        raise ValueError("the abacus is broken")

    cluster.put("failing.parquet", tables(local) / "papers.parquet")
    with pytest.raises(KgraphError, match=r"^Spark at [^\n]*the abacus is broken[^\n]*$"):
        cluster.run("failing.parquet", ["id"], fail, "failed", SCHEMAS["candidates"], 1)


def test_an_executor_killed_in_mid_job_changes_nothing(local: Path, tmp_path: Path, cluster: SparkEngine) -> None:
    shot = tmp_path / "shot"

    def extract_and_kill_once(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Kill the executor that this runs in, the first time, when some of the work is done and handed on."""
        import os
        import signal
        import time

        def parent(process: int) -> int:
            return int(open(f"/proc/{process}/stat").read().rpartition(")")[2].split()[1])  # noqa: PTH123

        for found in extract_batches("", "", batches):
            yield found
            time.sleep(0.5)
            executor = parent(os.getppid())
            command = open(f"/proc/{executor}/cmdline").read()  # noqa: PTH123, SIM115
            if "CoarseGrainedExecutorBackend" not in command:
                raise RuntimeError(f"this is no executor: {command}")
            try:
                os.close(os.open(shot, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(executor, signal.SIGKILL)

    cluster.put("papers.parquet", tables(local) / "papers.parquet")
    columns = ("id", "title", "abstract")
    cluster.run("papers.parquet", columns, extract_and_kill_once, "found", SCHEMAS["candidates"], 8)
    cluster.fetch("found", tmp_path / "found")
    assert shot.exists()
    found = pq.read_table(tmp_path / "found").sort_by([(key, "ascending") for key in SORT_KEYS["candidates"]])
    assert found.equals(pq.read_table(tables(local) / "candidates.parquet"))
