"""Papers and entities as numbers in the order of their ids: joins and counts over pairs run on integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgraph.engines.interface import Engine

#: A pair of numbers as one: first times this, plus second.
PAIR: Final = 1 << 32

_NUMBERED: Final = "SELECT id, CAST(ROW_NUMBER() OVER (ORDER BY id) - 1 AS BIGINT) AS number FROM {table}"
_MEMBERS: Final = """
SELECT p.number AS paper, n.number AS entity
FROM paper_entity AS e JOIN paper_numbers AS p ON p.id = e.paper JOIN entity_numbers AS n ON n.id = e.entity
"""


def number_nodes(engine: Engine) -> None:
    """Make ``paper_numbers``, ``entity_numbers`` (id, number) and ``members`` (paper, entity) of the engine's edges."""
    engine.keep("paper_numbers", _NUMBERED.format(table="papers"))
    engine.keep("entity_numbers", _NUMBERED.format(table="entities"))
    engine.keep("members", _MEMBERS)
