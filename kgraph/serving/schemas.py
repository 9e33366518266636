"""The shapes of the JSON API's answers, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

from kgraph.records import ENTITY_TYPES, FIELDS, ROLES

_Json = dict[str, Any]

_STRING: Final[_Json] = {"type": "string"}
_COUNT: Final[_Json] = {"type": "integer", "minimum": 0}
_NUMBER: Final[_Json] = {"type": "number"}
_CONFIDENCE: Final[_Json] = {"type": "number", "minimum": 0, "maximum": 1}
_TYPE: Final[_Json] = {"enum": list(ENTITY_TYPES)}
_ROLE: Final[_Json] = {"enum": list(ROLES)}
_STRINGS: Final[_Json] = {"type": "array", "items": _STRING}


def reference(name: str) -> _Json:
    """Return a reference to a schema of :data:`SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _record(**members: _Json) -> _Json:
    """Return an object with exactly these members."""
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _list(of: str) -> _Json:
    return {"type": "array", "items": reference(of)}


_NODE: Final = {
    "id": _STRING,
    "kind": {"enum": [*ENTITY_TYPES, "paper"]},
    "name": _STRING,
    "papers": {**_COUNT, "description": "papers that name it; 1 for a paper"},
    "iri": {**_STRING, "format": "iri"},
}

_NODE_VIEW: Final = _record(
    node=reference("Node"),
    aliases={"type": "array", "items": _record(alias=_STRING, count=_COUNT, reason=_STRING)},
    broader=_list("Node"),
    narrower=_list("Node"),
    by_role={
        "type": "object",
        "description": "a paper's entities, or an entity's papers, by role",
        "propertyNames": _ROLE,
        "additionalProperties": _record(total=_COUNT, items=_list("Node")),
    },
    neighbours=_list("Neighbour"),
    related=_list("RelatedPaper"),
    evidence=_list("Evidence"),
)
_NODE_VIEW["properties"]["paper"] = _record(
    title=_STRING,
    abstract=_STRING,
    text_kind={"enum": ["abstract", "summary"]},
    date={**_STRING, "description": "year, month or day, ISO 8601; empty where unknown"},
    url=_STRING,
    authors=_STRINGS,
    identifiers={"type": "array", "items": _record(scheme=_STRING, value=_STRING)},
)

_INTEGERS: Final[_Json] = {"type": "array", "items": {"type": "integer"}}
_NUMBERS: Final[_Json] = {"type": "array", "items": _NUMBER}
_ROWS: Final[_Json] = {"type": "array", "items": {"type": "array"}}
_PLACES: Final = {"number": _INTEGERS, "x": _INTEGERS, "y": _INTEGERS, "radius": _NUMBERS, "community": _INTEGERS}


def _piece() -> _Json:
    """Return the shape of what the explorer's page is told: columns of nodes, ties and texts, and what was asked."""
    ties = {"type": "array", "items": _INTEGERS, "description": "how many ties of each kind and role a node has"}
    entities = _record(
        **_PLACES, ties=ties, id=_STRINGS, name=_STRINGS, type=_INTEGERS, papers=_INTEGERS, mentions=_INTEGERS
    )
    papers = _record(**_PLACES, ties=ties, id=_STRINGS, title=_STRINGS, date=_STRINGS, url=_STRINGS, summary=_INTEGERS)
    names = ("number", "kind", "a", "b", "count", "sentences", "role")
    edges = _record(
        **dict.fromkeys(names, _INTEGERS),
        weight=_NUMBERS,
        npmi=_NUMBERS,
        techniques={"type": "array", "items": {"type": ["array", "null"], "items": {"type": "integer"}}},
    )
    piece = _record(entities=entities, papers=papers, edges=edges)
    piece["properties"] |= {
        "texts": {"type": "object", "description": "abstracts, authors, identifiers and mentions of papers"},
        "map": _INTEGERS,
        "top": {"type": "object", "additionalProperties": _INTEGERS},
        "counts": {"type": "object", "description": "what passes the filters, by type, kind and role"},
        "near": {**_ROWS, "description": "node, how many neighbours pass the filters"},
        "passing": _INTEGERS,
        "found": _INTEGERS,
        "order": {"type": ["array", "null"], "items": {"type": "integer"}},
        "total": _COUNT,
        "hits": {**_ROWS, "description": "node, the spelling that fits, score"},
        "aliases": {**_ROWS, "description": "spelling, count, reason"},
    }
    return {**piece, "description": "Columns; nodes and ties are numbers, which another build of the graph changes"}


#: Name → schema.
SCHEMAS: Final[dict[str, _Json]] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457; 'candidates' lists the nodes that an ambiguous name may mean",
        "properties": {
            "type": _STRING,
            "title": _STRING,
            "status": {"type": "integer"},
            "detail": _STRING,
            "candidates": _STRINGS,
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Info": _record(
        title=_STRING,
        build={**_STRING, "description": "names the state of the graph"},
        newest={**_STRING, "description": "the build on disk; SIGHUP makes the server change to it"},
        stale={"type": "boolean", "description": "whether a newer build is on disk"},
        kgraph={**_STRING, "description": "version that built the graph"},
        base_iri={**_STRING, "format": "iri"},
        options={"type": "object"},
        inputs={"type": "array", "items": {"type": "object"}},
        counts={"type": "object", "additionalProperties": _COUNT},
        format={"type": "integer"},
    ),
    "Queries": _record(prefixes={"type": "object", "additionalProperties": _STRING}, items=_list("NamedQuery")),
    "NamedQuery": _record(name=_STRING, title=_STRING, comment=_STRING, parameters=_list("Parameter"), text=_STRING),
    "Parameter": _record(
        name=_STRING,
        type={"enum": ["node", "type", "role", "text", "integer", "number"]},
        about=_STRING,
        default={"type": ["string", "null"]},
    ),
    "Node": _record(**_NODE),
    "Hit": _record(
        **_NODE,
        matched={**_STRING, "description": "the spelling that fits"},
        score={"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    ),
    "Hits": _record(items=_list("Hit")),
    "NodeView": _NODE_VIEW,
    "Neighbour": _record(
        id=_STRING, name=_STRING, type=_TYPE, papers=_COUNT, sentences=_COUNT, npmi=_NUMBER, log_likelihood=_NUMBER
    ),
    "Neighbours": _record(node=reference("Node"), items=_list("Neighbour")),
    "RelatedPaper": _record(id=_STRING, title=_STRING, score=_NUMBER, techniques=_STRINGS),
    "Related": _record(node=reference("Node"), items=_list("RelatedPaper")),
    "Step": _record(
        relation={**_STRING, "description": "how the node before is linked to this one; empty for the first"},
        node=reference("Node"),
    ),
    "Path": _record(items=_list("Step")),
    "Evidence": _record(
        paper=_STRING,
        title=_STRING,
        entity=_STRING,
        name=_STRING,
        field={"enum": list(FIELDS)},
        sentence=_STRING,
        start={**_COUNT, "description": "code points from the start of the sentence"},
        end=_COUNT,
        role=_ROLE,
        confidence=_CONFIDENCE,
    ),
    "EvidenceList": _record(items=_list("Evidence")),
    "Entity": _record(
        id=_STRING,
        name=_STRING,
        type=_TYPE,
        papers=_COUNT,
        mentions=_COUNT,
        broader={"type": ["string", "null"]},
        iri={**_STRING, "format": "iri"},
    ),
    "Piece": _piece(),
    "Entities": _record(
        items=_list("Entity"),
        next={"type": ["string", "null"], "description": "give it as after= to have the next page"},
    ),
}
