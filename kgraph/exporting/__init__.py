"""The graph in other people's formats: a file a target, listed in one table."""

from kgraph.exporting.rdf_files import RdfOptions
from kgraph.exporting.targets import TARGETS, Target, export_selection

__all__ = ["TARGETS", "RdfOptions", "Target", "export_selection"]
