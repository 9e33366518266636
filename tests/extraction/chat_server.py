"""A small server that speaks the OpenAI-compatible chat protocol on the loopback address, as well or badly as told."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kgraph.extraction import llm, llm_client
from kgraph.extraction.llm import LlmExtractor, load_llm
from kgraph.records import Candidate, Paper

PAPER = Paper(
    "paper/t-1",
    "TinyTune: Sparse Fine-Tuning of BERT",
    "We present TinyTune, a form of sparse fine-tuning (SFT). On GLUE, SFT of BERT beats\nfull fine-tuning. It is new.",
)
ENTITIES = [
    {"surfaces": ["TinyTune"], "type": "method", "role": "introduces"},
    {"surfaces": ["Sparse Fine-Tuning", "sparse fine-tuning", "SFT"], "type": "method", "role": "uses"},
    {"surfaces": ["BERT"], "type": "model", "role": "uses"},
    {"surfaces": ["GLUE"], "type": "dataset", "role": "evaluates_on"},
]


@dataclass
class Answer:
    """What the server says to a request: a status, a body, headers; ``delay`` and ``drip`` in seconds."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0


def chat(content: str | None, finish: str = "stop", usage: dict[str, int] | None = None) -> Answer:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}
    counted = {"prompt_tokens": 700, "completion_tokens": 100} if usage is None else usage
    return Answer(json.dumps({"object": "chat.completion", "choices": [choice], "usage": counted}).encode())


def entities(*found: object) -> Answer:
    return chat(json.dumps({"entities": found}))


def failure(status: int, message: str = "no", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(json.dumps({"error": {"message": message}}).encode(), status, named)


class ChatServer:
    """Answers by a function of the request, or from a list whose last answer stays."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.answers: list[Answer] | Callable[[dict[str, Any]], Answer] = [entities(*ENTITIES)]
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.serve(self)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
            self.headers.append(dict(handler.headers))
            self.paths.append(handler.path)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        answers = self.answers
        answer = answers(request) if callable(answers) else answers[min(number, len(answers) - 1)]
        time.sleep(answer.delay)
        with self._lock:
            self._at_once -= 1
        with contextlib.suppress(OSError):  # the client may have given up
            self._send(handler, answer)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if not answer.drip:
            handler.wfile.write(answer.body)
            return
        for at in range(len(answer.body)):
            handler.wfile.write(answer.body[at : at + 1])
            handler.wfile.flush()
            time.sleep(answer.drip)


@contextlib.contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """Run a server, with short pauses between tries, no proxy and no key."""
    monkeypatch.setattr(llm_client, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv(llm.KEY_VARIABLE, raising=False)
    running = ChatServer()
    yield running
    running.http.shutdown()
    running.http.server_close()


def make(server: ChatServer, **options: Any) -> LlmExtractor:
    return load_llm(**{"url": server.url, "model": "small-chat", "concurrency": 1, **options})


def read(server: ChatServer, paper: Paper = PAPER, **options: Any) -> list[Candidate]:
    return next(make(server, **options)([paper]))


def many(count: int) -> list[Paper]:
    return [Paper(f"paper/t-{n}", f"Paper {n} on GLUE", f"We use BERT, variant {n}.") for n in range(count)]
