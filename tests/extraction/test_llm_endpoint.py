"""How a language model's endpoint is asked: failures, waits, time-outs, dialects, keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from chat_server import ENTITIES, PAPER, Answer, ChatServer, chat, entities, failure, make, many, read, serving

from kgraph.errors import KgraphError, UsageError
from kgraph.extraction.llm import load_llm


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with serving(monkeypatch) as running:
        yield running


def test_a_request_asks_for_the_schema_at_temperature_zero(server: ChatServer) -> None:
    read(server, max_tokens=99)
    request = server.requests[0]
    assert server.paths == ["/v1/chat/completions"]
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("small-chat", 0, 99)
    assert request["response_format"]["type"] == "json_schema"
    assert request["response_format"]["json_schema"]["schema"]["required"] == ["entities"]
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize("answer", [Answer(b"<html>busy</html>"), Answer(b"{}"), Answer(b'{"choices": [7]}')])
def test_an_answer_outside_the_protocol_is_asked_for_again(server: ChatServer, answer: Answer) -> None:
    server.answers = [answer, entities(*ENTITIES)]
    extractor = make(server)
    assert len(next(extractor([PAPER]))) == 9
    assert extractor.report.retries == 1


def test_a_run_stops_when_no_paper_gets_an_answer(server: ChatServer, tmp_path: Path) -> None:
    server.answers = [chat("never")]
    with pytest.raises(KgraphError, match=r"5 papers in a row stayed without an answer.*not a JSON object"):
        list(make(server, cache=tmp_path)(many(50)))
    assert len(server.requests) < 30


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_failures_are_tried_again(server: ChatServer, status: int) -> None:
    server.answers = [failure(status), failure(status), entities(*ENTITIES)]
    extractor = make(server)
    assert len(next(extractor([PAPER]))) == 9
    assert (extractor.report.retries, extractor.report.requests) == (2, 1)


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wait_that_a_server_asks_for_is_kept(server: ChatServer, as_date: bool) -> None:
    asked = formatdate(time.time() + 2, usegmt=True) if as_date else "1"
    server.answers = [failure(429, Retry_After=asked), entities(*ENTITIES)]
    began = time.monotonic()
    assert read(server)
    assert time.monotonic() - began >= 0.9


def test_a_wait_that_is_too_long_ends_the_run_with_its_length(server: ChatServer) -> None:
    server.answers = [failure(429, "slow down", Retry_After="7200")]
    with pytest.raises(KgraphError, match="slow down; it asks to wait 7,200 seconds"):
        read(server)


def test_a_paper_that_always_fails_is_told_with_the_reason(server: ChatServer) -> None:
    server.answers = [failure(500, "boom")]
    told: list[str] = []
    assert read(server, retries=2, on_unread=lambda _, why: told.append(why)) == []
    assert told == ["the endpoint answered 500: boom (tried 3 times)"]


def test_a_silent_server_is_given_up_after_the_time_out(server: ChatServer) -> None:
    silent = entities(*ENTITIES)
    silent.delay = 1.0
    server.answers = [silent, entities(*ENTITIES)]
    extractor = make(server, timeout=0.2)
    began = time.monotonic()
    assert len(next(extractor([PAPER]))) == 9
    assert time.monotonic() - began < 0.9
    assert extractor.report.retries == 1


def test_a_dripping_server_is_given_up_after_the_time_out(server: ChatServer) -> None:
    dripping = entities(*ENTITIES)
    dripping.drip = 0.05
    server.answers = [dripping]
    told: list[str] = []
    assert read(server, timeout=0.3, retries=0, on_unread=lambda _, why: told.append(why)) == []
    assert told == ["no answer within 0.3 seconds (tried 1 times)"]


def test_a_broken_connection_is_tried_again(server: ChatServer) -> None:
    broken = entities(*ENTITIES)
    broken.headers = {"Content-Length": str(len(broken.body) + 50)}
    server.answers = [broken, entities(*ENTITIES)]
    assert len(read(server)) == 9


@pytest.mark.parametrize(
    ("complaint", "changed", "now"),
    [
        ("'response_format.type' must be json_object", "response_format", {"type": "json_object"}),
        ("Unsupported value: 'temperature' is fixed", "temperature", None),
        ("Use 'max_completion_tokens' instead", "max_completion_tokens", 4096),
    ],
)
def test_what_a_server_does_not_take_is_left_out_from_then_on(
    server: ChatServer, complaint: str, changed: str, now: object
) -> None:
    server.answers = [failure(400, complaint), entities()]
    assert list(make(server)(many(2))) == [[], []]
    assert [request.get(changed) for request in server.requests[1:]] == [now, now]


def test_a_server_without_any_response_format_is_asked_without(server: ChatServer) -> None:
    server.answers = lambda request: (
        failure(422, "response_format is no known field") if "response_format" in request else entities(*ENTITIES)
    )
    assert len(read(server)) == 9
    assert len(server.requests) == 3


def test_a_text_that_is_too_long_for_the_model_is_told(server: ChatServer) -> None:
    server.answers = [failure(400, "This model's maximum context length is 512 tokens, your messages have 900")]
    told: list[str] = []
    assert read(server, on_unread=lambda _, why: told.append(why)) == []
    assert told[0].endswith("(the text and the answer are too long for the model)")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (failure(401, "bad key"), "401: bad key; check the key"),
        (failure(404, "no such model"), "check the address"),
        (failure(429, "insufficient_quota"), "check the address, the model and the account"),
        (failure(307, Location="http://127.0.0.1:9/v1"), "redirections are not followed"),
    ],
)
def test_a_refusal_ends_the_run_at_once(server: ChatServer, answer: Answer, message: str) -> None:
    server.answers = [answer]
    with pytest.raises(KgraphError, match=message):
        list(make(server)(many(9)))
    assert len(server.requests) <= 2


def test_no_server_at_the_address_is_one_clear_line() -> None:
    with pytest.raises(KgraphError, match=r"127\.0\.0\.1:9/v1: no server can be reached"):
        list(load_llm(url="http://127.0.0.1:9/v1", model="m")([PAPER]))


def test_the_key_is_sent_and_never_shown(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    server.answers = [failure(401, "the key sk-very-secret is \x1b[31mwrong\x1b[0m")]
    extractor = make(server, key_variable="MY_KEY")
    with pytest.raises(KgraphError) as raised:
        list(extractor([PAPER]))
    assert server.headers[0]["Authorization"] == "Bearer sk-very-secret"
    shown = f"{raised.value} {extractor.report} {extractor.describe()} {extractor._endpoint!r}"
    assert "secret" not in shown
    assert "\x1b" not in shown


def test_a_named_variable_without_a_key_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match="MY_KEY"):
        load_llm(url="http://127.0.0.1:9/v1", model="m", key_variable="MY_KEY")


@pytest.mark.parametrize("url", ["", "ftp://x/v1", "file:///etc/passwd", "http://", "http://user:pass@x/v1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        load_llm(url=url, model="m")
