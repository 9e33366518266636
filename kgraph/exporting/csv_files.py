"""CSV files written straight from the batches of an engine."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from pyarrow import csv as arrow_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kgraph.storing.tables import Tables


def write_rows(path: Path, header: Sequence[str], tables: Tables, select: str) -> None:
    """Write the rows of a SELECT as CSV (RFC 4180, UTF-8) under ``header``; no header where that is empty.

    Texts are quoted and NULL is an empty cell without quotes, so that loaders can tell it from an empty text.
    """
    with path.open("wb") as file:
        if header:
            file.write(header_line(header))
        options = arrow_csv.WriteOptions(include_header=False, quoting_style="needed")
        writer = None
        for batch in tables.batches(select):
            writer = writer or arrow_csv.CSVWriter(file, batch.schema, write_options=options)
            writer.write_batch(batch)
        if writer:
            writer.close()


def header_line(names: Sequence[str]) -> bytes:
    """Return the line of column names.

    >>> header_line(["id:ID(Paper)", ":LABEL"])
    b'id:ID(Paper),:LABEL\\n'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(names)
    return line.getvalue().encode()


def joined_list(column: str, delimiter: str, escape: str = "") -> str:
    """Return the SQL of a list as one text; ``escape`` goes before a delimiter inside a value. Empty: NULL.

    ``delimiter`` and ``escape`` are SQL expressions. A value that ends in ``escape`` gets a space behind it, lest it
    escape the delimiter that follows.
    """
    value = "value"
    if escape:
        escaped = f"replace(value, {delimiter}, {escape} || {delimiter})"
        value = f"{escaped} || CASE WHEN ends_with(value, {escape}) THEN ' ' ELSE '' END"
    return f"nullif(array_to_string([{value} FOR value IN {column} IF value != ''], {delimiter}), '')"
