"""The stages in a row: files → papers → candidates → mentions → entities → edges → a graph on disk."""

from kgraph.pipeline.building import build_graph, extract_papers, extract_part, provenance, write_store
from kgraph.pipeline.knowledge import Knowledge
from kgraph.pipeline.linking import link_papers
from kgraph.pipeline.means import Means, Progress

__all__ = [
    "Knowledge",
    "Means",
    "Progress",
    "build_graph",
    "extract_papers",
    "extract_part",
    "link_papers",
    "provenance",
    "write_store",
]
