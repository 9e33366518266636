"""The application: its addresses, what goes around each request, and its beginning and end."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kgraph.errors import KgraphError
from kgraph.serving import api, linked_data
from kgraph.serving.access_log import AccessLog
from kgraph.serving.editor import editor_file
from kgraph.serving.headers import LOOPBACK, RequestChecks, SecurityHeaders
from kgraph.serving.limits import Limits
from kgraph.serving.problems import Problem, answer_failure, answer_http_error, answer_problem
from kgraph.serving.service import Service
from kgraph.serving.showing import explorer, static_file
from kgraph.serving.sparql import sparql

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from starlette.requests import Request

#: Seconds after which the log says that the page is being drawn.
_LONG: Final = 3.0


def create_app(
    graph: str | Path, *, limits: Limits | None = None, host: str = "127.0.0.1", cors: Sequence[str] = ()
) -> Starlette:
    """Return the ASGI application of a graph, for any server; its life begins and ends with its lifespan.

    ``host`` is the address that the server listens at: at a loopback address other names in the Host header are
    turned away. ``cors`` are the origins whose pages may ask. Raises :class:`kgraph.errors.GraphError`.
    """
    from pathlib import Path

    service = Service(Path(graph), limits or Limits())
    base_iri = service.manifest.base_iri
    own = urlsplit(base_iri).hostname or ""
    middleware = [
        Middleware(AccessLog),
        Middleware(SecurityHeaders),
        Middleware(RequestChecks, hosts=LOOPBACK | {own, host} if host in LOOPBACK else None),
        Middleware(linked_data.BasePath, base_iri=base_iri),
    ]
    if cors:
        allowed = Middleware(
            CORSMiddleware,
            allow_origins=list(cors),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["ETag", "Link", "Retry-After", "X-Kgraph-Truncated"],
        )
        middleware.insert(2, allowed)
    app = Starlette(
        routes=[
            Route("/", explorer),
            Route("/healthz", health),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/static/editor/{name}", editor_file),
            Route("/static/{name}", static_file),
            *api.ROUTES,
            *linked_data.ROUTES,
        ],
        middleware=middleware,
        exception_handlers={Problem: answer_problem, HTTPException: answer_http_error, Exception: answer_failure},
        lifespan=_lifespan,
    )
    app.state.service = service
    app.state.ready = False
    app.state.changing = asyncio.Lock()
    app.state.draining = set()
    return app


async def start(app: Starlette) -> None:
    """Start the workers unless they are started. Raises :class:`kgraph.errors.GraphError`."""
    if app.state.ready:
        return
    await app.state.service.start()
    app.state.ready = True


async def health(request: Request) -> Response:
    """Tell whether queries are answered."""
    state = request.app.state.service.queries.state()
    ready = request.app.state.ready and state["workers"] > 0
    told = {"status": "ok" if ready else "starting", **state}
    return JSONResponse(told, 200 if ready else 503, {"Cache-Control": "no-store"})


async def reload(app: Starlette) -> None:
    """Serve the graph's current build from now on; what the old one still answers is let finish."""
    async with app.state.changing:
        old: Service = app.state.service
        try:
            new = Service(old.graph, old.limits)
            if new.manifest == old.manifest:
                await new.close()
                return
            await new.start()
        except KgraphError as error:
            say(f"the new build cannot be served, the old one goes on: {error}")
            return
        # Who comes at the change finds the page drawn.
        await draw_page(new)
        app.state.service = new
        say(f"now serving build {new.manifest.build}")
        task = asyncio.create_task(old.drain())
        app.state.draining.add(task)
        task.add_done_callback(app.state.draining.discard)


async def draw_page(service: Service) -> None:
    """Draw the explorer's page before anybody asks for it; say so where that takes long."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    told = loop.call_later(
        _LONG, say, "laying the graph out for the explorer, once for each build; queries are answered meanwhile"
    )
    try:
        await service.page()
    except (KgraphError, Problem) as error:
        say(f"the explorer's page cannot be drawn: {error}")
        return
    finally:
        told.cancel()
    if loop.time() - begin > _LONG:
        say(f"the explorer is ready, after {loop.time() - begin:.0f} s")


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    await start(app)
    try:
        yield
    finally:
        app.state.ready = False
        for task in list(app.state.draining):
            task.cancel()
        await app.state.service.close()


def say(text: str) -> None:
    """Write a line to the server's log."""
    print(f"kgraph: {text}", file=sys.stderr, flush=True)  # noqa: T201 - the server's log
