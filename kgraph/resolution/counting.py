"""Settled candidates → counted names: all that resolution sees of a corpus, and no more than its vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.resolution.merging import NameCount

if TYPE_CHECKING:
    from kgraph.engines.interface import Engine

#: A paper announces a name of its own where its title begins with it and goes on with what it is: "PRISM: a …", as
#: TITLE_BREAK of kgraph.extraction.tokens has it.
_ANNOUNCED: Final = """
SELECT form FROM (
  SELECT DISTINCT f.form, s.paper
  FROM settled AS s JOIN forms AS f ON f.surface = s.surface JOIN papers AS p ON p.id = s.paper
  WHERE s.role = 'introduces' AND s.field = 'title' AND s."start" = 0
    AND s.surface NOT LIKE '% %' AND s.surface <> LOWER(s.surface)
    AND (SUBSTR(p.title, s."end" + 1, 1) = ':' OR SUBSTR(p.title, s."end" + 1, 2) IN (' :', ' -', ' –', ' —', ' |'))
  ) AS heads
GROUP BY form HAVING COUNT(*) >= 2 ORDER BY form
"""
#: A name that papers use more often than they introduce it is one thing, whatever some papers call their own.
_HOMONYMS: Final = """
SELECT form FROM (
  SELECT f.form, s.paper, MAX(CASE WHEN s.role = 'introduces' THEN 1 ELSE 0 END) AS own
  FROM settled AS s JOIN forms AS f ON f.surface = s.surface JOIN announced AS a ON a.form = f.form
  GROUP BY f.form, s.paper) AS papers
GROUP BY form HAVING 2 * SUM(own) >= COUNT(*)
"""
_OWN_NAMES: Final = """
SELECT DISTINCT s.paper, s.surface
FROM settled AS s JOIN forms AS f ON f.surface = s.surface JOIN homonyms AS h ON h.form = f.form
WHERE s.role = 'introduces' AND s.long_form = ''
"""
_NAMES: Final = """
SELECT surface, type, long_form, CAST(SUM(mentions) AS BIGINT) AS mentions, COUNT(*) AS papers, own FROM (
  SELECT s.surface, s.type, s.long_form, s.paper, COALESCE(o.paper, '') AS own, COUNT(*) AS mentions
  FROM settled AS s LEFT JOIN own_names AS o ON o.paper = s.paper AND o.surface = s.surface
  GROUP BY s.surface, s.type, s.long_form, s.paper, COALESCE(o.paper, '')) AS in_papers
GROUP BY surface, type, long_form, own ORDER BY surface, type, long_form, own
"""


def count_names(engine: Engine) -> list[NameCount]:
    """Return the distinct names of the engine's ``settled`` with their mentions and papers.

    Of a name that several papers announce as their own in their titles each paper that introduces it has one for
    itself; the engine's ``own_names`` are then the (paper, surface) of these.
    """
    for table, query in (("announced", _ANNOUNCED), ("homonyms", _HOMONYMS), ("own_names", _OWN_NAMES)):
        engine.register(table, engine.query(query))
    counted = engine.query(_NAMES)
    return [NameCount(*row) for row in zip(*(column.to_pylist() for column in counted.columns), strict=True)]
