"""The engine for many machines: functions over Arrow batches, run by Spark's executors between Parquet folders.

Scheduling, shuffling, and repeating what a lost executor had done are Spark's. A running session is used as it is;
where there is none, one is started with the user's own Spark settings (``SPARK_CONF_DIR``, ``PYSPARK_SUBMIT_ARGS``).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import uuid
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import KgraphError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa
    from pyspark.sql import SparkSession

    #: Turns the batches of one partition into others.
    Work = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]

#: Seconds in which a standalone master must answer. Spark itself would try for a minute.
_REACHED: Final = 10.0
_LOOPBACK: Final = "127.0.0.1"
_ABSENT: Final = re.compile(r"No module named '(\w+)")
_JAVA: Final = "Spark needs Java 17 or newer: install it, or let JAVA_HOME name its folder"


class SparkEngine:
    """Runs functions over named Parquet tables in a working folder that driver and executors reach.

    ``master`` is Spark's URL of the cluster ("local[2]", "spark://host:7077", "yarn", "k8s://…"), ``work`` a folder
    of any file system that Hadoop knows; on this machine alone it may be empty. ``environment`` is set for the
    executors. Raises :class:`UsageError` or :class:`KgraphError` where Spark cannot be had.
    """

    def __init__(self, master: str, work: str = "", environment: Mapping[str, str] | None = None) -> None:
        local = master.startswith("local")
        if not work and not local:
            raise UsageError(f"{master} needs a working folder that all its machines reach: give --work")
        self._session, self._started = _take_session(master, local, environment or {})
        self._master = master
        self._own = Path(tempfile.mkdtemp(prefix="kgraph-")) if not work else None
        self._folder = f"{f'file://{self._own}' if self._own else work.rstrip('/')}/kgraph-{uuid.uuid4().hex}"

    def put(self, name: str, table: Path) -> None:
        """Copy a Parquet file of this machine into the working folder, where it answers to ``name``."""
        with self._telling():
            target = self._path(name)
            self._files(target).copyFromLocalFile(False, True, self._hadoop_path(f"file://{table.resolve()}"), target)

    def share(self, file: Path) -> str:
        """Send a file to every executor; return what :func:`shared_file` finds it by there."""
        with self._telling():
            self._session.sparkContext.addFile(str(file.resolve()))
        return file.name

    def run(self, source: str, columns: Sequence[str], work: Work, target: str, schema: pa.Schema, parts: int) -> None:
        """Write what ``work`` makes of the columns of ``source`` as ``target``; ``parts`` can go on at once.

        Rows go to a part by a hash of the first column, so that a part which is done twice is done alike.
        """
        from pyspark.sql.pandas.types import from_arrow_schema

        with self._telling():
            rows = self._session.read.parquet(str(self._path(source))).select(*columns).repartition(parts, columns[0])
            made = rows.mapInArrow(work, from_arrow_schema(schema))  # type: ignore[arg-type, unused-ignore]
            made.write.option("compression", "zstd").parquet(str(self._path(target)))

    def fetch(self, name: str, folder: Path) -> Path:
        """Copy a table of the working folder to a new folder of this machine; return the pattern of its files."""
        with self._telling():
            source = self._path(name)
            self._files(source).copyToLocalFile(False, source, self._hadoop_path(f"file://{folder.resolve()}"), True)
        return folder / "*.parquet"

    def close(self) -> None:
        """Remove what was put into the working folder, and end the session if it was started here."""
        try:
            # Where Spark is gone the folder stays; why it went is what has to be told.
            with suppress(KgraphError), self._telling():
                target = self._hadoop_path(self._folder)
                self._files(target).delete(target, True)
        finally:
            if self._started:
                self._session.stop()
            if self._own:
                shutil.rmtree(self._own, ignore_errors=True)

    def _path(self, name: str) -> Any:
        return self._hadoop_path(f"{self._folder}/{name}")

    def _hadoop_path(self, path: str) -> Any:
        return self._session.sparkContext._jvm.org.apache.hadoop.fs.Path(path)  # type: ignore[union-attr, unused-ignore]

    def _files(self, path: Any) -> Any:
        """Return the file system, as Hadoop knows it, that a path is in."""
        return path.getFileSystem(self._session.sparkContext._jsc.hadoopConfiguration())

    @contextmanager
    def _telling(self) -> Iterator[None]:
        from py4j.protocol import Py4JError, Py4JNetworkError
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, Py4JError, Py4JNetworkError) as error:
            raise KgraphError(f"Spark at {self._master}: {_reason(str(error))}") from None


def shared_file(name: str) -> Path:
    """Return, in an executor, the file that :meth:`SparkEngine.share` sent."""
    from pyspark import SparkFiles

    return Path(SparkFiles.get(name))


def _take_session(master: str, local: bool, environment: Mapping[str, str]) -> tuple[SparkSession, bool]:
    """Return the session that runs, or else a new one, and whether it is new."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("Spark is not installed: pip install 'kgraph-papers[spark]'") from None
    # Batches of Arrow's need no pandas; Spark asks for it all the same, and warns of the newer ones.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    running = SparkSession.getActiveSession()
    if running:
        return running, False
    _check_java()
    _check_reached(master)
    builder = SparkSession.builder.appName("kgraph").master(master)
    for key, value in _settings(local, environment).items():
        builder = builder.config(key, value)
    if local:
        os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return builder.getOrCreate(), True
    except (PySparkException, _java_error()) as error:
        raise KgraphError(f"Spark at {master} cannot be started: {_reason(str(error))}") from None


def _java_error() -> type[Exception]:
    from py4j.protocol import Py4JError

    return Py4JError  # type: ignore[no-any-return, unused-ignore]


def _settings(local: bool, environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a new session is told beside the user's own settings."""
    here = {"spark.driver.bindAddress": _LOOPBACK, "spark.driver.host": _LOOPBACK} if local else {}
    return {
        **here,
        **{f"spark.executorEnv.{name}": value for name, value in environment.items()},
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # What fails is raised, in a line; executors keep their own logs.
        "spark.log.level": "OFF",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "500",
    }


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=str(Path(home) / "bin") if home else None):
        raise UsageError(_JAVA)


def _check_reached(master: str) -> None:
    """Raise :class:`KgraphError` where none of the standalone masters of a URL answers."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise UsageError(f"{master}: is no address of a master; write spark://HOST:PORT")
        try:
            socket.create_connection((host, int(port)), _REACHED).close()
        except OSError:
            continue
        return
    raise KgraphError(f"no Spark master answers at {master}; see that it runs and that the address is right")


def _reason(text: str) -> str:
    """Return the line of a long report by Spark that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    absent = _ABSENT.search(text)
    if absent:
        return f"the executors' Python has no {absent[1]}; docs/spark.md tells how to give it to them"
    causes = [line for line in lines if line.startswith("Caused by:")]
    python = [line for line in lines if line.split(":")[0].endswith(("Error", "Exception")) and " " in line]
    return (python or causes or lines or ["it told no reason"])[-1 if causes and not python else 0]
