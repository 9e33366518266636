"""The graph as tools for language models: a server of the Model Context Protocol (MCP).

The tools ask the same workers as the HTTP server, under the same limits: what overruns is killed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.errors import UsageError
from kgraph.serving.limits import MEBIBYTE, Limits

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MODEL_LIMITS", "serve_mcp"]

#: A model reads what it is given: far less than a program takes. One asks at a time, so that none has to give way.
MODEL_LIMITS: Final = Limits(max_rows=200, max_bytes=MEBIBYTE, workers=1, patience=30.0)


def serve_mcp(graph: str | Path, *, limits: Limits | None = None, port: int | None = None) -> None:
    """Offer a graph to language models over standard input and output, until that ends.

    With a ``port`` it is offered over streamable HTTP at ``http://127.0.0.1:PORT/mcp`` instead, until SIGTERM or
    SIGINT. A newer build of the graph is taken up at the next question. Needs the extra ``mcp``. Raises
    :class:`kgraph.errors.KgraphError`.
    """
    try:
        from kgraph.serving.mcp.running import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic", "starlette", "uvicorn"):
            raise
        raise UsageError(f"MCP needs {error.name}; install it with: pip install 'kgraph-papers[mcp]'") from None
    run(graph, limits=limits or MODEL_LIMITS, port=port)
