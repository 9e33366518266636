"""What the explorer's page asks of a worker: pieces of the graph, by what somebody does on the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.errors import UsageError
from kgraph.serving.desk import Desk

if TYPE_CHECKING:
    from kgraph.exploring.spellings import Spellings
    from kgraph.viewing.atlas import Atlas


def make_page(
    desk: Desk, output: Path, *, elsewhere: str, statements: int, examples: list[dict[str, Any]]
) -> dict[str, Any]:
    """Make the atlas of the graph unless it is there, and write the explorer's page; return where the atlas is."""
    from kgraph.viewing.atlas import FORMAT, make_atlas
    from kgraph.viewing.page import render_served_page

    place = make_atlas(desk.tables, desk.folder / f"page-{FORMAT}", Path(elsewhere))
    page = render_served_page(
        _atlas(str(place)),
        title=desk.title,
        base_iri=desk.base_iri,
        build=desk.folder.name,
        statements=statements,
        examples=examples,
    )
    output.write_text(page, encoding="utf-8", newline="\n")
    return {"atlas": str(place)}


def page_piece(
    desk: Desk, output: Path, *, atlas: str, ask: str, sieve: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer a question of the page from an atlas."""
    from kgraph.viewing.answers import answer

    return _write(desk, output, answer(_atlas(atlas), ask, sieve, wanted))


def page_find(desk: Desk, output: Path, *, atlas: str, q: str, limit: int) -> dict[str, Any]:
    """Find nodes by name, alias, title or identifier; the page learns of them in the same answer."""
    from kgraph.exploring.searching import search_spellings
    from kgraph.viewing.pieces import piece

    opened = _atlas(atlas)
    hits = [
        (opened.number_of(hit.id), hit.matched, hit.score) for hit in search_spellings(opened.spellings, q, limit=limit)
    ]
    known = [hit for hit in hits if hit[0] >= 0]
    return _write(desk, output, {**piece(opened, nodes=[number for number, _, _ in known]), "hits": known})


def spellings_at(desk: Desk) -> Spellings:
    """Return what a search looks through: of the atlas where it is made already, else of the tables."""
    from kgraph.exploring.spellings import spellings_of
    from kgraph.viewing.atlas import FORMAT

    place = desk.folder / f"page-{FORMAT}"
    return _atlas(str(place)).spellings if place.is_dir() else spellings_of(desk.tables)


@lru_cache(maxsize=2)
def _atlas(folder: str) -> Atlas:
    from kgraph.viewing.atlas import Atlas

    return Atlas(Path(folder))


def _write(desk: Desk, output: Path, value: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    if len(text) > desk.limits.max_bytes:
        raise UsageError("the answer is longer than this server gives; ask for less with limit=")
    output.write_text(text, encoding="utf-8")
    return {"media_type": "application/json"}
