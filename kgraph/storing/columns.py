"""Records ↔ tables."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kgraph.records import Paper, Source
from kgraph.storing.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def tabulate(name: str, records: Iterable[Any]) -> pa.Table:
    """Return flat records (dataclasses with the table's columns as fields) as a table."""
    schema = SCHEMAS[name]
    rows = [_shallow(record) for record in records]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def tabulate_papers(papers: Iterable[Paper]) -> pa.Table:
    """Return papers as a table."""
    rows = [
        {
            "id": paper.id,
            "title": paper.title,
            "abstract": paper.abstract,
            "text_kind": paper.text_kind,
            "date": paper.date,
            "url": paper.url,
            "authors": list(paper.authors),
            "identifiers": [{"scheme": scheme, "value": value} for scheme, value in paper.identifiers],
            "sources": [{"file": source.file, "record": source.record} for source in paper.sources],
        }
        for paper in papers
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMAS["papers"])


def to_papers(batches: Iterable[pa.RecordBatch]) -> Iterator[Paper]:
    """Yield the papers in batches of rows of the papers table; columns of other names are passed over."""
    for batch in batches:
        for row in batch.select(SCHEMAS["papers"].names).to_pylist():
            row["authors"] = tuple(row["authors"])
            row["identifiers"] = tuple((each["scheme"], each["value"]) for each in row["identifiers"])
            row["sources"] = tuple(Source(each["file"], each["record"]) for each in row["sources"])
            yield Paper(**row)


def _shallow(record: Any) -> tuple[Any, ...]:
    return tuple(getattr(record, field.name) for field in fields(record))
