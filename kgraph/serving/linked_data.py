"""IRIs that resolve: every resource of the graph leads to a page for people and to RDF for programs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from pyoxigraph import RdfFormat, parse, serialize
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kgraph.rdf.serialize import RDF_FORMATS
from kgraph.resources import ontology_path
from kgraph.serving.negotiation import HTML, MEDIA_TYPES, choose, content_type, described
from kgraph.serving.problems import Problem
from kgraph.serving.responses import SpooledResponse, ask_worker
from kgraph.serving.showing import POLICY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kgraph.serving.service import Service

_OFFERS: Final = {**MEDIA_TYPES["graph"], **HTML}
#: What the paths of resources begin with; those of the explorer's nodes first.
_FAMILIES: Final = (
    "paper", "entity", "paper-entity", "sentence", "mention", "co-mention", "shared-technique", "dataset",
)  # fmt: skip


async def resource(request: Request) -> Response:
    """Lead from a thing to what is said about it: 303, as a paper is not its description."""
    accept = request.headers.get("accept", "")
    chosen = choose(accept, _OFFERS)
    if chosen is None:
        raise Problem(406, f"the resource cannot be had as {accept!r}; there are {described(_OFFERS)}")
    id_ = _raw_path(request).lstrip("/")
    root = "../" * id_.count("/") or "./"
    headers = {"Vary": "Accept"}
    if chosen[0] == "html" and id_.startswith(("paper/", "entity/")):
        code = quote(id_, safe="")
        return RedirectResponse(f"{root}#view=ego&node={code}&centre={code}", 303, headers)
    return RedirectResponse(f"{root}data/{id_}", 303, headers)


async def data(request: Request) -> Response:
    """Answer with the statements about a resource, in the format that the client likes."""
    service: Service = request.app.state.service
    iri = service.manifest.base_iri + _raw_path(request).lstrip("/").removeprefix("data/")
    arguments = {
        "iri": iri,
        "accept": request.headers.get("accept", ""),
        "form": request.query_params.get("format", ""),
    }
    answer = await ask_worker(request, service.queries, "describe", arguments)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    return SpooledResponse(answer, headers)


async def ontology(request: Request) -> Response:
    """Answer with the ontology, which says what the graph's own terms mean; people get its Turtle to read."""
    accept = request.headers.get("accept", "")
    chosen = choose(accept, _OFFERS)
    if chosen is None:
        raise Problem(406, f"the ontology cannot be had as {accept!r}; there are {described(_OFFERS)}")
    form, media_type = chosen
    told = ("turtle", "text/plain") if form == "html" else (form, media_type)
    headers = {"Content-Type": content_type(told[1]), "Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(_ontology_as(told[0]), headers=headers)


@cache
def _ontology_as(form: str) -> bytes:
    file = ontology_path("kgraph.ttl").read_bytes()
    if form == "turtle":
        return file
    written = serialize((quad.triple for quad in parse(file, RdfFormat.TURTLE)), format=RDF_FORMATS[form])
    assert written is not None
    return written


async def dataset(request: Request) -> Response:
    """Lead to the description of the whole graph, where clients look for it first."""
    return RedirectResponse("../dataset", 303)


#: Address → what answers there.
ROUTES: Final = [
    Route("/.well-known/void", dataset),
    Route("/ontology", ontology),
    Route("/data/{id:path}", data),
    *(Route(f"/{family}{rest}", resource) for family in _FAMILIES for rest in ("", "/{id:path}")),
]


class BasePath:
    """Lets addresses begin with the path of the base IRI as well, as they do where a graph's own IRIs are asked for."""

    def __init__(self, app: ASGIApp, base_iri: str) -> None:
        self._app = app
        self._prefix = urlsplit(base_iri).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and self._prefix and scope["path"].startswith(f"{self._prefix}/"):
            length = len(self._prefix)
            raw = scope.get("raw_path") or scope["path"].encode()
            scope = {**scope, "path": scope["path"][length:], "raw_path": raw[len(quote(self._prefix)) :]}
        await self._app(scope, receive, send)


def _raw_path(request: Request) -> str:
    """Return the path as it was sent: the IRIs of the graph hold percent signs of their own."""
    raw = request.scope.get("raw_path") or quote(request.url.path).encode()
    text = bytes(raw).decode("latin-1").partition("?")[0]
    if "\\" in text or any(sign <= " " for sign in unquote(text)):
        raise HTTPException(404)
    return text
