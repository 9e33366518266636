"""Reading requests as the SPARQL 1.1 Protocol defines them: which query, over which graphs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from kgraph.serving.limits import MAX_BODY, PATIENCE_WITH_CLIENTS
from kgraph.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_READ_ONLY: Final = "updates are refused: this endpoint is read-only"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as it was asked: its text, a wish for a format (or none), and whether a cut answer will not do.

    ``dataset_given`` tells that the request says over which graphs, which goes before what the query says.
    """

    query: str
    form: str = ""
    strict: bool = False
    dataset_given: bool = False


async def read_request(request: Request, graph_name: str) -> QueryRequest | None:
    """Return the query of a request, or None where a GET carries none.

    ``graph_name`` is the IRI under which the default graph may be asked for. Raises :class:`Problem`.
    """
    pairs = _pairs(request.scope["query_string"], "address")
    query = None
    if request.method == "POST":
        media_type = _media_type(request)
        body = await read_body(request)
        if media_type == FORM:
            # The protocol has all parameters in the form; those of the address count too.
            pairs += _pairs(body, "form")
        else:
            query = _decoded(body, "query")
            if any(name == "query" for name, _ in pairs):
                raise Problem(400, "the query is both in the address and in the body; give it once")
    if any(name == "update" for name, _ in pairs):
        raise Problem(403, _READ_ONLY)
    if query is None:
        queries = [value for name, value in pairs if name == "query"]
        if len(queries) > 1:
            raise Problem(400, f"{len(queries)} queries were given; give one")
        if not queries and request.method == "POST":
            raise Problem(400, "no query was given; send it as the form field query=")
        query = queries[0] if queries else None
    if query is None:
        return None
    _check_dataset(pairs, graph_name)
    values = dict(pairs)
    strict = values.get("strict", "") in ("1", "true")
    return QueryRequest(query, values.get("format", ""), strict, "default-graph-uri" in values)


async def read_body(request: Request) -> bytes:
    """Return the body of a request. Raises :class:`Problem`: 413 where it is too long, 408 where it does not come."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise Problem(413, f"the request has {int(length):,} bytes; {MAX_BODY:,} are allowed")
    body = b""
    try:
        async with asyncio.timeout(PATIENCE_WITH_CLIENTS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY:
                    raise Problem(413, f"the request has more than {MAX_BODY:,} bytes")
    except TimeoutError:
        raise Problem(408, f"the request's body did not come within {PATIENCE_WITH_CLIENTS:g} seconds") from None
    return body


def _media_type(request: Request) -> str:
    """Return the media type of a POST. Raises :class:`Problem` where the protocol has no such thing."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "compressed requests are not read; send the query as it is")
    given = request.headers.get("content-type", "")
    media_type, _, parameters = given.partition(";")
    media_type = media_type.strip().lower()
    if media_type == _UPDATE:
        raise Problem(403, _READ_ONLY)
    if media_type not in (FORM, DIRECT):
        raise Problem(415, f"a POST has the Content-Type {FORM} or {DIRECT}, not {given!r}")
    charset = dict(part.strip().lower().partition("=")[::2] for part in parameters.split(";")).get("charset", "utf-8")
    if charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"queries are read as UTF-8, not as {charset}")
    return media_type


def _pairs(text: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=100, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, f"the {where} does not hold percent-encoded UTF-8") from None
    except ValueError as error:
        raise Problem(400, f"the {where} cannot be read: {error}") from None


def _decoded(body: bytes, what: str) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, f"the {what} is not UTF-8: byte {error.start}") from None


def _check_dataset(pairs: list[tuple[str, str]], graph_name: str) -> None:
    for name, value in pairs:
        if name == "default-graph-uri" and value != graph_name:
            raise Problem(400, f"there is no graph <{value}>; everything is in the default graph, <{graph_name}>")
        if name == "named-graph-uri":
            raise Problem(400, f"there is no named graph <{value}>; everything is in the default graph, <{graph_name}>")
        if name in ("using-graph-uri", "using-named-graph-uri"):
            raise Problem(403, _READ_ONLY)
