"""All names, aliases, titles and identifiers of a graph in the forms in which a search compares them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kgraph.names import normal_form
from kgraph.notation import spell_letters
from kgraph.storing.tables import ById

if TYPE_CHECKING:
    from kgraph.storing.tables import Tables

_WORD = re.compile(r"[^\W_]+")

_NODES = """
SELECT id, type AS kind, name, papers FROM entities
UNION ALL SELECT id, 'paper' AS kind, title AS name, 1 AS papers FROM papers ORDER BY id
"""
_OTHERS = """
SELECT entity AS id, alias AS text FROM aliases
UNION ALL SELECT id, i.value FROM (SELECT id, unnest(identifiers) AS i FROM papers) ORDER BY id, text
"""


class Spellings:
    """The spellings of all nodes, the shortest first; made once for each :class:`Tables`.

    ``nodes`` has the columns ``id``, ``kind``, ``name``, ``papers``; ``spellings`` has ``node`` (a row of nodes),
    ``text``, its normal ``form`` and its ``words``, folded and each led by a space.
    """

    def __init__(self, nodes: pa.Table, spellings: pa.Table) -> None:
        self.nodes = nodes
        self.node: NDArray[np.int32] = _numbers(spellings["node"])
        self.texts = spellings["text"].combine_chunks()
        self.forms = spellings["form"].combine_chunks()
        self.words = spellings["words"].combine_chunks()
        self.lengths: NDArray[np.int32] = _numbers(pc.utf8_length(self.forms))
        self.table = spellings
        self._listed: list[str] | None = None

    @property
    def listed(self) -> list[str]:
        """The forms as a list, for libraries that want one."""
        if self._listed is None:
            self._listed = self.forms.to_pylist()
        return self._listed


_MADE: WeakKeyDictionary[Tables, Spellings] = WeakKeyDictionary()


def spellings_of(tables: Tables) -> Spellings:
    """Return the spellings of a graph; the first time they are made, which takes some seconds for a large one."""
    if tables not in _MADE:
        _MADE[tables] = make_spellings(tables)
    return _MADE[tables]


def make_spellings(tables: Tables) -> Spellings:
    """Make the spellings of a graph."""
    nodes = pa.Table.from_pylist(
        tables.rows(_NODES),
        pa.schema([("id", pa.string()), ("kind", pa.string()), ("name", pa.string()), ("papers", pa.int32())]),
    )
    place = ById((identifier, number) for number, identifier in enumerate(nodes["id"].to_pylist()))
    others = [(place[str(row["id"])], str(row["text"])) for row in tables.rows(_OTHERS)]
    pairs = [*enumerate(nodes["name"].to_pylist()), *others]
    texts = [text for _, text in pairs]
    forms = [normal_form(text) for text in texts]
    order = np.lexsort((np.array([node for node, _ in pairs]), np.array([len(form) for form in forms])))
    made = pa.table(
        {
            "node": pa.array([node for node, _ in pairs], pa.int32()),
            "text": pa.array(texts, pa.string()),
            "form": pa.array(forms, pa.string()),
            "words": pa.array([spaced_words(text) for text in texts], pa.string()),
        }
    )
    return Spellings(nodes, made.take(pa.array(order)))


def spaced_words(text: str) -> str:
    """Return the words of a text without marks and case, Greek letters spelled out, each led by a space.

    >>> spaced_words("Low-Rank Adaptation"), spaced_words("Café_2"), spaced_words("τ-Bench")
    (' low rank adaptation', ' cafe 2', ' tau bench')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(f" {word}" for word in _WORD.findall(spell_letters(plain.casefold())))


def _numbers(column: Any) -> NDArray[np.int32]:
    values: NDArray[np.int32] = column.to_numpy()
    return values
