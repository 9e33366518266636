"""Node-link JSON, as networkx, D3 and sigma read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import networkx as nx

from kgraph.exporting.networks import to_networkx

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection


def write_node_link(selection: Selection, path: Path) -> None:
    """Write the selection as node-link JSON (``nodes``, ``edges``); ``networkx.node_link_graph`` reads it back."""
    content = nx.node_link_data(to_networkx(selection), edges="edges")
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
