"""The JSON API under ``/api``: what the command line shows, for scripts and pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

from starlette.responses import Response
from starlette.routing import Route

from kgraph.querying import named_queries
from kgraph.rdf.terms import PREFIXES
from kgraph.records import ENTITY_TYPES
from kgraph.serving import page_api
from kgraph.serving.etags import if_changed
from kgraph.serving.openapi import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT, openapi
from kgraph.serving.problems import Problem
from kgraph.serving.responses import SpooledResponse, ask_worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from kgraph.serving.service import Service


async def info(request: Request) -> Response:
    """Tell what is served."""
    # No ETag: whether a newer build waits changes while the build does not.
    return _json(_service(request).info(), {"Cache-Control": "no-store"})


async def description(request: Request) -> Response:
    """Tell what the API takes and gives, as OpenAPI."""
    return _unchanged(request) or _json(openapi(), _caching(request))


async def queries(request: Request) -> Response:
    """List the named queries and the prefixes that need no declaration."""
    items = [
        {
            "name": query.name,
            "title": query.title,
            "comment": query.comment,
            "parameters": [
                {"name": p.name, "type": p.type, "about": p.about, "default": p.default} for p in query.parameters
            ],
            "text": query.text,
        }
        for query in named_queries().values()
    ]
    return _unchanged(request) or _json({"prefixes": PREFIXES, "items": items}, _caching(request))


async def search(request: Request) -> Response:
    """Find nodes by name, alias or title."""
    arguments = {
        "q": _text(request, "q", required=True),
        "kind": _choice(request, "type", (*ENTITY_TYPES, "paper")),
        "limit": _limit(request),
    }
    return await _call(request, "search", arguments)


async def node(request: Request) -> Response:
    """Show a node and what stands around it."""
    return await _call(request, "node", {"name": _name(request), "limit": _limit(request)})


async def neighbours(request: Request) -> Response:
    """List the entities that an entity is mentioned with."""
    return await _call(request, "neighbours", {"name": _name(request), "limit": _limit(request)})


async def related(request: Request) -> Response:
    """List the papers that share techniques with a paper."""
    return await _call(request, "related", {"name": _name(request), "limit": _limit(request)})


async def path(request: Request) -> Response:
    """Find the shortest way from one node to another."""
    arguments = {"start": _text(request, "from", required=True), "goal": _text(request, "to", required=True)}
    return await _call(request, "path", arguments)


async def evidence(request: Request) -> Response:
    """List the sentences of a paper, about an entity, or both."""
    arguments = {"paper": _text(request, "paper"), "entity": _text(request, "entity"), "limit": _limit(request)}
    return await _call(request, "evidence", arguments)


async def entities(request: Request) -> Response:
    """List a page of the entities; a Link header leads to the next."""
    limit, kind = _limit(request, 100), _choice(request, "type", ENTITY_TYPES)
    arguments = {"after": _text(request, "after"), "kind": kind, "limit": limit}
    response = await _call(request, "entities", arguments)
    following = response.next if isinstance(response, _Paged) else None
    if following:
        query = urlencode({"after": following, "limit": limit, **({"type": kind} if kind else {})})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return response


class _Paged(SpooledResponse):
    """An answer that may have a next page."""

    next: str | None = None


#: Address → what answers there.
ROUTES: Final = [
    Route("/api/info", info),
    Route("/api/openapi.json", description),
    Route("/api/queries", queries),
    Route("/api/search", search),
    Route("/api/node/{id:path}", node),
    Route("/api/neighbours/{id:path}", neighbours),
    Route("/api/related/{id:path}", related),
    Route("/api/path", path),
    Route("/api/evidence", evidence),
    Route("/api/entities", entities),
    *page_api.ROUTES,
]


async def _call(request: Request, task: str, arguments: Mapping[str, Any]) -> Response:
    unchanged = _unchanged(request)
    if unchanged:
        return unchanged
    headers = _caching(request)
    answer = await ask_worker(request, _service(request).calls, task, arguments)
    response = _Paged(answer, headers)
    response.next = answer.facts.get("next")
    return response


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _unchanged(request: Request) -> Response | None:
    return if_changed(request, _service(request).etag)


def _caching(request: Request) -> dict[str, str]:
    return {"ETag": _service(request).etag, "Cache-Control": "no-cache"}


def _json(value: object, headers: Mapping[str, str]) -> Response:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return Response(text, headers=dict(headers), media_type="application/json")


def _name(request: Request) -> str:
    """Return the node that an address names.

    Ids hold percent signs of their own; they may stand in the address as they are or encoded once more.
    """
    raw = bytes(request.scope.get("raw_path") or b"").decode("latin-1").partition("?")[0]
    tail = raw.removeprefix("/api/").partition("/")[2]
    return _checked(tail if tail.startswith(("entity/", "paper/")) else unquote(tail), "id")


def _text(request: Request, name: str, *, required: bool = False) -> str:
    text = request.query_params.get(name, "")
    if required and not text.strip():
        raise Problem(400, f"{name}= is missing")
    return _checked(text, name)


def _checked(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise Problem(400, f"{name} has {len(text)} characters; {MAX_TEXT} are allowed")
    return text


def _limit(request: Request, default: int = DEFAULT_LIMIT) -> int:
    text = request.query_params.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_LIMIT):
        raise Problem(400, f"limit={text!r}: give a number from 1 to {MAX_LIMIT}")
    return int(text)


def _choice(request: Request, name: str, known: tuple[str, ...]) -> str:
    value = request.query_params.get(name, "")
    if value and value not in known:
        raise Problem(400, f"{name}={value!r}: there are {', '.join(known)}")
    return value
