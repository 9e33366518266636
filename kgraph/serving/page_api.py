"""The addresses under ``/api/page`` that the explorer's page asks, and what each takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.responses import Response
from starlette.routing import Route

from kgraph.records import EDGE_KINDS, ENTITY_TYPES, ROLES
from kgraph.serving.etags import if_changed
from kgraph.serving.problems import Problem
from kgraph.serving.responses import SpooledResponse, ask_worker

if TYPE_CHECKING:
    from starlette.requests import Request

    from kgraph.serving.service import Service

_Json = dict[str, Any]

#: Items of a list at most, numbers in a request, and characters of an id or a search.
_MOST_ITEMS: Final = 1_000
_MOST_NUMBERS: Final = 5_000
_MOST_LETTERS: Final = 2_000
_NONE: Final = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address: how its text is read, its JSON Schema, and its value where it is not given."""

    about: str
    read: Callable[[list[str]], Any]
    schema: _Json
    default: Any = _NONE
    #: The name of the field that it fills, where that is another.
    field: str = ""


def _number(
    least: float, most: float, about: str, default: Any = _NONE, field: str = "", *, whole: bool = True
) -> Parameter:
    def read(texts: list[str]) -> int | float:
        value = (int if whole else float)(texts[-1])
        if not least <= value <= most:
            raise ValueError
        return value

    schema = {"type": "integer" if whole else "number", "minimum": least, "maximum": most}
    return Parameter(about, read, schema, default, field)


def _numbers(about: str, default: Any = _NONE, field: str = "") -> Parameter:
    def read(texts: list[str]) -> list[int]:
        numbers = [int(text) for text in texts[-1].split(",") if text]
        if len(numbers) > _MOST_NUMBERS or min(numbers, default=0) < 0:
            raise ValueError
        return numbers

    schema = {"type": "string", "pattern": r"^(\d+(,\d+)*)?$"}
    return Parameter(f"{about}, as numbers joined by commas", read, schema, default, field)


def _names(about: str, known: tuple[str, ...], field: str) -> Parameter:
    def read(texts: list[str]) -> list[str]:
        names = [text for text in texts[-1].split(",") if text]
        if set(names) - set(known):
            raise ValueError
        return names

    schema = {"type": "string", "pattern": "^(({0})(,({0}))*)?$".format("|".join(known))}
    return Parameter(f"{about}, joined by commas: {', '.join(known)}", read, schema, [], field)


def _choice(about: str, known: tuple[str, ...], default: Any = _NONE, field: str = "") -> Parameter:
    def read(texts: list[str]) -> str:
        if texts[-1] not in known:
            raise ValueError
        return texts[-1]

    return Parameter(about, read, {"enum": list(known)}, default, field)


def _yes(about: str) -> Parameter:
    return Parameter(about, lambda texts: {"0": False, "1": True}[texts[-1]], {"enum": ["0", "1"]}, False)


def _texts(about: str, read: Callable[[list[str]], Any], field: str) -> Parameter:
    schema = {"type": "array", "maxItems": _MOST_ITEMS, "items": {"type": "string", "maxLength": _MOST_LETTERS}}
    return Parameter(about, read, schema, [], field)


def _type_number(texts: list[str]) -> int:
    return ENTITY_TYPES.index(texts[-1])


_BIG: Final = 2**31 - 1


def _node(field: str = "") -> Parameter:
    return _number(0, _BIG, "number of a node", field=field)


_START: Final = _number(0, _BIG, "how many items to leave out at the beginning", 0)
_LIMIT: Final = _number(1, _MOST_ITEMS, "items at most", 100)
_WAY_NAMES: Final = ("", "named", *(kind for kind in EDGE_KINDS if kind != "mentions"), *ROLES)

#: The filters of the page.
SIEVE: Final[Mapping[str, Parameter]] = {
    "offTypes": _names("types to leave out", (*ENTITY_TYPES, "paper"), "off_types"),
    "offKinds": _names("kinds of ties to leave out", EDGE_KINDS, "off_kinds"),
    "offRoles": _names("roles to leave out", ROLES, "off_roles"),
    "leastPapers": _number(1, _BIG, "papers of an entity, at least", 1, "least_papers"),
    "leastTogether": _number(0, _BIG, "papers of a co-mention, at least", 0, "least_together"),
    "leastWeight": _number(
        -1e9, 1e9, "log-likelihood ratio of a co-mention, at least", 0.0, "least_weight", whole=False
    ),
    "leastConfidence": _number(0, 1, "confidence of a paper's tie, at least", 0.0, "least_confidence", whole=False),
    "since": _number(0, 9999, "first year of the papers", 0),
    "until": _number(0, 9999, "last year of the papers", 0),
    "hidden": _numbers("nodes to leave out", []),
}

