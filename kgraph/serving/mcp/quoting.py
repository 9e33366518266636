"""The sentences that neighbours and the steps of a path rest on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from kgraph.serving.mcp.workplace import Workplace

#: One sentence a pair of entities: the first by paper and text, so that it is always the same.
_TOGETHER: Final = """
SELECT ?second (MIN(?said) AS ?first_said) {
  VALUES ?second { %s }
  ?one kg:entity %s ; kg:evidence ?sentence ; kg:paper ?paper .
  ?other kg:evidence ?sentence ; kg:entity ?second .
  ?sentence kg:quote ?quote
  BIND(CONCAT(STR(?paper), " ", ?quote) AS ?said)
} GROUP BY ?second
"""


async def quotes_of_pairs(workplace: Workplace, entity: str, others: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return, for the others that stand in one sentence with an entity, the sentence and the id of its paper."""
    base = workplace.manifest.base_iri
    seconds = " ".join(str(NamedNode(base + other)) for other in others)
    if not seconds:
        return {}
    _, text = await workplace.query(_TOGETHER % (seconds, NamedNode(base + entity)))
    found = {}
    for row in json.loads(text)["results"]["bindings"]:
        paper, _, quote = row["first_said"]["value"].partition(" ")
        found[row["second"]["value"].removeprefix(base)] = (quote, paper.removeprefix(base))
    return found


async def quote_of_mention(workplace: Workplace, paper: str, entity: str) -> str:
    """Return the surest sentence in which a paper names an entity."""
    told = await workplace.call("evidence", paper=paper, entity=entity, limit=1)
    return str(told["items"][0]["sentence"]) if told["items"] else ""
