"""The graph over HTTP: a SPARQL endpoint, a JSON API, the explorer, and IRIs that resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.errors import UsageError
from kgraph.serving.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Limits", "serve"]


def serve(
    graph: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    cors: Sequence[str] = (),
) -> None:
    """Serve a graph until the process is told to stop (SIGTERM, SIGINT); SIGHUP changes to a newer build.

    ``cors`` are the origins whose pages may ask. Needs the extra ``serve``.
    Raises :class:`kgraph.errors.KgraphError`.
    """
    try:
        from kgraph.serving.running import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "h11", "anyio"):
            raise
        raise UsageError(f"serving needs {error.name}; install it with: pip install 'kgraph-papers[serve]'") from None
    run(graph, host=host, port=port, limits=limits, cors=cors)
