"""Rows → Parquet files, in batches, so that memory does not grow with a table; the same rows give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Rows that stand together in a file. A file's bytes depend on it, and not on the sizes of the batches.
ROW_GROUP: Final = 100_000


def write_rows(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch | pa.Table]) -> int:
    """Write batches of rows, in the order in which they come, as a Parquet file; return how many rows they were."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _in_groups(schema, batches):
            writer.write_table(group, row_group_size=ROW_GROUP)
            rows += len(group)
        if not rows:
            writer.write_table(schema.empty_table())
    return rows


def _in_groups(schema: pa.Schema, batches: Iterable[pa.RecordBatch | pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows as tables of a row group each."""
    waiting: list[pa.Table] = []
    size = 0
    for batch in batches:
        table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
        waiting.append(table.select(schema.names).cast(schema))
        size += len(table)
        if size >= ROW_GROUP:
            whole = pa.concat_tables(waiting)
            full = size - size % ROW_GROUP
            yield from (whole.slice(at, ROW_GROUP).combine_chunks() for at in range(0, full, ROW_GROUP))
            waiting, size = [whole.slice(full)], size - full
    if size:
        yield pa.concat_tables(waiting).combine_chunks()
