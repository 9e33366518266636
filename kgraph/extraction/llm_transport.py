"""One request of the chat protocol over HTTP, on the standard library, and the reading of what comes back."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from kgraph.extraction.llm_cache import Reply
from kgraph.extraction.llm_endpoint import Endpoint
from kgraph.extraction.llm_usage import reckon_tokens
from kgraph.version import __version__

_LARGEST_ANSWER: Final = 8_000_000
_TRANSIENT: Final = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529))


class Transient(Exception):
    """A failure that may pass; ``wait`` is the pause that the server asked for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(message)


class NoServer(Transient):
    """No connection could be made."""


class Refused(Exception):
    """The server refused a request with an HTTP status and a message; asking the same again is of no use."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


class Transport:
    """Sends requests to one endpoint; threads may share it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._opener = urllib.request.build_opener(_NoRedirect)

    def post(self, payload: Mapping[str, Any]) -> bytes:
        """Return the body of the answer to a request.

        Raises :class:`Transient` (:class:`NoServer` where no connection was made) or :class:`Refused`.
        """
        headers = {"Content-Type": "application/json", "User-Agent": f"kgraph/{__version__}"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        # The endpoint has checked that its scheme is http or https.
        request = urllib.request.Request(self._endpoint.address, json.dumps(payload).encode(), headers)  # noqa: S310
        deadline = time.monotonic() + self._endpoint.timeout
        try:
            with self._opener.open(request, timeout=self._endpoint.timeout) as response:
                return _read_all(response, deadline)
        except urllib.error.HTTPError as error:
            raise self._failure(error, deadline) from None
        except urllib.error.URLError as error:
            if not isinstance(error.reason, TimeoutError):
                raise NoServer(self._plain(str(error.reason))) from None
        except TimeoutError:
            pass
        except (OSError, http.client.HTTPException) as error:
            raise Transient(f"the connection broke: {self._plain(repr(error))}") from None
        raise Transient(f"no answer within {self._endpoint.timeout:g} seconds")

    def _failure(self, error: urllib.error.HTTPError, deadline: float) -> Transient | Refused:
        try:
            with error:
                message = self._plain(_error_message(_read_all(error, deadline)))
        except (OSError, http.client.HTTPException, Transient):
            message = ""
        used_up = "insufficient_quota" in message
        if error.code not in _TRANSIENT or used_up:
            return Refused(error.code, message)
        asked = _asked_wait(error.headers.get("Retry-After", ""))
        return Transient(f"the endpoint answered {error.code}: {message or error.reason}", asked)

    def _plain(self, text: str) -> str:
        """Return a server's words as one short line that shows neither the key nor control characters."""
        if self._endpoint.key:
            text = text.replace(self._endpoint.key, "…")
        line = "".join(character if character.isprintable() else " " for character in text)
        return " ".join(line.split())[:300]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the key is for the address that the user named."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _read_all(response: Any, deadline: float) -> bytes:
    """Read a body to its end, however slowly it drips, or until the deadline."""
    parts: list[bytes] = []
    size = 0
    while part := response.read1(65536):
        parts.append(part)
        size += len(part)
        if size > _LARGEST_ANSWER:
            raise Transient(f"the answer is larger than {_LARGEST_ANSWER:,} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return b"".join(parts)


def read_reply(body: bytes, asked: str) -> Reply:
    """Read the body of an answer; ``asked`` is what the tokens are reckoned from where the server counts none.

    Raises :class:`Transient` for a body that is not of the chat protocol.
    """
    try:
        record = json.loads(body)
        choice = record["choices"][0]
        content = choice["message"].get("content")
        usage = record.get("usage") or {}
        counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Transient("the endpoint's answer is not of the chat protocol") from None
    text = content if isinstance(content, str) else ""
    cut = choice.get("finish_reason") == "length"
    read, written = (count if isinstance(count, int) and count >= 0 else None for count in counts)
    if read is None or written is None:
        return Reply(text, reckon_tokens(asked), reckon_tokens(text), counted=False, cut=cut)
    return Reply(text, read, written, cut=cut)


def _error_message(body: bytes) -> str:
    """Return the message of an error body, with its code, or the body itself."""
    text = body.decode("utf-8", "replace")
    try:
        record = json.loads(text)
        error = record.get("error", record)
        if isinstance(error, str):
            return error
        known = (error.get(key) for key in ("message", "code", "param", "detail"))
        return " ".join(str(each) for each in known if each) or text
    except (ValueError, AttributeError, RecursionError):
        return text


def _asked_wait(header: str) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number or a date."""
    if re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
