"""Turns papers into a knowledge graph of methods, models, datasets, tasks and metrics, with evidence for every edge.

>>> import kgraph
>>> graph = kgraph.build(["papers.bib"], "papers.kg")  # doctest: +SKIP
>>> graph.show("LoRA").neighbours[0].name  # doctest: +SKIP
'quantization'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kgraph.version import __version__

if TYPE_CHECKING:
    from kgraph.errors import KgraphError
    from kgraph.exploring.subset import Subset
    from kgraph.graph import Graph, open_graph
    from kgraph.making import add, build, diff, estimate, extract, extract_part, merge, remove, train
    from kgraph.records import Entity, Mention, Paper

__all__ = [
    "Entity",
    "Graph",
    "KgraphError",
    "Mention",
    "Paper",
    "Subset",
    "__version__",
    "add",
    "build",
    "diff",
    "estimate",
    "extract",
    "extract_part",
    "merge",
    "open_graph",
    "remove",
    "train",
]

#: Public name → module; loaded when first used, so that ``import kgraph`` and ``kgraph --help`` stay fast.
_HOMES = {
    **dict.fromkeys(("Graph", "open_graph"), "kgraph.graph"),
    **dict.fromkeys(
        ("add", "build", "diff", "estimate", "extract", "extract_part", "merge", "remove", "train"), "kgraph.making"
    ),
    **dict.fromkeys(("Entity", "Mention", "Paper"), "kgraph.records"),
    "KgraphError": "kgraph.errors",
    "Subset": "kgraph.exploring.subset",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kgraph' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
