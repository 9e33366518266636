"""What the JSON API takes and gives, as OpenAPI 3.1; a test holds every answer against it."""

from __future__ import annotations

from typing import Any, Final

from kgraph.records import ENTITY_TYPES
from kgraph.serving.page_api import page_paths
from kgraph.serving.schemas import SCHEMAS, reference
from kgraph.version import __version__

#: How many items a list has if not asked otherwise, and at most.
DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 1_000
#: Characters of a text that names or searches something.
MAX_TEXT: Final = 1_000

_Json = dict[str, Any]


def openapi() -> _Json:
    """Return the description of the API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kgraph",
            "version": __version__,
            "description": "A knowledge graph of papers and the methods, models, datasets, tasks and metrics that "
            "they name. Answers carry an ETag that changes with the graph. A node is named by its id, IRI, arXiv id, "
            "DOI, name, alias or title.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "../", "description": "relative to this document"}],
        "paths": {
            "/api/info": {"get": _get("info", "What is served", [], "Info", errors=())},
            "/api/openapi.json": {"get": _get("openapi", "This description", [], None, errors=())},
            "/api/queries": {"get": _get("queries", "The named queries, and the known prefixes", [], "Queries", ())},
            "/api/search": {
                "get": _get(
                    "search",
                    "Papers and entities by name, alias or title; typing errors are forgiven",
                    [_text("q", "what to look for", required=True), _type((*ENTITY_TYPES, "paper")), _limit()],
                    "Hits",
                )
            },
            "/api/node/{id}": {"get": _of_node("node", "A node and what stands around it", "NodeView")},
            "/api/neighbours/{id}": {
                "get": _of_node("neighbours", "The entities mentioned with an entity, by log-likelihood", "Neighbours")
            },
            "/api/related/{id}": {
                "get": _of_node("related", "The papers that share techniques with a paper, by score", "Related")
            },
            "/api/path": {
                "get": _get(
                    "path",
                    "The shortest way from one node to another; no items where there is none",
                    [_text("from", "a node", required=True), _text("to", "a node", required=True)],
                    "Path",
                    ("404", "409"),
                )
            },
            "/api/evidence": {
                "get": _get(
                    "evidence",
                    "The sentences of a paper, about an entity, or both; the surest first",
                    [_text("paper", "a paper"), _text("entity", "an entity"), _limit()],
                    "EvidenceList",
                    ("404", "409"),
                )
            },
            "/api/entities": {
                "get": _get(
                    "entities",
                    "The entities by id, a page at a time; the Link header leads to the next page",
                    [_text("after", "the last id of the page before"), _type(ENTITY_TYPES), _limit(100)],
                    "Entities",
                )
            },
            **page_paths(),
        },
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                "Problem": {
                    "description": "What is wrong",
                    "content": {"application/problem+json": {"schema": reference("Problem")}},
                }
            },
        },
    }


def _get(name: str, summary: str, parameters: list[_Json], schema: str | None, errors: tuple[str, ...] = ()) -> _Json:
    answer = {"schema": reference(schema) if schema else {"type": "object"}}
    statuses = (*(("400",) if parameters else ()), *errors, *(("503",) if parameters else ()))
    responses: _Json = {"200": {"description": "The answer", "content": {"application/json": answer}}}
    if name != "info":
        responses["304"] = {"description": "The graph has not changed since the ETag given in If-None-Match"}
    responses |= {status: {"$ref": "#/components/responses/Problem"} for status in statuses}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}


def _of_node(name: str, summary: str, schema: str) -> _Json:
    id_ = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "an id (its slashes need no encoding) or a name",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
        "examples": {"an entity": {"value": "entity/lora"}, "a name": {"value": "LoRA"}},
    }
    return _get(name, summary, [id_, _limit()], schema, ("404", "409"))


def _text(name: str, about: str, *, required: bool = False) -> _Json:
    schema = {"type": "string", **({"minLength": 1} if required else {}), "maxLength": MAX_TEXT}
    return {"name": name, "in": "query", "required": required, "description": about, "schema": schema}


def _type(types: tuple[str, ...]) -> _Json:
    schema = {"type": "string", "enum": list(types)}
    return {"name": "type", "in": "query", "description": "nodes of this type only", "schema": schema}


def _limit(default: int = DEFAULT_LIMIT) -> _Json:
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": default}
    return {"name": "limit", "in": "query", "description": "items at most, of each list", "schema": schema}
