"""What the served page asks, by name, and what answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kgraph.viewing.listing import table
from kgraph.viewing.looking import aliases, among, around, both, most_named, named, naming, overview, texts, ties
from kgraph.viewing.sifting import Sieve
from kgraph.viewing.walking import path

if TYPE_CHECKING:
    from kgraph.viewing.atlas import Atlas
    from kgraph.viewing.pieces import Piece

#: What depends on the filters.
SIFTED: Final[Mapping[str, Callable[..., Piece]]] = {
    "overview": overview,
    "around": around,
    "among": among,
    "named": named,
    "naming": naming,
    "path": path,
    "table": table,
}
#: What is as it is, whatever is filtered.
WHOLE: Final[Mapping[str, Callable[..., Piece]]] = {
    "ties": ties,
    "both": both,
    "texts": texts,
    "top": most_named,
    "aliases": aliases,
}


def answer(atlas: Atlas, ask: str, sieve: Mapping[str, Any], wanted: Mapping[str, Any]) -> Piece:
    """Answer a question of the page: ``sieve`` has the fields of :class:`Sieve` that are not as at the start."""
    if ask in WHOLE:
        return WHOLE[ask](atlas, **wanted)
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in sieve.items()}
    return SIFTED[ask](atlas, Sieve(**fields), **wanted)
