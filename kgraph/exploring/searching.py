"""Typo-tolerant search over names, aliases and titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from kgraph.exploring.nodes import load_nodes
from kgraph.names import normal_form

if TYPE_CHECKING:
    from kgraph.exploring.nodes import Node
    from kgraph.storing.tables import Tables

#: Similarity (0 to 100) under which a spelling is not the one that was meant.
_LEAST_SIMILAR: Final = 72.0
_EXACT, _PREFIX, _WITHIN = 1.0, 0.95, 0.9


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search found. ``matched`` is the spelling that fits; ``score`` is in (0, 1], 1 is exact."""

    id: str
    kind: str
    name: str
    papers: int
    matched: str
    score: float


def search_nodes(tables: Tables, text: str, *, limit: int = 10, kind: str = "") -> list[Hit]:
    """Return the papers and entities whose name, alias or title is like ``text``, best first.

    A search of one or two letters finds exact names and beginnings only.
    """
    form = normal_form(text)
    if not text.strip() or not form:
        return []
    nodes = {node.id: node for node in load_nodes(tables) if kind in ("", node.kind)}
    spellings = _spellings(tables, nodes)
    best: dict[str, tuple[float, str]] = {}
    for (identifier, spelling), score in zip(spellings, _scores(form, [s for _, s in spellings]), strict=True):
        if score > best.get(identifier, (0.0, ""))[0]:
            best[identifier] = (score, spelling)
    hits = [
        Hit(node.id, node.kind, node.name, node.papers, best[node.id][1], round(best[node.id][0], 3))
        for node in nodes.values()
        if node.id in best
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.kind == "paper", -hit.papers, hit.id))[:limit]


def _spellings(tables: Tables, nodes: dict[str, Node]) -> list[tuple[str, str]]:
    aliases = tables.rows("SELECT entity, alias FROM aliases ORDER BY entity, alias")
    return [(node.id, node.name) for node in nodes.values()] + [
        (str(row["entity"]), str(row["alias"])) for row in aliases if row["entity"] in nodes
    ]


def _scores(form: str, spellings: list[str]) -> list[float]:
    forms = [normal_form(spelling) for spelling in spellings]
    ratios = process.cdist([form], forms, scorer=fuzz.ratio, score_cutoff=_LEAST_SIMILAR)[0]
    scores = []
    for other, ratio in zip(forms, ratios, strict=True):
        # Among names that hold the text, the one with less around it is nearer.
        nearness = 0.04 * len(form) / max(len(other), len(form))
        if other == form:
            scores.append(_EXACT)
        elif other.startswith(form):
            scores.append(_PREFIX + nearness)
        elif len(form) > 2 and form in other:
            scores.append(_WITHIN + nearness)
        else:
            scores.append(float(ratio) / 100 * _WITHIN if len(form) > 2 else 0.0)
    return scores
