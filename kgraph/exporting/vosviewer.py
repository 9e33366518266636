"""VOSviewer's JSON: entities as items, co-mentions as links, with clusters, weights, scores and descriptions.

VOSviewer draws undirected networks of one kind of things: papers are told in the descriptions and weights.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kgraph.exporting.appearance import tables_with, with_looks
from kgraph.exporting.json_objects import json_object, structure, write_items
from kgraph.exporting.relations import COMENTIONS, ENTITIES
from kgraph.exporting.xml_expressions import element_text

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kgraph.exploring.subset import Selection
    from kgraph.storing.tables import Tables

#: The year of the papers that name an entity, and how sure the edges to them are.
_SCORES: Final = (
    "SELECT entity, round(avg(TRY_CAST(substr(date, 1, 4) AS INTEGER)), 2) AS year,"
    " round(avg(confidence), 3) AS confidence FROM paper_entity JOIN papers ON papers.id = paper GROUP BY entity"
)


def write_vosviewer(selection: Selection, path: Path, *, appearance: pa.Table | None = None) -> None:
    """Write what VOSviewer and VOSviewer Online open.

    The viewer wants every score of every item: the mean year stands only where all entities have one.
    """
    tables = tables_with(selection, appearance)
    members = {
        "id": "id",
        "label": "label",
        "description": _description(),
        "weights": structure({"Papers": "papers", "Mentions": "mentions"}),
    }
    scores = _scores(tables)
    if scores:
        members["scores"] = structure(scores)
    if appearance is not None:
        # VOSviewer's y grows upwards.
        members |= {"x": "round(x / 1000, 4)", "y": "round(-y / 1000, 4)", "cluster": "greatest(community, 1)"}
    items = f"SELECT * FROM ({with_looks(ENTITIES)}) LEFT JOIN ({_SCORES}) ON entity = id ORDER BY id"  # noqa: S608
    link = json_object({"source_id": "source", "target_id": "target", "strength": "papers"})
    with path.open("wb") as file:
        file.write(b'{"network": {"items": [')
        write_items(file, tables, [(items, json_object(members))])
        file.write(b'\n], "links": [')
        write_items(file, tables, [(COMENTIONS.sql, link)])
        rest = json.dumps(_settings(selection), ensure_ascii=False)
        file.write(f'\n], "clusters": {_clusters(tables)}}}, {rest[1:]}\n'.encode())


def _description() -> str:
    """Return the SQL of an item's description, which VOSviewer shows as HTML."""
    spelled = element_text("array_to_string(aliases, '; ')")
    return (
        f"'<div>' || {element_text('label')} || ' (' || kind || ', ' || papers || CASE papers WHEN 1 THEN ' paper)'"
        f" ELSE ' papers)' END || '</div>' || CASE WHEN len(aliases) > 0 THEN '<div>Written: ' || {spelled}"
        " || '</div>' ELSE '' END"
    )


def _scores(tables: Tables) -> dict[str, str]:
    known = tables.rows(
        "SELECT count(*) AS entities, count(year) AS year, count(confidence) AS confidence"  # noqa: S608
        f" FROM entities LEFT JOIN ({_SCORES}) ON entity = id"
    )[0]
    wanted = {"Mean year": "year", "Mean confidence": "confidence"}
    return {name: column for name, column in wanted.items() if known["entities"] and known[column] == known["entities"]}


def _clusters(tables: Tables) -> str:
    rows = tables.rows(
        "SELECT DISTINCT greatest(community, 1) AS cluster, first(community_name ORDER BY community DESC) AS label"
        " FROM appearance JOIN entities USING (id) GROUP BY 1 ORDER BY 1"
    )
    return json.dumps([row for row in rows if row["label"]], ensure_ascii=False)


def _settings(selection: Selection) -> dict[str, object]:
    parameters = {"item_size": "Papers", "item_color": "Cluster", "largest_component": False}
    return {
        "config": {
            "parameters": parameters,
            "terminology": {
                "item": "entity",
                "items": "entities",
                "link": "co-mention",
                "links": "co-mentions",
                "link_strength": "papers",
            },
        },
        "info": {"title": selection.title, "description": "Entities and the papers that name them together"},
    }
