"""The local engine: relational expressions over Parquet tables, run by DuckDB in this process."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa


class LocalEngine:
    """Runs portable SQL over named tables; spills to ``spill`` where ``memory`` ("4GB") ends.

    >>> engine = LocalEngine()
    >>> engine.register("n", pa.table({"x": [1, 2, 3]}))
    >>> engine.query("SELECT max(x) AS most FROM n").to_pylist()
    [{'most': 3}]
    """

    def __init__(self, memory: str | None = None, spill: Path | None = None, threads: int | None = None) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET preserve_insertion_order = true")
        # Nothing is ever fetched: extensions that are not built in stay out.
        self._connection.execute("SET autoinstall_known_extensions = false")
        self._connection.execute("SET autoload_known_extensions = false")
        if memory:
            self._connection.execute("SET memory_limit = ?", [memory])
        if spill:
            self._connection.execute("SET temp_directory = ?", [str(spill)])
        if threads:
            self._connection.execute(f"SET threads = {int(threads)}")

    def register(self, name: str, table: pa.Table | Path) -> None:
        """Make a table in memory, or a Parquet file, answer to ``name``."""
        if isinstance(table, Path):
            path = str(table).replace("'", "''")
            self._connection.execute(f"CREATE OR REPLACE VIEW \"{name}\" AS SELECT * FROM read_parquet('{path}')")  # noqa: S608 - our own path, quoted
        else:
            # A copy, which every cursor sees; a registered table is seen by its own connection only.
            self._connection.register("incoming", table)
            self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')  # noqa: S608
            self._connection.unregister("incoming")

    def query(self, sql: str, parameters: list[object] | None = None) -> pa.Table:
        """Run one SELECT and return its rows."""
        return self._connection.cursor().sql(sql, params=parameters).to_arrow_table()

    def stream(self, sql: str, rows: int = 50_000) -> pa.RecordBatchReader:
        """Run one SELECT and return its rows in batches, so that memory does not grow with them."""
        return self._connection.cursor().sql(sql).to_arrow_reader(rows)

    def close(self) -> None:
        """Free the connection."""
        self._connection.close()
