"""The columns of the Parquet tables of a graph."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_SPAN = [
    ("paper", pa.string()),
    ("field", pa.string()),
    ("start", pa.int32()),
    ("end", pa.int32()),
    ("surface", pa.string()),
    ("type", pa.string()),
    ("role", pa.string()),
    ("confidence", pa.float64()),
    ("long_form", pa.string()),
    ("sentence_start", pa.int32()),
    ("sentence_end", pa.int32()),
]

_PAPER = [
    ("title", pa.string()),
    ("abstract", pa.string()),
    ("text_kind", pa.string()),
    ("date", pa.string()),
    ("url", pa.string()),
    ("authors", pa.list_(pa.string())),
    ("identifiers", pa.list_(pa.struct([("scheme", pa.string()), ("value", pa.string())]))),
    ("sources", pa.list_(pa.struct([("file", pa.string()), ("record", pa.int32())]))),
]

#: Table name → schema. Rows are sorted by the columns in ``SORT_KEYS``.
SCHEMAS: Final[dict[str, pa.Schema]] = {
    "papers": pa.schema([("id", pa.string()), *_PAPER]),
    # The records of the papers that were read more than once, so that papers can come and go later.
    "records": pa.schema([("paper", pa.string()), ("place", pa.int32()), *_PAPER]),
    "candidates": pa.schema(_SPAN),
    "mentions": pa.schema([*_SPAN, ("entity", pa.string())]),
    "entities": pa.schema(
        [
            ("id", pa.string()),
            ("name", pa.string()),
            ("type", pa.string()),
            ("broader", pa.string()),
            ("papers", pa.int32()),
            ("mentions", pa.int32()),
        ]
    ),
    "aliases": pa.schema(
        [("entity", pa.string()), ("alias", pa.string()), ("count", pa.int32()), ("reason", pa.string())]
    ),
    "paper_entity": pa.schema(
        [
            ("paper", pa.string()),
            ("entity", pa.string()),
            ("role", pa.string()),
            ("confidence", pa.float64()),
            ("mentions", pa.int32()),
        ]
    ),
    "comentions": pa.schema(
        [
            ("source", pa.string()),
            ("target", pa.string()),
            ("papers", pa.int32()),
            ("sentences", pa.int32()),
            ("npmi", pa.float64()),
            ("log_likelihood", pa.float64()),
        ]
    ),
    "shared_techniques": pa.schema(
        [
            ("source", pa.string()),
            ("target", pa.string()),
            ("score", pa.float64()),
            ("techniques", pa.list_(pa.string())),
        ]
    ),
}

SORT_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "papers": ("id",),
    "records": ("paper", "place"),
    "candidates": ("paper", "field", "start", "end", "type"),
    "mentions": ("paper", "field", "start", "end"),
    "entities": ("id",),
    "aliases": ("entity", "alias"),
    "paper_entity": ("paper", "entity"),
    "comentions": ("source", "target"),
    "shared_techniques": ("source", "target"),
}
