"""The stages in a row: files → papers → candidates → mentions → entities → edges → a graph on disk."""

from kgraph.pipeline.building import build_graph, extract_papers, extract_part, provenance, write_store
from kgraph.pipeline.changing import add_papers, merge_graphs, remove_papers
from kgraph.pipeline.clustering import Cluster
from kgraph.pipeline.knowledge import Knowledge
from kgraph.pipeline.linking import link_papers
from kgraph.pipeline.means import Means, Progress

__all__ = [
    "Cluster",
    "Knowledge",
    "Means",
    "Progress",
    "add_papers",
    "build_graph",
    "extract_papers",
    "extract_part",
    "link_papers",
    "merge_graphs",
    "provenance",
    "remove_papers",
    "write_store",
]
