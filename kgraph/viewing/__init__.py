"""The graph as a picture: layout, communities, and the page of one file that people explore it with."""

from kgraph.viewing.network import to_pyvis
from kgraph.viewing.page import render_page, write_page

__all__ = ["render_page", "to_pyvis", "write_page"]
