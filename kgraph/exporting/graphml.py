"""GraphML, for Gephi, yEd, igraph and others. Lists stand as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from kgraph.exporting.networks import flatten, to_networkx

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection


def write_graphml(selection: Selection, path: Path) -> None:
    """Write the selection as GraphML; edges have ids of the form ``kind:n``."""
    nx.write_graphml_xml(flatten(to_networkx(selection)), str(path), encoding="utf-8", prettyprint=False)
