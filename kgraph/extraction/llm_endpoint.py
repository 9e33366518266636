"""Where a language model is, and what of the OpenAI-compatible chat protocol its server takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from kgraph.errors import UsageError

_NO_SCHEMA: Final = re.compile(r"response_?format|json_?schema|json_?object|structured|schema", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is and how patiently it is asked.

    ``url`` is what stands before ``/chat/completions`` (``http://localhost:8000/v1``); ``key`` is sent as the
    bearer token and shown nowhere; ``timeout`` is in seconds, from the first byte sent to the last one read.
    """

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0
    retries: int = 5

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{self.url!r} is not the address of an endpoint; an example: http://localhost:8000/v1")
        if parts.username or parts.password:
            raise UsageError("the address of an endpoint holds no user or password; name a variable with the key")
        if not self.model:
            raise UsageError("the name of the model is missing")
        if not (self.key.isascii() and self.key.isprintable()):
            raise UsageError("the key of the endpoint holds characters that no key has")
        if self.timeout <= 0 or self.retries < 0:
            raise UsageError("a time-out is more than 0 seconds, and retries are 0 or more")

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, {self.model!r})"

    @property
    def address(self) -> str:
        """The address that requests go to."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What of the protocol a server takes; each server is asked for the most first."""

    format: Literal["json_schema", "json_object", "none"] = "json_schema"
    temperature: bool = True
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"

    def adapted(self, complaint: str) -> Dialect | None:
        """Return the next dialect to try after a server's complaint, or None where that is of no help.

        >>> Dialect().adapted("response_format of type json_schema is not supported").format
        'json_object'
        """
        if "max_completion_tokens" in complaint and self.limit == "max_tokens" and "context" not in complaint:
            return replace(self, limit="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        if _NO_SCHEMA.search(complaint) and self.format != "none":
            return replace(self, format="json_object" if self.format == "json_schema" else "none")
        return None

    def options(self, schema: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
        """Return the options of a request."""
        options: dict[str, Any] = {self.limit: max_tokens}
        if self.temperature:
            options["temperature"] = 0
        if self.format == "json_schema":
            named = {"name": "entities", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.format == "json_object":
            options["response_format"] = {"type": "json_object"}
        return options
