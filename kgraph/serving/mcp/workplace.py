"""The current build of a graph and the workers that answer from it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from mcp.server.mcpserver.exceptions import ToolError

from kgraph.errors import KgraphError
from kgraph.serving.limits import Limits
from kgraph.serving.problems import Problem
from kgraph.serving.service import Service
from kgraph.storing.manifest import Manifest, read_manifest


class Workplace:
    """Does tasks in worker processes; changes to a newer build when it is asked again after one was made."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        self._service = Service(graph, limits)
        self._starting: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._draining: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Workplace:
        # Clients want to be greeted within a second or two; the first question waits for the workers.
        self._starting = asyncio.create_task(self._service.start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [*self._draining, *([self._starting] if self._starting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._service.close()

    @property
    def manifest(self) -> Manifest:
        """What the build that answers was made of."""
        return self._service.manifest

    async def call(self, task: str, **arguments: Any) -> dict[str, Any]:
        """Return what a task over the tables answers. Raises :class:`ToolError`."""
        _, text = await self._run("calls", task, arguments)
        told: dict[str, Any] = json.loads(text)
        return told

    async def query(self, sparql: str, *, form: str = "json") -> tuple[dict[str, Any], str]:
        """Return facts about the answer to a query, and its text. Raises :class:`ToolError`.

        Rows come as SPARQL JSON, statements as Turtle, unless ``form`` names another format that fits.
        """
        graphs = [f"{self.manifest.base_iri}graph"]
        arguments = {"query": sparql, "accept": "text/turtle, application/sparql-results+json;q=0.9", "form": form}
        return await self._run("queries", "query", {**arguments, "graphs": graphs})

    async def _run(
        self, pool: Literal["calls", "queries"], task: str, arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Any], str]:
        try:
            service = await self._newest()
        except KgraphError as error:
            raise ToolError(str(error)) from None
        workers = service.calls if pool == "calls" else service.queries
        try:
            answer = await workers.run(task, arguments)
        except Problem as problem:
            candidates = problem.more.get("candidates", [])
            raise ToolError("\n".join([problem.detail, *candidates])) from None
        try:
            return dict(answer.facts), answer.file.read().decode()
        finally:
            answer.close()

    async def _newest(self) -> Service:
        """Return the workers of the newest build; where that cannot be opened, the old ones go on."""
        assert self._starting
        await asyncio.shield(self._starting)
        async with self._changing:
            try:
                if read_manifest(self._service.graph) == self._service.manifest:
                    return self._service
                new = Service(self._service.graph, self._service.limits)
                await new.start()
            except KgraphError:
                return self._service
            task = asyncio.create_task(self._service.drain())
            self._draining.add(task)
            task.add_done_callback(self._draining.discard)
            self._service = new
            return new
