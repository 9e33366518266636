"""The pages for people: the explorer, and the page to write queries on."""

from __future__ import annotations

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
#: Everything comes from this server; forms and frames lead nowhere.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def explorer(request: Request) -> Response:
    """Answer with the explorer's page; the first time it is drawn, which takes seconds."""
    service: Service = request.app.state.service
    unchanged = if_changed(request, service.etag)
    if unchanged:
        return unchanged
    page = await service.page()
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
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(page.plain, headers=headers)
    return Response(page.packed, headers={**headers, "Content-Encoding": "gzip"})


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
