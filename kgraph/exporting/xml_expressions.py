"""Texts in XML as SQL expressions."""

from __future__ import annotations

from functools import reduce
from typing import Final

from kgraph.exporting.relations import Relation

#: Two ends of lines of XML 1.1 are among them: some parsers of XML 1.0 make a newline of these.
_ENTITIES: Final = ((38, "&amp;"), (60, "&lt;"), (62, "&gt;"), (34, "&quot;"), (0x85, "&#133;"), (0x2028, "&#8232;"))
#: What else an attribute must hold as a reference, lest parsers make a space of it.
_SPACES: Final = ((9, "&#9;"), (10, "&#10;"))
#: The two code points of clean text that XML 1.0 cannot hold at all: U+FFFD stands for them.
_BARRED: Final = ((0xFFFE, "\ufffd"), (0xFFFF, "\ufffd"))


#: Columns whose values are words of our own; half of the time would go into looking for markup in them.
_OWN_WORDS: Final = frozenset({"kind", "role", "text_kind"})


def joined(*parts: str) -> str:
    """Return the SQL of texts in a row: one copy, where a chain of ``||`` copies what stands before at each part."""
    return f"concat({', '.join(parts)})"


def element_text(expression: str) -> str:
    """Return a text as the content of an element."""
    return expression if expression in _OWN_WORDS else _escaped(expression, (*_ENTITIES, *_BARRED))


def attribute_text(expression: str) -> str:
    """Return a text as the value of an attribute, without the quotes."""
    return expression if expression in _OWN_WORDS else _escaped(expression, (*_ENTITIES, *_SPACES, *_BARRED))


def edge_attributes() -> dict[str, str]:
    """Return ``source``, ``target`` and ``id`` of an edge as values of attributes."""
    ends = {name: attribute_text(name) for name in ("source", "target")}
    # As EDGE_ID of the relations; the engine works out an expression that occurs twice once.
    return {**ends, "id": joined("kind", "':'", ends["source"], "'|'", ends["target"])}


def plain(name: str, kind: str) -> str:
    """Return a column as text: lists as JSON, numbers in their shortest form."""
    if kind == "text":
        return name
    return f"CAST(to_json({name}) AS VARCHAR)" if kind == "texts" else f"CAST({name} AS VARCHAR)"


def is_number(kind: str) -> bool:
    """Tell whether a column of this type needs no escaping."""
    return kind in ("integer", "number")


def columns_of(relation: Relation, *own: str) -> dict[str, str]:
    """Return the columns ``own`` (texts, but for ``weight``) and those of the relation, with their types."""
    return {name: "number" if name == "weight" else "text" for name in own} | dict(relation.columns)


def _escaped(expression: str, replacements: tuple[tuple[int, str], ...]) -> str:
    special = "[" + "".join(f"\\x{{{code:X}}}" for code, _ in replacements) + "]"
    thorough = reduce(lambda text, pair: f"replace({text}, chr({pair[0]}), '{pair[1]}')", replacements, expression)
    return f"CASE WHEN regexp_matches({expression}, '{special}') THEN {thorough} ELSE {expression} END"
