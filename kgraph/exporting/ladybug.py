"""LadybugDB (the live fork of Kuzu): a database file with a node table a type and a relationship table a kind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from kgraph.errors import OutputError
from kgraph.exporting.property_graph import ENDS, NAMES
from kgraph.exporting.relations import EDGE_ID, EDGES_WITH_EVIDENCE, LABELS, TYPES, nodes_by_kind
from kgraph.records import ENTITY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import ColumnType, Relation
    from kgraph.storing.tables import Tables

_TYPES: Final[dict[ColumnType, str]] = {
    "text": "STRING", "integer": "INT32", "number": "DOUBLE", "texts": "STRING[]",
}  # fmt: skip
#: The tables that may stand at an end of a relationship.
_TABLES: Final = {"Paper": ("Paper",), "Entity": tuple(LABELS[kind] for kind in ENTITY_TYPES)}
_KIND: Final = {label: kind for kind, label in LABELS.items()}


def write_ladybug(selection: Selection, path: Path) -> None:
    """Write a database file by COPY FROM Parquet.

    Raises :class:`OutputError` where ``ladybug`` is not installed, or cannot write.
    """
    try:
        import ladybug
    except ImportError:
        raise OutputError("a LadybugDB file needs its library: pip install 'kgraph-papers[ladybug]'") from None
    tables = selection.tables()
    # Beside the draft: what is left by a kill is cleared away with it.
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        try:
            database = ladybug.Database(str(path))
            try:
                connection = ladybug.Connection(database)
                for statement in _statements(tables, Path(place)):
                    connection.execute(statement)
                connection.close()
            finally:
                database.close()
        except RuntimeError as error:  # so its library tells of everything
            raise OutputError(f"{path}: cannot be written: {error}") from None


def _statements(tables: Tables, place: Path) -> Iterator[str]:
    """Yield the statements in order, each after the file that it reads has been written to ``place``."""
    for kind, select, relation in nodes_by_kind():
        label = LABELS[kind]
        columns = ", ".join(_declared(relation, NAMES[relation.name]))
        yield f"CREATE NODE TABLE {label}(id STRING, {columns}, PRIMARY KEY(id))"
        names = ", ".join(("id", f"label AS {NAMES[relation.name]}", *relation.columns))
        file = place / f"{label}.parquet"
        if _write(tables, f"SELECT {names} FROM ({select})", file):  # noqa: S608 - our own expressions
            yield f"COPY {label} FROM '{file}'"
    for relation in EDGES_WITH_EVIDENCE:
        yield from _relationships(tables, relation, place)


def _relationships(tables: Tables, relation: Relation, place: Path) -> Iterator[str]:
    name = TYPES[relation.name]
    sources, targets = (_TABLES[end] for end in ENDS[relation.name])
    pairs = [(source, target) for source in sources for target in targets]
    ends = ", ".join(f"FROM {source} TO {target}" for source, target in pairs)
    yield f"CREATE REL TABLE {name}({ends}, id STRING, weight DOUBLE{''.join(f', {c}' for c in _declared(relation))})"
    columns = ", ".join(("source", "target", f"{EDGE_ID} AS id", "weight", *relation.columns))
    for source, target in pairs:
        file = place / f"{name}-{source}-{target}.parquet"
        select = (
            f"SELECT {columns} FROM ({relation.sql}) WHERE source IN ({_ids(source)}) AND target IN ({_ids(target)})"  # noqa: S608
            " ORDER BY source, target"
        )
        if _write(tables, select, file):
            yield f"COPY {name} FROM '{file}' (from='{source}', to='{target}')"


def _ids(label: str) -> str:
    if label == "Paper":
        return "SELECT id FROM papers"
    return f"SELECT id FROM entities WHERE type = '{_KIND[label]}'"  # noqa: S608 - our own label


def _declared(relation: Relation, *texts: str) -> list[str]:
    columns = dict.fromkeys(texts, "text") | dict(relation.columns)
    return [f"{name} {_TYPES[kind]}" for name, kind in columns.items()]  # type: ignore[index]


def _write(tables: Tables, select: str, file: Path) -> bool:
    """Write the rows of a SELECT as Parquet; tell whether there are any."""
    writer: Any = None
    for batch in tables.batches(select):
        if batch.num_rows:
            writer = writer or pq.ParquetWriter(file, batch.schema)
            writer.write_batch(batch)
    if writer:
        writer.close()
    return writer is not None
