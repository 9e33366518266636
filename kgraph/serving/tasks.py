"""What a worker can be asked to do, by name. Each task writes its answer into a file and returns facts about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import UsageError
from kgraph.serving.answering import answer_query, describe_resource
from kgraph.serving.desk import Desk
from kgraph.serving.explorer import make_page, page_find, page_piece, spellings_at

if TYPE_CHECKING:
    from kgraph.exploring.nodes import Node


def search(desk: Desk, output: Path, *, q: str, kind: str, limit: int) -> dict[str, Any]:
    """Find nodes by name, alias or title."""
    from kgraph.exploring.searching import search_spellings

    hits = search_spellings(spellings_at(desk), q, limit=limit, kind=kind)
    return _write(desk, output, {"items": [{**asdict(hit), "iri": desk.base_iri + hit.id} for hit in hits]})


def node(desk: Desk, output: Path, *, name: str, limit: int) -> dict[str, Any]:
    """Show a node and what stands around it."""
    from kgraph.exploring.neighbours import view_node

    view = view_node(desk.tables, _find(desk, name), limit=limit)
    shown: dict[str, Any] = {
        "node": _node(desk, view.node),
        "aliases": [{"alias": a, "count": count, "reason": reason} for a, count, reason in view.aliases[:limit]],
        "broader": [_node(desk, one) for one in view.broader],
        "narrower": [_node(desk, one) for one in view.narrower[:limit]],
        "by_role": {
            role: {"total": len(nodes), "items": [_node(desk, one) for one in nodes[:limit]]}
            for role, nodes in view.by_role.items()
        },
        "neighbours": [asdict(one) for one in view.neighbours],
        "related": [asdict(one) for one in view.related],
        "evidence": [asdict(one) for one in view.evidence],
    }
    if view.node.kind == "paper":
        kept = ("title", "abstract", "text_kind", "date", "url", "authors", "identifiers")
        shown["paper"] = {name: view.details[name] for name in kept}
    return _write(desk, output, shown)


def neighbours(desk: Desk, output: Path, *, name: str, limit: int) -> dict[str, Any]:
    """List the entities that an entity is mentioned with."""
    from kgraph.exploring.neighbours import find_neighbours

    found = _find(desk, name)
    if found.kind == "paper":
        raise UsageError(f"{found.id} is a paper; /api/related lists the papers near to it")
    near = find_neighbours(desk.tables, found.id, limit=limit)
    return _write(desk, output, {"node": _node(desk, found), "items": [asdict(one) for one in near]})


def related(desk: Desk, output: Path, *, name: str, limit: int) -> dict[str, Any]:
    """List the papers that share techniques with a paper."""
    from kgraph.exploring.neighbours import related_papers

    found = _find(desk, name)
    if found.kind != "paper":
        raise UsageError(f"{found.id} is a {found.kind}; /api/neighbours lists the entities near to it")
    near = related_papers(desk.tables, found.id, limit=limit)
    return _write(desk, output, {"node": _node(desk, found), "items": [asdict(one) for one in near]})


def path(desk: Desk, output: Path, *, start: str, goal: str) -> dict[str, Any]:
    """Find the shortest way from one node to another; no step where there is none."""
    from kgraph.exploring.paths import find_path

    steps = find_path(desk.tables, _find(desk, start), _find(desk, goal))
    return _write(desk, output, {"items": [{"relation": s.relation, "node": _node(desk, s.node)} for s in steps]})


def evidence(desk: Desk, output: Path, *, paper: str, entity: str, limit: int) -> dict[str, Any]:
    """List the sentences of a paper, about an entity, or both."""
    from kgraph.exploring.neighbours import find_evidence

    ids = {kind: _find(desk, name).id for kind, name in (("paper", paper), ("entity", entity)) if name}
    if not ids:
        raise UsageError("give paper=, entity=, or both")
    found = find_evidence(desk.tables, paper=ids.get("paper", ""), entity=ids.get("entity", ""), limit=limit)
    return _write(desk, output, {"items": [asdict(one) for one in found]})


def entities(desk: Desk, output: Path, *, after: str, kind: str, limit: int) -> dict[str, Any]:
    """List a page of the entities: those whose ids follow ``after``."""
    rows = desk.tables.rows(
        """SELECT id, name, type, papers, mentions, nullif(broader, '') AS broader FROM entities
        WHERE id > $1 AND ($2 = '' OR type = $2) ORDER BY id LIMIT $3""",
        [after, kind, limit + 1],
    )
    items = [{**row, "iri": desk.base_iri + str(row["id"])} for row in rows[:limit]]
    following = items[-1]["id"] if len(rows) > limit else None
    return {**_write(desk, output, {"items": items, "next": following}), "next": following}


def _find(desk: Desk, name: str) -> Node:
    from kgraph.exploring.nodes import find_node

    return find_node(desk.tables, name, desk.base_iri)


def _node(desk: Desk, found: Node) -> dict[str, Any]:
    return {**asdict(found), "iri": desk.base_iri + found.id}


def _write(desk: Desk, output: Path, value: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if len(text) > desk.limits.max_bytes:
        raise UsageError("the answer is longer than this server gives; ask for less with limit=")
    output.write_text(text, encoding="utf-8")
    return {"media_type": "application/json"}


#: Name of a task → what does it.
TASKS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "query": answer_query,
    "describe": describe_resource,
    "search": search,
    "node": node,
    "neighbours": neighbours,
    "related": related,
    "path": path,
    "evidence": evidence,
    "entities": entities,
    "page": make_page,
    "page_piece": page_piece,
    "page_find": page_find,
}
