"""How the nodes of a selection look in its picture, as a table that exports can take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kgraph.viewing.drawing import draw
from kgraph.viewing.network import COLOURS

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection


def appearance(selection: Selection) -> pa.Table:
    """Return ``id``, ``x``, ``y``, ``size``, ``colour``, ``community`` (from 1; 0: none) and its name, a row a node."""
    drawing = draw(selection)
    names = selection.entities["name"].to_pylist()
    told = ["", *(", ".join(names[number] for number in numbers) for numbers in drawing.community_names)]
    community = np.maximum(drawing.communities + 1, 0).astype(np.int32)
    kinds = [*selection.entities["type"].to_pylist(), *["paper"] * drawing.papers]
    return pa.table(
        {
            "id": pa.array([*selection.entities["id"].to_pylist(), *selection.papers["id"].to_pylist()], pa.string()),
            "x": pa.array(drawing.positions[:, 0].astype(np.float64)),
            "y": pa.array(drawing.positions[:, 1].astype(np.float64)),
            "size": pa.array(np.round(drawing.radii, 1).astype(np.float64)),
            "colour": pa.array([COLOURS[kind] for kind in kinds], pa.string()),
            "community": pa.array(community),
            "community_name": pa.array([told[number] for number in community], pa.string()),
        }
    )
