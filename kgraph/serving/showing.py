"""The pages for people: the explorer, and the page to write queries on."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kgraph.serving.etags import if_changed

if TYPE_CHECKING:
    from starlette.requests import Request

    from kgraph.serving.service import Service

_FOLDER: Final = Path(__file__).parent / "pages"
_TYPES: Final = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_META_POLICY: Final = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"]*)"')
#: Seconds that a browser waits for a page that is being made, before it is told to come again.
_PATIENCE: Final = 10.0
#: Everything comes from this server; forms and frames lead nowhere.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def explorer(request: Request) -> Response:
    """Answer with the explorer's page. The first time the graph is laid out; where that takes long, say so."""
    service: Service = request.app.state.service
    try:
        page = await asyncio.wait_for(service.page(), _PATIENCE)
    except TimeoutError:
        return _come_again()
    found = _META_POLICY.search(page.plain)
    policy = found[1].decode("ascii") if found else "default-src 'none'"
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        # A policy inside a page cannot forbid frames.
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Cache-Control": "no-cache",
        "ETag": service.etag,
        "Vary": "Accept-Encoding",
    }
    # Browsers give what they have kept the headers of this answer, so these are all there.
    if if_changed(request, service.etag):
        return Response(status_code=304, headers={name: headers[name] for name in headers if name != "Content-Type"})
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(page.plain, headers=headers)
    return Response(page.packed, headers={**headers, "Content-Encoding": "gzip"})


def _come_again() -> Response:
    """Answer with a page that asks again by itself."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Refresh": "3", "Retry-After": "3"}
    return Response(_read("laying-out.html"), 503, {**headers, "Content-Type": "text/html; charset=utf-8"})


async def static_file(request: Request) -> Response:
    """Answer with a script or a style of the pages."""
    name = request.path_params["name"]
    if name not in _names() or name.endswith(".html"):
        raise HTTPException(404)
    return static_page(name)


def static_page(name: str, *, vary: bool = False) -> Response:
    """Return a file of ``pages/`` with the policy for it."""
    headers = {
        "Content-Type": f"{_TYPES[Path(name).suffix]}; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
    }
    return Response(_read(name), headers={**headers, "Vary": "Accept"} if vary else headers)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.iterdir())


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
