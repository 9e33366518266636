"""The local engine: relational expressions over Parquet tables, run by DuckDB in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa

from kgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Rows that are committed together: what waits for it is held in memory, beyond the engine's limit.
_TOGETHER: Final = 50_000


class LocalEngine:
    """Runs portable SQL over named tables. In ``folder`` it keeps what does not fit into ``memory`` ("4GB").

    >>> engine = LocalEngine()
    >>> engine.register("n", pa.table({"x": [1, 2, 3]}))
    >>> engine.query("SELECT max(x) AS most FROM n").to_pylist()
    [{'most': 3}]
    """

    def __init__(self, memory: str | None = None, folder: Path | None = None) -> None:
        self._connection = duckdb.connect(str(folder / "work.duckdb") if folder else ":memory:")
        # Nothing is ever fetched: extensions that are not built in stay out.
        self._connection.execute("SET autoinstall_known_extensions = false")
        self._connection.execute("SET autoload_known_extensions = false")
        if memory:
            self._limit(memory)
        if folder:
            self._connection.execute("SET temp_directory = ?", [str(folder / "spill")])

    def _limit(self, memory: str) -> None:
        try:
            self._connection.execute("SET memory_limit = ?", [memory])
        except duckdb.Error:
            raise UsageError(f"{memory!r} is no size of memory; write a number and a unit, such as 4GB") from None

    def register(self, name: str, table: pa.Table | Path) -> None:
        """Make a table in memory, or a Parquet file, answer to ``name``."""
        if isinstance(table, Path):
            path = str(table).replace("'", "''")
            self._connection.execute(f"CREATE OR REPLACE VIEW \"{name}\" AS SELECT * FROM read_parquet('{path}')")  # noqa: S608 - our own path, quoted
        else:
            # A copy, which every cursor sees; a registered table is seen by its own connection only.
            self._take(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming', table)  # noqa: S608

    def fill(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Make rows that come in batches answer to ``name``."""
        self.register(name, schema.empty_table())
        waiting = 0
        self._connection.begin()
        for batch in batches:
            self._take(f'INSERT INTO "{name}" SELECT * FROM incoming', pa.Table.from_batches([batch]))  # noqa: S608
            waiting += batch.num_rows
            if waiting >= _TOGETHER:
                self._connection.commit()
                self._connection.begin()
                waiting = 0
        self._connection.commit()

    def _take(self, sql: str, table: pa.Table) -> None:
        self._connection.register("incoming", table)
        self._connection.execute(sql)
        self._connection.unregister("incoming")

    def keep(self, name: str, sql: str) -> None:
        """Run one SELECT and make its rows answer to ``name``."""
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {sql}')

    def query(self, sql: str, parameters: list[object] | None = None) -> pa.Table:
        """Run one SELECT and return its rows."""
        return self._connection.cursor().sql(sql, params=parameters).to_arrow_table()

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        rows: int = self.query(f'SELECT COUNT(*) AS rows FROM "{name}"')["rows"][0].as_py()  # noqa: S608 - a name of ours
        return rows

    def stream(self, sql: str, rows: int = 50_000) -> pa.RecordBatchReader:
        """Run one SELECT and return its rows in batches, so that memory does not grow with them."""
        return self._connection.cursor().sql(sql).to_arrow_reader(rows)

    def close(self) -> None:
        """Free the connection."""
        self._connection.close()
