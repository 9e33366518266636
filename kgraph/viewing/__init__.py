"""The graph as a picture: layout, communities, and the page of one file that people explore it with."""

from kgraph.viewing.inline import InlinePage
from kgraph.viewing.network import to_pyvis
from kgraph.viewing.page import render_page, write_page
from kgraph.viewing.picking import pick

__all__ = ["InlinePage", "pick", "render_page", "to_pyvis", "write_page"]
