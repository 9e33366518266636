"""GEXF 1.3, for Gephi and Gephi Lite. Lists stand as JSON text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import networkx as nx

from kgraph.exporting.networks import flatten, to_networkx

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection

# networkx writes the day of writing into the file; the same graph shall give the same bytes.
_WRITTEN = re.compile(r'\s*lastmodifieddate="[^"]*"')


def write_gexf(selection: Selection, path: Path) -> None:
    """Write the selection as GEXF 1.3."""
    text = "\n".join(nx.generate_gexf(flatten(to_networkx(selection)), version="1.3"))
    head, _, body = text.partition("<graph ")
    path.write_text(_WRITTEN.sub("", head) + "<graph " + body + "\n", encoding="utf-8")
