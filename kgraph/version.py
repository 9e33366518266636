"""The version of kgraph."""

__version__ = "0.1.0"
