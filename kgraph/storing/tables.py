"""Reading the tables of one build of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NoReturn, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from kgraph.engines.local import LocalEngine
from kgraph.errors import GraphError
from kgraph.storing.schemas import SCHEMAS

Found = TypeVar("Found")


class ById(dict[str, Found]):
    """What one table says of papers or entities, for others that name them; such an id must be there.

    >>> ById({"entity/lora": 1})["entity/bert"]
    Traceback (most recent call last):
    kgraph.errors.GraphError: the tables of the graph do not fit each other ('entity/bert' is missing); build it anew
    """

    def __missing__(self, key: str) -> NoReturn:
        """Raise :class:`GraphError`."""
        raise GraphError(f"the tables of the graph do not fit each other ({key!r} is missing); build it anew")


class Tables:
    """The Parquet tables in a folder, by name; each is read when first asked for.

    ``engine`` is one that knows them already.
    """

    def __init__(self, folder: Path, engine: LocalEngine | None = None) -> None:
        self.folder = folder
        self._engine = engine

    def path(self, name: str) -> Path:
        """Return the Parquet file of a table."""
        return self.folder / f"{name}.parquet"

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a whole table, or some of its columns.

        Raises :class:`GraphError` where the file is missing or is no such table.
        """
        try:
            table = pq.read_table(self.path(name), columns=list(columns) if columns else None)
        except FileNotFoundError:
            raise GraphError(f"{self.path(name)}: is missing; build the graph anew") from None
        except (OSError, pa.ArrowException):
            raise GraphError(f"{self.path(name)}: is damaged; build the graph anew") from None
        schema = SCHEMAS[name]
        if not table.schema.equals(pa.schema([schema.field(column) for column in columns or schema.names])):
            raise GraphError(f"{self.path(name)}: has other columns than this kgraph writes; build the graph anew")
        return table

    @cached_property
    def engine(self) -> LocalEngine:
        """An engine to which every table of the folder answers by its name."""
        if self._engine:
            return self._engine
        engine = LocalEngine()
        for name in SCHEMAS:
            self._check(name)
            engine.register(name, self.path(name))
        return engine

    def _check(self, name: str) -> None:
        try:
            schema = pq.read_schema(self.path(name))
        except FileNotFoundError:
            raise GraphError(f"{self.path(name)}: is missing; build the graph anew") from None
        except (OSError, pa.ArrowException):
            raise GraphError(f"{self.path(name)}: is damaged; build the graph anew") from None
        if not schema.equals(SCHEMAS[name]):
            raise GraphError(f"{self.path(name)}: has other columns than this kgraph writes; build the graph anew")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, object]]:
        """Run one SELECT over the tables and return its rows as dictionaries."""
        rows: list[dict[str, object]] = self.engine.query(sql, list(parameters)).to_pylist()
        return rows

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Run one SELECT and yield its rows in batches."""
        yield from self.engine.stream(sql)


class MemoryTables(Tables):
    """Tables that are held in memory: a selection, or a graph in the making. Those not given are empty."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        super().__init__(Path())
        self._tables = {name: tables.get(name, schema.empty_table()) for name, schema in SCHEMAS.items()}

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a whole table, or some of its columns."""
        table = self._tables[name]
        return table.select(list(columns)) if columns else table

    @cached_property
    def engine(self) -> LocalEngine:
        """An engine to which every table answers by its name."""
        engine = LocalEngine()
        for name, table in self._tables.items():
            engine.register(name, table)
        return engine
