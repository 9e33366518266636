"""A selection as a pyvis Network, and the parts of pyvis that the page takes along."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import OutputError
from kgraph.viewing.drawing import Drawing, draw

if TYPE_CHECKING:
    from pyvis.network import Network

    from kgraph.exploring.subset import Selection

#: Okabe and Ito's palette, told apart by the colour-blind; each type has a shape of its own as well.
COLOURS: Final = {
    "method": "#0072B2",
    "model": "#D55E00",
    "dataset": "#009E73",
    "task": "#CC79A7",
    "metric": "#E69F00",
    "paper": "#8A8F98",
}
SHAPES: Final = {
    "method": "dot",
    "model": "hexagon",
    "dataset": "square",
    "task": "triangle",
    "metric": "diamond",
    "paper": "dot",
}

#: vis-network's options: positions are computed beforehand, so nothing moves and no edge bends.
OPTIONS: Final[dict[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False, "selectionWidth": 0, "hoverWidth": 0},
    "nodes": {"borderWidth": 1.5, "borderWidthSelected": 1.5},
    "interaction": {"hover": True, "multiselect": False, "keyboard": False, "selectConnectedEdges": False},
}


def to_pyvis(selection: Selection) -> Network:
    """Return all of a selection as a pyvis Network, positions fixed and physics off.

    Nodes are keyed by their ids, coloured by type and sized by papers; each edge has a ``kind``.
    """
    from pyvis.network import Network

    drawing = draw(selection)
    network = Network(height="800px", width="100%", directed=False, cdn_resources="in_line")
    network.options = dict(OPTIONS)
    network.nodes = _nodes(selection, drawing)
    network.edges = _edges(selection)
    network.node_ids = [node["id"] for node in network.nodes]
    network.node_map = {node["id"]: node for node in network.nodes}
    return network


def _nodes(selection: Selection, drawing: Drawing) -> list[dict[str, Any]]:
    entities = [
        (row["id"], row["name"], row["type"], f"{row['name']}: {row['type']} in {row['papers']} papers")
        for row in selection.entities.select(["id", "name", "type", "papers"]).to_pylist()
    ]
    papers = [
        (row["id"], _shortened(row["title"], 40), "paper", row["title"])
        for row in selection.papers.select(["id", "title"]).to_pylist()
    ]
    return [
        {
            "id": number,
            "label": label,
            "shape": SHAPES[kind],
            "color": COLOURS[kind],
            "size": round(float(radius), 1),
            "x": int(x),
            "y": int(y),
            # pyvis shows a title that holds "href" as markup: such a one is cut there.
            "title": title.split("href")[0],
        }
        for (number, label, kind, title), radius, (x, y) in zip(
            entities + papers, drawing.radii, drawing.positions, strict=True
        )
    ]


def _edges(selection: Selection) -> list[dict[str, Any]]:
    mentions = [
        {"from": row["paper"], "to": row["entity"], "kind": "mentions", "title": row["role"], "width": 1}
        for row in selection.paper_entity.select(["paper", "entity", "role"]).to_pylist()
    ]
    comentions = [
        {
            "from": row["source"],
            "to": row["target"],
            "kind": "co_mention",
            "title": f"in {row['papers']} papers",
            "width": min(6, row["papers"]),
        }
        for row in selection.comentions.select(["source", "target", "papers"]).to_pylist()
    ]
    shared = [
        {
            "from": row["source"],
            "to": row["target"],
            "kind": "shared_technique",
            "title": f"{len(row['techniques'])} shared techniques",
            "dashes": True,
        }
        for row in selection.shared_techniques.select(["source", "target", "techniques"]).to_pylist()
    ]
    known = set(selection.entities["id"].to_pylist())
    broader = [
        {"from": row["id"], "to": row["broader"], "kind": "broader", "title": "is a kind of", "arrows": "to"}
        for row in selection.entities.select(["id", "broader"]).to_pylist()
        if row["broader"] in known
    ]
    return mentions + comentions + shared + broader


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def vis_network_script() -> str:
    """Return the vis-network library that the installed pyvis carries; pyvis itself is not imported."""
    found = importlib.util.find_spec("pyvis")
    places = [Path(place) for place in (found.submodule_search_locations or [])] if found else []
    for script in sorted(path for place in places for path in place.glob("templates/lib/vis-9.1*/vis-network.min.js")):
        return script.read_text(encoding="utf-8")
    raise OutputError("the installed pyvis has no vis-network 9.1: install pyvis 0.3.2")
