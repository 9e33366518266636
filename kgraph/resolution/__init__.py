"""Mentions → entities: which names are one, what it is called, and what is wider than it."""

from kgraph.resolution.counting import count_names
from kgraph.resolution.curation import Correction, read_curation
from kgraph.resolution.merging import NameCount
from kgraph.resolution.resolving import Resolution, resolve

__all__ = ["Correction", "NameCount", "Resolution", "count_names", "read_curation", "resolve"]
