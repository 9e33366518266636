"""JSON objects made by the engine: as lines, or as the items of an array."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kgraph.exporting.relations import Relation, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgraph.storing.tables import Tables


def json_object(members: Mapping[str, str]) -> str:
    """Return the SQL of a JSON object; members are SQL expressions.

    >>> json_object({"id": "id", "size": "papers"})
    "CAST(to_json({'id': id, 'size': papers}) AS VARCHAR)"
    """
    return f"CAST(to_json({structure(members)}) AS VARCHAR)"


def structure(members: Mapping[str, str]) -> str:
    """Return the SQL of a struct, to be part of a JSON object."""
    return "{" + ", ".join(f"'{name}': {expression}" for name, expression in members.items()) + "}"


def columns(relation: Relation, *own: str) -> dict[str, str]:
    """Return the columns ``own`` and those of the relation as members of an object."""
    return {name: name for name in (*own, *relation.columns)}


def write_items(file: IO[bytes], tables: Tables, selects: Iterable[tuple[str, str]]) -> None:
    """Write the items of a JSON array, without its brackets, from (SELECT, SQL of a JSON object) pairs."""
    first = True
    for select, item in selects:
        for piece in lines(tables, select, f"',' || chr(10) || {item}"):
            file.write(piece[1:] if first else piece)
            first = False
