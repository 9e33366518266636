"""Settled candidates → counted names: all that resolution sees of a corpus, and no more than its vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.resolution.merging import NameCount

if TYPE_CHECKING:
    from kgraph.engines.interface import Engine

_NAMES: Final = """
SELECT surface, type, long_form, CAST(SUM(mentions) AS BIGINT) AS mentions, COUNT(*) AS papers FROM (
  SELECT surface, type, long_form, paper, COUNT(*) AS mentions FROM settled
  GROUP BY surface, type, long_form, paper) AS in_papers
GROUP BY surface, type, long_form ORDER BY surface, type, long_form
"""


def count_names(engine: Engine) -> list[NameCount]:
    """Return the distinct (surface, type, long form) of the engine's ``settled`` with their mentions and papers."""
    counted = engine.query(_NAMES)
    return [NameCount(*row) for row in zip(*(column.to_pylist() for column in counted.columns), strict=True)]
