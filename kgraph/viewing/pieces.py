"""Parts of an atlas as the page reads them: columns of nodes, of ties, and of the texts of papers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kgraph.viewing.atlas_tables import WAYS
from kgraph.viewing.content import utf16_offset

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas

Numbers = NDArray[np.int64]
Piece = dict[str, Any]

#: The columns of mentions as the page has them.
MENTION_COLUMNS: Final = ("paper", "entity", "field", "role", "confidence", "start", "end", "from", "to")
_OFFSETS: Final = {"start": "start", "end": "end", "from": "sentence_start", "to": "sentence_end"}


def piece(atlas: Atlas, *, nodes: Iterable[int] = (), edges: Iterable[int] = (), texts: Iterable[int] = ()) -> Piece:
    """Return what the page needs to know of some nodes and ties, and the texts of some papers (numbers of nodes).

    The ends of the ties, the techniques that they rest on and the entities that the texts name come along.
    """
    ties = np.unique(np.fromiter(edges, dtype=np.int64))
    read = np.unique(np.fromiter(texts, dtype=np.int64))
    read = read[(read >= atlas.entities) & (read < atlas.size)]
    rows = [atlas.rows_of("mentions", paper - atlas.entities) for paper in read.tolist()]
    mentions = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    techniques = atlas.texts("edges", "techniques", ties)
    known = np.unique(
        np.concatenate(
            [
                np.fromiter(nodes, dtype=np.int64),
                np.fromiter(chain.from_iterable(group or () for group in techniques), dtype=np.int64),
                atlas.first_ends[ties],
                atlas.second_ends[ties],
                read,
                atlas.column("mentions", "entity")[mentions],
            ]
        ).astype(np.int64)
    )
    known = known[(known >= 0) & (known < atlas.size)]
    found: Piece = {
        "entities": _entities(atlas, known[known < atlas.entities]),
        "papers": _papers(atlas, known[known >= atlas.entities]),
        "edges": _edges(atlas, ties, techniques),
    }
    return {**found, "texts": _texts(atlas, read, rows, mentions)} if len(read) else found


def _entities(atlas: Atlas, rows: Numbers) -> Piece:
    return {
        **_places(atlas, rows),
        "id": atlas.texts("entities", "id", rows),
        "name": atlas.texts("entities", "name", rows),
        "type": atlas.types[rows].tolist(),
        "papers": atlas.column("entities", "papers")[rows].tolist(),
        "mentions": atlas.column("entities", "mentions")[rows].tolist(),
    }


def _papers(atlas: Atlas, numbers: Numbers) -> Piece:
    rows = numbers - atlas.entities
    return {
        **_places(atlas, numbers),
        **{name: atlas.texts("papers", name, rows) for name in ("id", "title", "date", "url")},
        "summary": [int(one) for one in atlas.texts("papers", "summary", rows)],
    }


def _places(atlas: Atlas, numbers: Numbers) -> Piece:
    ties = np.stack([atlas.column("nodes", f"ties_{way}")[numbers] for way in WAYS], axis=1)
    columns = ("x", "y", "radius", "community")
    return {
        "number": numbers.tolist(),
        **{name: atlas.column("nodes", name)[numbers].tolist() for name in columns},
        "ties": ties.tolist(),
    }


def _edges(atlas: Atlas, ties: Numbers, techniques: list[list[int] | None]) -> Piece:
    columns = ("kind", "a", "b", "weight", "count", "sentences", "npmi", "role")
    return {
        "number": ties.tolist(),
        **{name: atlas.column("edges", name)[ties].tolist() for name in columns},
        "techniques": techniques,
    }


def _texts(atlas: Atlas, papers: Numbers, rows: list[Numbers], mentions: Numbers) -> Piece:
    """Return abstracts, authors, identifiers and mentions of papers; offsets count UTF-16 units."""
    places = papers - atlas.entities
    titles, abstracts = atlas.texts("papers", "title", places), atlas.texts("papers", "abstract", places)
    owner = np.repeat(np.arange(len(papers)), [len(group) for group in rows]).tolist()
    field = atlas.column("mentions", "field")[mentions].tolist()
    named = [(abstracts if one else titles)[number] for one, number in zip(field, owner, strict=True)]
    offsets = {
        short: [
            utf16_offset(text, offset)
            for text, offset in zip(named, atlas.column("mentions", name)[mentions].tolist(), strict=True)
        ]
        for short, name in _OFFSETS.items()
    }
    identifiers = atlas.texts("papers", "identifiers", places)
    return {
        "number": papers.tolist(),
        "abstract": abstracts,
        "authors": [names or [] for names in atlas.texts("papers", "authors", places)],
        "identifiers": [[[one["scheme"], one["value"]] for one in group or []] for group in identifiers],
        "mentions": {
            "paper": places[owner].tolist(),
            "field": field,
            **{name: atlas.column("mentions", name)[mentions].tolist() for name in ("entity", "role", "confidence")},
            **offsets,
        },
    }
