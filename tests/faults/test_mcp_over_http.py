"""``kgraph mcp --port`` as a process of its own, asked with the protocol's own client and by others."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from mcp import Client

from kgraph.graph import Graph


@pytest.fixture(scope="module")
def address(sample_graph: Graph) -> Iterator[str]:
    program = [
        sys.executable,
        "-c",
        "from kgraph.cli import main; main()",
        "mcp",
        str(sample_graph.path),
        "--port",
        "0",
    ]
    process = subprocess.Popen(program, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = ""
    while not (found := re.search(r"http://127\.0\.0\.1:\d+/mcp", said)):
        line = process.stderr.readline()
        assert line, said
        said += line
    try:
        yield found[0]
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
        assert process.returncode in (0, 128 + signal.SIGTERM, -signal.SIGTERM)
        assert "Traceback" not in told
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_the_client_of_the_protocol_asks_over_http(address: str) -> None:
    async def ask() -> None:
        async with Client(address) as client:
            assert {"search", "node", "sparql"} <= {tool.name for tool in (await client.list_tools()).tools}
            found = await client.call_tool("search", {"text": "LoRA", "limit": 1})
            assert found.structured_content
            assert found.structured_content["items"][0]["id"] == "entity/lora"
            refused = await client.call_tool("sparql", {"query": "CLEAR ALL"})
            assert refused.is_error

    asyncio.run(ask())


def test_two_clients_at_once_do_not_notice_each_other(address: str) -> None:
    async def ask(name: str) -> str:
        async with Client(address) as client:
            told = await client.call_tool("node", {"name": name})
            assert not told.is_error
            return str(told.structured_content)

    async def both() -> list[str]:
        return list(await asyncio.gather(ask("LoRA"), ask("ImageNet"), ask("LoRA")))

    first, second, third = asyncio.run(both())
    assert first == third != second


def _post(address: str, body: bytes, **headers: str) -> int:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    told = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    line.request("POST", parts.path, body, told)
    status = line.getresponse().status
    line.close()
    return status


_PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", {}),
        (b"[" * 50_000, {}),
        (b"\xff\xfe\x00", {}),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}', {}),
        (_PING, {"Content-Type": "text/plain"}),
        (_PING, {"Host": "evil.example"}),
        (_PING, {"Origin": "https://evil.example"}),
        (_PING, {"Mcp-Session-Id": "no\x7fsuch"}),
    ],
)
def test_what_is_no_question_is_refused_and_breaks_nothing(address: str, body: bytes, headers: dict[str, str]) -> None:
    assert 400 <= _post(address, body, **headers) < 500 or "Mcp-Session-Id" in headers
    assert _post(address, _PING) in (200, 202, 400)
