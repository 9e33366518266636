"""Answering that nothing has changed since a client asked last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request


def if_changed(request: Request, etag: str) -> Response | None:
    """Return 304 where the client has what ``etag`` stands for, else None."""
    given = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return Response(status_code=304, headers={"ETag": etag}) if etag in known or "*" in known else None
