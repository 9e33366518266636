"""The endpoint ``/sparql``: queries, the description of the service, and the page to write queries on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from kgraph.serving.description import describe_service
from kgraph.serving.editor import query_page
from kgraph.serving.negotiation import HTML, MEDIA_TYPES, choose, content_type, described
from kgraph.serving.problems import Problem
from kgraph.serving.protocol import read_request
from kgraph.serving.responses import SpooledResponse, ask_worker

if TYPE_CHECKING:
    from starlette.requests import Request

    from kgraph.serving.service import Service


async def sparql(request: Request) -> Response:
    """Answer a request of the SPARQL 1.1 Protocol."""
    service: Service = request.app.state.service
    accept = request.headers.get("accept", "")
    graph_name = f"{service.manifest.base_iri}graph"
    asked = await read_request(request, graph_name)
    if asked is None:
        return _about(request, service, accept)
    if request.method != "POST" and not asked.form and _is_browser(accept):
        # Somebody followed a link to a query: the page shows it and its answer.
        return query_page()
    graphs = None if asked.dataset_given else [graph_name]
    arguments = {
        "query": asked.query, "accept": accept, "form": asked.form, "strict": asked.strict, "graphs": graphs,
    }  # fmt: skip
    answer = await ask_worker(request, service.queries, "query", arguments)
    return SpooledResponse(answer, {"Vary": "Accept", "Cache-Control": "no-cache"})


def _about(request: Request, service: Service, accept: str) -> Response:
    """Return the page for people and the description for programs."""
    offers = {**MEDIA_TYPES["graph"], **HTML}
    chosen = choose(accept, offers)
    if chosen is None:
        raise Problem(406, f"the description cannot be had as {accept!r}; there are {described(offers)}")
    form, media_type = chosen
    if form == "html":
        return query_page()
    endpoint = str(request.url.replace(query=""))
    body = describe_service(endpoint, service.manifest, form)
    return Response(body, headers={"Content-Type": content_type(media_type), "Vary": "Accept"})


def _is_browser(accept: str) -> bool:
    chosen = choose(accept, {**MEDIA_TYPES["select"], **MEDIA_TYPES["graph"], **HTML})
    return chosen is not None and chosen[0] == "html"
