"""Running the application until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kgraph.errors import KgraphError, UsageError
from kgraph.serving.app import create_app, draw_page, reload, say, start
from kgraph.serving.editor import why_plain
from kgraph.serving.headers import LOOPBACK
from kgraph.serving.limits import MAX_ADDRESS, PATIENCE_WITH_CLIENTS, Limits
from kgraph.storing.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from starlette.applications import Starlette

#: Seconds that running requests get when the server is told to stop.
_GRACE: Final = 3
#: Connections at once; more are turned away with 503.
_CONNECTIONS: Final = 1_000


def run(
    graph: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    cors: Sequence[str] = (),
) -> None:
    """Serve a graph until SIGTERM or SIGINT; SIGHUP changes to a newer build.

    Raises :class:`kgraph.errors.KgraphError` where the graph cannot be opened or the address is taken.
    """
    app = create_app(graph, limits=limits, host=host, cors=cors)
    listening = listen(host, port)
    told = _told(Path(graph), host, listening.getsockname()[1], read_manifest(Path(graph)).base_iri)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_config=None,  # uvicorn's own closes every handler of the process, and with some the streams beneath
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=int(PATIENCE_WITH_CLIENTS),
        timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=2 * MAX_ADDRESS,
    )
    server = _Server(config, app, told)
    server.run(sockets=[listening])
    if server.failure:
        raise server.failure


class _Server(uvicorn.Server):
    """Says that it serves when it does, and changes to a newer build on SIGHUP."""

    def __init__(self, config: uvicorn.Config, app: Starlette, told: Sequence[str]) -> None:
        super().__init__(config)
        self._app = app
        self._told = told
        self._tasks: set[asyncio.Task[None]] = set()
        self.failure: KgraphError | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and listen to signals. Where the workers cannot open the graph, ``failure`` says why."""
        try:
            # Before the lifespan does: there a failure becomes a traceback in the log.
            await start(self._app)
        except KgraphError as error:
            self.failure = error
            self.should_exit = True
            return
        await super().startup(sockets)
        for line in self._told:
            say(line)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: self._begin(reload(self._app)))
        # The first visitor finds the page drawn.
        self._begin(draw_page(self._app.state.service))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let running queries end if they do so soon, then stop."""
        service = self._app.state.service
        try:
            await asyncio.wait_for(service.drain(), _GRACE)
        except TimeoutError:
            await service.close()
        await super().shutdown(sockets)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Protocol(H11Protocol):
    """Closes connections on which no whole request comes in time; uvicorn waits for the first one for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count the time."""
        super().connection_made(transport)
        self._deadline = asyncio.get_running_loop().call_later(PATIENCE_WITH_CLIENTS, self._expect_request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises :class:`UsageError` where the address cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{host}:{port} cannot be had ({reason}); choose others with --host and --port") from None
    return listening


def _told(graph: Path, host: str, port: int, base_iri: str) -> list[str]:
    """Return what a server says when it has started."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/"
    lines = [f"serving {graph} at {address} (queries at {address}sparql); Ctrl-C stops it"]
    if host not in LOOPBACK:
        lines.append(f"{host} can be reached from other machines: everybody there can read this graph")
    if not _resolves(base_iri, host, port):
        lines.append(
            f"the graph's IRIs begin with {base_iri}, which is not this address; to make them resolve here build "
            f"it with: kgraph build INPUT... -o {graph} --force --base-iri {address}"
        )
    if why_plain():
        lines.append(f"the page for queries has a plain box in place of the editor: {why_plain()}")
    return lines


def _resolves(base_iri: str, host: str, port: int) -> bool:
    """Tell whether the IRIs of a graph lead to this server, as far as it can know."""
    parts: Any = urlsplit(base_iri)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    same_port = (parts.port or default) == port
    return same_port and (parts.hostname == host or {parts.hostname, host} <= LOOPBACK or host in ("0.0.0.0", "::"))  # noqa: S104
