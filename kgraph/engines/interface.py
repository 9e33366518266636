"""What an engine must do: answer portable SQL over tables that it knows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa


class Engine(Protocol):
    """Runs the wide work. Expressions count in integers only, so that every engine gives the same rows."""

    def register(self, name: str, table: pa.Table | Path) -> None:
        """Make a table, or a Parquet file, answer to ``name``."""

    def fill(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Make rows that come in batches answer to ``name``."""

    def keep(self, name: str, sql: str) -> None:
        """Run one SELECT and make its rows answer to ``name``."""

    def query(self, sql: str) -> pa.Table:
        """Run one SELECT and return its rows."""

    def stream(self, sql: str, rows: int = 50_000) -> pa.RecordBatchReader:
        """Run one SELECT and return its rows in batches of at most ``rows``."""