#: What can be asked → what it is about, and what it takes.
ASKS: Final[Mapping[str, tuple[str, bool, Mapping[str, Parameter]]]] = {
    "overview": (
        "The map, the counts of the legend, and what is named most",
        True,
        {"more": _yes("1: the larger map"), "papers": _yes("1: with papers")},
    ),
    "around": (
        "The strongest ties of nodes",
        True,
        {"nodes": _numbers("nodes"), "way": _choice("one kind of tie, or one role", _WAY_NAMES, "")},
    ),
    "among": (
        "The ties among nodes: all of the hubs, the strongest of the others",
        True,
        {"nodes": _numbers("nodes"), "hubs": _numbers("hubs", [])},
    ),
    "named": (
        "Nodes by their ids and ties by kind and ids, and which of the nodes pass the filters",
        True,
        {
            "id": _texts("ids", list, "ids"),
            "tie": _texts(
                "kind and two ids, each percent-encoded, joined by commas",
                lambda texts: [_tie(text) for text in texts],
                "ties",
            ),
        },
    ),
    "ties": (
        "A node's ties of one way",
        False,
        {
            "node": _node(),
            "way": _choice("kind of tie or role; 'named' for the ties of papers and entities", _WAY_NAMES, ""),
            "order": _choice("what comes first", ("weight", "date"), "weight"),
            "start": _START,
            "limit": _LIMIT,
        },
    ),
    "both": (
        "Papers that name two entities",
        False,
        {"a": _node("first"), "b": _node("second"), "start": _START, "limit": _LIMIT},
    ),
    "texts": ("The texts of papers with what they name", False, {"nodes": _numbers("papers", field="papers")}),
    "naming": (
        "Papers that name one of some entities",
        True,
        {"nodes": _numbers("entities"), "start": _START, "limit": _LIMIT},
    ),
    "path": ("The shortest path between two nodes", True, {"a": _node("start"), "b": _node("goal")}),
    "top": (
        "The entities of a type in most papers",
        False,
        {
            "type": Parameter("type of entity", _type_number, {"enum": list(ENTITY_TYPES)}, field="kind"),
            "start": _START,
            "limit": _LIMIT,
        },
    ),
    "aliases": ("The spellings of an entity", False, {"node": _node()}),
    "table": (
        "Rows of a table: entities, papers or ties",
        True,
        {
            "name": _choice("which table", ("entities", "papers", "ties")),
            "nodes": _numbers("the nodes to list, or all", None),
            "community": _number(-1, 100, "of this community only; -1 for all", -1),
            "column": _number(0, 5, "column to sort by", 0),
            "falling": _yes("1: the largest first"),
            "start": _START,
            "limit": _LIMIT,
        },
    ),
    "find": (
        "Nodes by name, alias, title or identifier; typing errors are forgiven",
        False,
        {
            "q": Parameter(
                "what to look for", lambda texts: _short(texts[-1]), {"type": "string", "maxLength": _MOST_LETTERS}
            ),
            "limit": _LIMIT,
        },
    ),
}


async def page_piece(request: Request, ask: str) -> Response:
    """Answer a question of the explorer's page."""
    service: Service = request.app.state.service
    if request.query_params.get("build", "") != service.manifest.build:
        raise Problem(409, "build= names another build than the one that is served; load the page anew")
    _, sifted, parameters = ASKS[ask]
    wanted = _read(request, parameters)
    sieve = {name: value for name, value in _read(request, SIEVE).items() if value not in ([], None)} if sifted else {}
    unchanged = if_changed(request, service.etag)
    if unchanged:
        return unchanged
    page = await service.page()
    arguments = (
        {"atlas": page.atlas, **wanted}
        if ask == "find"
        else {"atlas": page.atlas, "ask": ask, "sieve": sieve, "wanted": wanted}
    )
    task = "page_find" if ask == "find" else "page_piece"
    answer = await ask_worker(request, service.calls, task, arguments)
    return SpooledResponse(answer, {"ETag": service.etag, "Cache-Control": "no-cache"})


def _read(request: Request, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    return {parameter.field or name: _value(request, name, parameter) for name, parameter in parameters.items()}


def _value(request: Request, name: str, parameter: Parameter) -> Any:
    texts = request.query_params.getlist(name)
    if not texts:
        if parameter.default is _NONE:
            raise Problem(400, f"{name}= is missing")
        return parameter.default
    try:
        return parameter.read(texts)
    except (ValueError, KeyError):
        raise Problem(400, f"{name}={texts[-1][:80]!r} cannot be taken: {parameter.about}") from None


def _short(text: str) -> str:
    if len(text) > _MOST_LETTERS:
        raise ValueError
    return text


def _tie(text: str) -> list[str]:
    kind, first, second = (unquote(part) for part in text.split(","))
    return [kind, first, second]


ROUTES: Final = [Route(f"/api/page/{ask}", partial(page_piece, ask=ask)) for ask in ASKS]


def page_paths() -> _Json:
    """Return the description of these addresses for the API's OpenAPI document."""
    return {f"/api/page/{ask}": {"get": _described(ask, *said)} for ask, said in ASKS.items()}


def _described(ask: str, about: str, sifted: bool, parameters: Mapping[str, Parameter]) -> _Json:
    build = Parameter(
        "the build that the numbers of nodes are of; 409 where another is served", str, {"type": "string"}
    )
    taken = {"build": build, **parameters, **(SIEVE if sifted else {})}
    problem = {"$ref": "#/components/responses/Problem"}
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Piece"}}}
    return {
        "operationId": f"page_{ask}",
        "summary": f"For the explorer's page: {about[0].lower()}{about[1:]}",
        "parameters": [_described_parameter(name, parameter) for name, parameter in taken.items()],
        "responses": {
            "200": {"description": "The answer", "content": answer},
            "304": {"description": "The graph has not changed since the ETag given in If-None-Match"},
            **dict.fromkeys(("400", "409", "503"), problem),
        },
    }


def _described_parameter(name: str, parameter: Parameter) -> _Json:
    required = parameter.default is _NONE
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": parameter.about,
        "schema": parameter.schema,
    }
