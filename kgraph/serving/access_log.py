"""One line a request on standard error."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """Writes when, who, what, status, bytes and milliseconds; queries are told by their length, not their text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, size = 499, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except asyncio.CancelledError:
            # The server is stopping and waits for this client no longer: there is nobody left to tell.
            return
        except Exception:
            status = 500
            raise
        finally:
            print(_line(scope, status, size, time.perf_counter() - began), file=sys.stderr, flush=True)  # noqa: T201


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    client = scope["client"][0] if scope.get("client") else "-"
    asked = len(scope["query_string"])
    # What a client sends must not look like a line of the log.
    path = quote(scope["path"], safe="/%:@+,;=~!$&'()*")[:300] + (f"?[{asked}]" if asked else "")
    return f"{when} {client} {scope['method']} {path} {status} {size} B {1000 * seconds:.0f} ms"
