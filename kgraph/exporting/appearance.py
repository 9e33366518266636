"""How nodes look where a format can say it: position, size, colour, community. The picture is made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from kgraph.exporting.relations import tables_of

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection
    from kgraph.exporting.relations import Relation
    from kgraph.storing.tables import Tables

#: The columns of a table of looks. ``colour`` is ``#rrggbb``, ``community`` counts from 1 (0: in none).
APPEARANCE: Final = pa.schema(
    [
        ("id", pa.string()),
        ("x", pa.float64()),
        ("y", pa.float64()),
        ("size", pa.float64()),
        ("colour", pa.string()),
        ("community", pa.int32()),
        ("community_name", pa.string()),
    ]
)


def tables_with(selection: Selection, appearance: pa.Table | None) -> Tables:
    """Return the selection as tables among which ``appearance`` is one, empty where none was given."""
    tables = tables_of(selection)
    tables.engine.register("appearance", APPEARANCE.empty_table() if appearance is None else appearance)
    return tables


def with_looks(relation: Relation) -> str:
    """Return the SELECT of the nodes with the columns of their looks, NULL where they have none."""
    looks = ", ".join(f"looks.{name}" for name in APPEARANCE.names if name != "id")
    return (
        f"SELECT node.*, {looks} FROM ({relation.sql}) AS node"  # noqa: S608 - our own expressions
        " LEFT JOIN appearance AS looks ON looks.id = node.id ORDER BY node.id"
    )
