"""The data of the page: columns of numbers and each text once, as JSON that no text can break out of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from kgraph.exploring.subset import least_comention_papers
from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.drawing import Drawing, places

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection


#: The kinds of ties in the order in which the page shows them.
KINDS: Final = ("co_mention", "mentions", "shared_technique", "broader")


def page_content(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    """Return what the page's script reads. Offsets count UTF-16 units, as JavaScript does."""
    return {
        "title": selection.title,
        "facts": facts(selection, drawing),
        "base": selection.base_iri,
        "types": list(ENTITY_TYPES),
        "roles": list(ROLES),
        "leastPapers": least_papers(selection),
        "papers": _papers(selection),
        "entities": _entities(selection, drawing),
        "mentions": _mentions(selection),
        "paperEntity": _paper_entity(selection, drawing),
        "comentions": _comentions(selection, drawing),
        "shared": _shared(selection, drawing),
        "map": drawing.map_nodes.tolist(),
        "x": drawing.positions[:, 0].tolist(),
        "y": drawing.positions[:, 1].tolist(),
        "radius": [round(float(radius), 1) for radius in drawing.radii],
        "community": drawing.communities.tolist(),
        "communities": drawing.community_names,
    }


def facts(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    """Return what the page tells of the whole graph: how much there is of what, and the ends of its scales."""
    kinds = (drawing.comention_ends.shape[0], len(drawing.papers_of_edge), len(drawing.shared_ends))
    years = [year_of(date) for date in selection.papers["date"].to_pylist()]
    dated = [year for year in years if year]
    regions = drawing.communities[drawing.entities :]
    types = selection.entities["type"].to_pylist()
    return {
        "entities": drawing.entities,
        "papers": drawing.papers,
        "types": {kind: types.count(kind) for kind in ENTITY_TYPES},
        "kinds": dict(zip(KINDS, (*kinds, int((drawing.broader >= 0).sum())), strict=True)),
        "summaries": selection.papers["text_kind"].to_pylist().count("summary"),
        "mostPapers": int(selection.entities["papers"].to_numpy().max(initial=1)),
        "mostTogether": int(selection.comentions["papers"].to_numpy().max(initial=0)),
        "strongest": round(float(selection.comentions["log_likelihood"].to_numpy().max(initial=0.0)), 2),
        "firstYear": min(dated, default=0),
        "lastYear": max(dated, default=0),
        "undated": len(years) - len(dated),
        "papersOnMap": bool((drawing.map_nodes >= drawing.entities).any()),
        "communityPapers": np.bincount(regions[regions >= 0], minlength=len(drawing.community_names)).tolist(),
    }


def year_of(date: str) -> int:
    """Return the year of a date, 0 where it has none."""
    return int(date[:4]) if date[:4].isascii() and date[:4].isdigit() else 0


def least_papers(selection: Selection) -> int:
    """Return in how many papers two entities met at least, of the pairs that the selection has."""
    counts = selection.comentions["papers"].to_numpy()
    return int(counts.min()) if len(counts) else least_comention_papers(selection.papers.num_rows)


def script_safe_json(value: object) -> str:
    r"""Return JSON that may stand in a script element.

    >>> script_safe_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    escapes = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return text.translate(escapes)


def safe_url(url: str) -> str:
    """Return an address that a link may point to (http or https), else an empty text.

    >>> safe_url("javascript:alert(1)"), safe_url("https://arxiv.org/abs/2106.09685")
    ('', 'https://arxiv.org/abs/2106.09685')
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def _papers(selection: Selection) -> dict[str, Any]:
    rows = selection.papers.to_pylist()
    return {
        "id": [row["id"] for row in rows],
        "title": [row["title"] for row in rows],
        "abstract": [row["abstract"] for row in rows],
        "summary": [number for number, row in enumerate(rows) if row["text_kind"] == "summary"],
        "date": [row["date"] for row in rows],
        "url": [safe_url(row["url"]) for row in rows],
        "authors": [row["authors"] or [] for row in rows],
        "identifiers": [[[one["scheme"], one["value"]] for one in row["identifiers"] or []] for row in rows],
    }


def _entities(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    table = selection.entities
    aliases: list[list[list[Any]]] = [[] for _ in range(table.num_rows)]
    owner = places(selection.aliases["entity"], table["id"])
    for number, row in zip(owner.tolist(), selection.aliases.to_pylist(), strict=True):
        if number >= 0:
            aliases[number].append([row["alias"], row["count"], row["reason"]])
    return {
        "id": table["id"].to_pylist(),
        "name": table["name"].to_pylist(),
        "type": [ENTITY_TYPES.index(kind) for kind in table["type"].to_pylist()],
        "broader": drawing.broader.tolist(),
        "papers": table["papers"].to_pylist(),
        "mentions": table["mentions"].to_pylist(),
        "aliases": [sorted(group, key=lambda alias: (-alias[1], alias[0])) for group in aliases],
    }


def _mentions(selection: Selection) -> dict[str, Any]:
    """Return columns of mentions; a title is field 0, an abstract 1."""
    table = selection.mentions
    paper = places(table["paper"], selection.papers["id"])
    entity = places(table["entity"], selection.entities["id"])
    kept = np.flatnonzero((paper >= 0) & (entity >= 0))
    table, paper, entity = table.take(kept), paper[kept], entity[kept]
    titles, abstracts = selection.papers["title"].to_pylist(), selection.papers["abstract"].to_pylist()
    field = [int(name == "abstract") for name in table["field"].to_pylist()]
    texts = [(abstracts if one else titles)[number] for one, number in zip(field, paper.tolist(), strict=True)]
    columns = {
        short: [utf16_offset(text, offset) for text, offset in zip(texts, table[name].to_pylist(), strict=True)]
        for short, name in (("start", "start"), ("end", "end"), ("from", "sentence_start"), ("to", "sentence_end"))
    }
    return {
        "paper": paper.tolist(),
        "entity": entity.tolist(),
        "field": field,
        "role": [ROLES.index(role) for role in table["role"].to_pylist()],
        "confidence": table["confidence"].to_pylist(),
        **columns,
    }


def utf16_offset(text: str, offset: int) -> int:
    """Return an offset in code points as one in UTF-16 units."""
    if text.isascii():
        return offset
    return offset + sum(sign > "\uffff" for sign in text[:offset])


def _paper_entity(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    kept = np.flatnonzero((drawing.papers_of_edge >= 0) & (drawing.entities_of_edge >= 0))
    table = selection.paper_entity.take(kept)
    return {
        "paper": drawing.papers_of_edge[kept].tolist(),
        "entity": drawing.entities_of_edge[kept].tolist(),
        "role": [ROLES.index(role) for role in table["role"].to_pylist()],
        "confidence": table["confidence"].to_pylist(),
        "mentions": table["mentions"].to_pylist(),
    }


def _comentions(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    kept = np.flatnonzero((drawing.comention_ends >= 0).all(axis=1))
    table = selection.comentions.take(kept)
    return {
        "a": drawing.comention_ends[kept, 0].tolist(),
        "b": drawing.comention_ends[kept, 1].tolist(),
        "papers": table["papers"].to_pylist(),
        "sentences": table["sentences"].to_pylist(),
        "npmi": [round(value, 3) for value in table["npmi"].to_pylist()],
        "weight": [round(value, 2) for value in table["log_likelihood"].to_pylist()],
    }


def _shared(selection: Selection, drawing: Drawing) -> dict[str, Any]:
    """Return columns of shared techniques; a technique that the selection lacks stays an id."""
    kept = np.flatnonzero((drawing.shared_ends >= 0).all(axis=1))
    table = selection.shared_techniques.take(kept)
    number = {name: place for place, name in enumerate(selection.entities["id"].to_pylist())}
    return {
        "a": drawing.shared_ends[kept, 0].tolist(),
        "b": drawing.shared_ends[kept, 1].tolist(),
        "weight": [round(value, 3) for value in table["score"].to_pylist()],
        "techniques": [[number.get(one, one) for one in group or []] for group in table["techniques"].to_pylist()],
    }
