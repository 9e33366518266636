"""Asks a language model: tries again, waits as it is told to, and finds out what the server takes."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from threading import Event
from typing import Any, Final

from kgraph.errors import KgraphError
from kgraph.extraction.llm_cache import Reply
from kgraph.extraction.llm_endpoint import Dialect, Endpoint
from kgraph.extraction.llm_transport import NoServer, Refused, Transient, Transport, read_reply
from kgraph.extraction.llm_usage import Ledger

#: Seconds: the first pause between tries, the longest we choose, and the longest that a server may ask for.
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
LONGEST_ASKED: Final = 300.0

_ABOUT_THE_REQUEST: Final = frozenset((400, 413, 422))
_TOO_LONG: Final = re.compile(r"context|too (?:long|large|many tokens)|maximum.{0,40}tokens", re.IGNORECASE)


class EndpointError(KgraphError):
    """The endpoint cannot be reached or refuses to work; asking about other papers is of no use."""


class Unanswered(Exception):
    """One question stays without an answer that can be used; others may fare better."""


class Stopped(Exception):
    """The work was given up while a request waited for its turn."""


class ChatClient:
    """Asks one endpoint; threads may share it. ``stop`` makes those that wait give up."""

    def __init__(self, endpoint: Endpoint, ledger: Ledger) -> None:
        self._endpoint = endpoint
        self._ledger = ledger
        self._transport = Transport(endpoint)
        self._dialect = Dialect()
        self._reached = False
        self._not_before = 0.0
        self._stopped = Event()

    def stop(self) -> None:
        """Let no further request start."""
        self._stopped.set()

    def ask(self, instructions: str, question: str, schema: Mapping[str, Any], max_tokens: int) -> Reply:
        """Return the model's answer to a question.

        Raises :class:`EndpointError` where no question can be answered, :class:`Unanswered` where this one
        cannot, and :class:`Stopped` after :meth:`stop`.
        """
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": question}]
        failures = 0
        while True:
            self._wait_until(self._not_before)
            dialect = self._dialect
            options = dialect.options(schema, max_tokens)
            try:
                body = self._transport.post({"model": self._endpoint.model, "messages": messages, **options})
                reply = read_reply(body, instructions + question)
            except Refused as refusal:
                self._dialect = self._adapt(dialect, refusal)
            except Transient as problem:
                failures += 1
                self._pause(problem, failures)
            else:
                self._reached = True
                self._ledger.note_reply(reply)
                return reply

    def _adapt(self, dialect: Dialect, refusal: Refused) -> Dialect:
        """Return the dialect to go on with after a refusal, or raise what it means."""
        self._reached = True
        about_request = refusal.status in _ABOUT_THE_REQUEST
        adapted = dialect.adapted(refusal.message) if about_request else None
        if adapted:
            return adapted
        told = f"the endpoint answered {refusal.status}: {refusal.message or 'no reason given'}"
        if about_request:
            hint = " (the text and the answer are too long for the model)" if _TOO_LONG.search(told) else ""
            raise Unanswered(told + hint)
        raise EndpointError(f"{told}; {_advice(refusal.status)}")

    def _pause(self, problem: Transient, failures: int) -> None:
        """Wait before the next try, or raise where there is none left."""
        self._reached = self._reached or not isinstance(problem, NoServer)
        if not self._reached:
            raise EndpointError(f"{self._endpoint.url}: no server can be reached: {problem}") from None
        if problem.wait is not None and problem.wait > LONGEST_ASKED:
            raise EndpointError(
                f"{problem}; it asks to wait {problem.wait:,.0f} seconds: run the same command again after that"
            ) from None
        if failures > self._endpoint.retries:
            raise Unanswered(f"{problem} (tried {failures} times)") from None
        self._ledger.note_retry()
        # Spread out, so that threads which failed together do not come back together.
        pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311
        if problem.wait is not None:
            pause += problem.wait
            self._not_before = max(self._not_before, time.monotonic() + problem.wait)
        self._wait_until(time.monotonic() + pause)

    def _wait_until(self, moment: float) -> None:
        if self._stopped.wait(max(0.0, moment - time.monotonic())):
            raise Stopped


def _advice(status: int) -> str:
    if status in (401, 403):
        return "check the key, and the variable that holds it"
    if status == 404:
        return "check the address (it mostly ends in /v1) and the name of the model"
    if 300 <= status < 400:
        return "redirections are not followed: give the final address"
    return "check the address, the model and the account"
