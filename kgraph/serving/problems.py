"""Errors as clients see them: problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kgraph.serving.limits import RETRY_AFTER

if TYPE_CHECKING:
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be answered: a status, what is wrong, and more members for programs."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


def problem_response(problem: Problem) -> Response:
    """Return a problem as a response; who comes at a bad time is told when to come again."""
    members = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    headers = {"Cache-Control": "no-store"}
    if problem.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    body = json.dumps(members, ensure_ascii=False, indent=1) + "\n"
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


async def answer_problem(_: Request, error: Exception) -> Response:
    """Answer a request that raised a :class:`Problem`."""
    assert isinstance(error, Problem)
    return problem_response(error)


async def answer_http_error(request: Request, error: Exception) -> Response:
    """Answer what the router turned away: no such address, no such method."""
    assert isinstance(error, HTTPException)
    details = {404: f"there is nothing at {request.url.path}", 405: f"{request.method} is not allowed here"}
    response = problem_response(Problem(error.status_code, details.get(error.status_code, str(error.detail))))
    response.headers.update(error.headers or {})
    return response


async def answer_failure(_: Request, __: Exception) -> Response:
    """Answer what should not have happened, without telling more about the machine."""
    return problem_response(Problem(500, "the server failed at this request; its log tells more"))
