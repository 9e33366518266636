"""One build of the graph being served: its workers, its page, and the change to a newer build."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from kgraph.errors import GraphError, KgraphError
from kgraph.querying import named_queries
from kgraph.serving.limits import Limits
from kgraph.serving.workers import WorkerPool
from kgraph.storing.builds import OpenBuild
from kgraph.storing.files import ScratchFolder
from kgraph.storing.manifest import read_manifest

#: Seconds that drawing the page of a large graph may take, and MiB that it may need.
_PAGE_TIME: Final = 900.0
_API_WORKERS: Final = 2
#: Calls of the API and the page are short: one that runs longer than a query may waits for a busy machine, and to end
#: it would only add to that.
_API_PATIENCE: Final = 5


class Page:
    """The explorer's page, compressed once, and the folder of the atlas that it asks about."""

    def __init__(self, text: bytes, atlas: str) -> None:
        self.plain = text
        self.packed = gzip.compress(text, 6, mtime=0)
        self.atlas = atlas


class Service:
    """A build, held open so that writers leave it alone, and the workers that answer from it."""

    def __init__(self, graph: Path, limits: Limits) -> None:
        self.graph = graph
        self.limits = limits
        self._build = OpenBuild(graph)
        self.manifest = self._build.manifest
        self.title = graph.absolute().stem
        # Opening tells what is wrong before any worker starts.
        if not (self._build.folder / "store" / "CURRENT").is_file():
            raise GraphError(f"{graph}: has no triple store; run 'kgraph index {graph}' to make it")
        self.queries = self._pool("store", limits.processes)
        self.calls = self._pool("tables", _API_WORKERS)
        self._page: asyncio.Task[Page] | None = None
        # For an atlas that cannot be kept beside the graph.
        self._scratch = ScratchFolder("kgraph-page-")

    @property
    def etag(self) -> str:
        """What stands for the state of the graph in ETag headers."""
        return f'"{self.manifest.build}-{self.manifest.kgraph}"'

    async def start(self) -> None:
        """Start the workers. Raises :class:`GraphError`."""
        try:
            await self.queries.start()
            await self.calls.start()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the workers at once."""
        if self._page:
            self._page.cancel()
            await asyncio.gather(self._page, return_exceptions=True)
        await asyncio.gather(self.queries.close(), self.calls.close())
        self._scratch.close()
        self._build.close()

    async def drain(self) -> None:
        """Let the workers finish what they do, then end them."""
        await asyncio.gather(self.queries.drain(), self.calls.drain())
        await self.close()

    async def page(self) -> Page:
        """Return the explorer's page; the first time the graph is laid out, which takes seconds to minutes."""
        if self._page is None or (self._page.done() and (self._page.cancelled() or self._page.exception())):
            self._page = asyncio.create_task(self._draw())
        return await asyncio.shield(self._page)

    def info(self) -> dict[str, Any]:
        """Return what is served, and whether a newer build waits."""
        try:
            newest = read_manifest(self.graph).build
        except KgraphError:
            newest = self.manifest.build
        return {**asdict(self.manifest), "title": self.title, "stale": newest != self.manifest.build, "newest": newest}

    async def _draw(self) -> Page:
        """Draw the page in a worker of its own, which ends afterwards."""
        pool = self._pool("tables", 1, confined=False, timeout=_PAGE_TIME)
        try:
            await pool.start()
            arguments = {
                "elsewhere": str(self._scratch.path),
                "statements": self.manifest.counts.get("triples", 0),
                "examples": [asdict(query) for query in named_queries().values()],
            }
            answer = await pool.run("page", arguments)
            text = await asyncio.to_thread(answer.file.read)
            answer.close()
            return await asyncio.to_thread(Page, text, str(answer.facts["atlas"]))
        finally:
            await pool.close()

    def _pool(self, kind: str, size: int, *, confined: bool = True, timeout: float | None = None) -> WorkerPool:
        configuration = {
            "folder": str(self._build.folder.absolute()),
            "base_iri": self.manifest.base_iri,
            "title": self.title,
            "kind": kind,
            "limits": asdict(self.limits),
            "confined": confined,
        }
        timeout = timeout or self.limits.timeout
        patience = self.limits.patience * (1 if kind == "store" else _API_PATIENCE)
        return WorkerPool(
            configuration,
            size=size,
            queue=self.limits.queue,
            timeout=timeout,
            patience=min(patience, timeout) if confined else timeout,
        )
