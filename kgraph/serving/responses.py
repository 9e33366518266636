"""Answers that workers spooled into files, sent to clients as fast as those read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kgraph.serving.limits import PATIENCE_WITH_CLIENTS
from kgraph.serving.negotiation import content_type
from kgraph.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from kgraph.serving.spool import Answer
    from kgraph.serving.workers import WorkerPool

_PIECE = 256 * 1024


class SpooledResponse(Response):
    """Sends the file of an answer; a client that takes no piece of it for too long is left."""

    def __init__(self, answer: Answer, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers=dict(headers or {}), media_type=None)
        self._answer = answer
        self.headers["Content-Type"] = content_type(str(answer.facts["media_type"]))
        self.headers["Content-Length"] = str(answer.size)
        if answer.facts.get("truncated"):
            self.headers["X-Kgraph-Truncated"] = f"rows={answer.facts['rows']}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = 0 if scope["method"] == "HEAD" else self._answer.size
            while left > 0:
                piece = self._answer.file.read(min(_PIECE, left))
                left -= len(piece)
                async with asyncio.timeout(PATIENCE_WITH_CLIENTS):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    # Lets the loop notice a client that has gone.
                    await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            # The server closes a connection whose answer is not whole.
            return
        finally:
            self._answer.close()


async def ask_worker(request: Request, pool: WorkerPool, task: str, arguments: Mapping[str, Any]) -> Answer:
    """Have a worker do a task; when the client goes away meanwhile, the task is stopped.

    The body of the request must have been read. Raises :class:`Problem`.
    """
    job = asyncio.create_task(pool.run(task, arguments))
    left = asyncio.create_task(_departure(request))
    try:
        await asyncio.wait({job, left}, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            raise Problem(408, "the client went away")
        return await job
    finally:
        for task_ in (job, left):
            task_.cancel()
        with suppress(asyncio.CancelledError, Problem):
            await asyncio.gather(job, left, return_exceptions=True)


async def _departure(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
