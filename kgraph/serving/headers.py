"""What goes around every request: who may ask, how long an address may be, and what browsers are told to forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from kgraph.serving.limits import MAX_ADDRESS
from kgraph.serving.problems import Problem, problem_response

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: For what is no page: nothing may be loaded, run or framed.
_NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Adds the headers that make browsers careful; a page brings a policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _NO_PAGE)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestChecks:
    """Turns away requests for other hosts and with overlong addresses.

    A page elsewhere can make a browser send requests to a loopback address under a name of its own (DNS rebinding);
    the name in the Host header gives it away. ``hosts`` is None where every name may be asked for.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        problem = self._problem(scope) if scope["type"] == "http" else None
        if problem:
            await problem_response(problem)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _problem(self, scope: Scope) -> Problem | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS:
            return Problem(414, f"the address has more than {MAX_ADDRESS:,} bytes; send a long query by POST")
        host = host_name(Headers(scope=scope).get("host", ""))
        if self._hosts is not None and host not in self._hosts:
            return Problem(421, f"this server does not answer for the host {host!r}")
        return None


def host_name(authority: str) -> str:
    """Return the host of ``host:port`` in lower case, an IPv6 address without brackets.

    >>> host_name("LOCALHOST:8000"), host_name("[::1]:80"), host_name("a b")
    ('localhost', '::1', 'a b')
    """
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return authority
