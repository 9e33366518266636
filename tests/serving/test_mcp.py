"""What a language model sees of a graph, asked with the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters

from kgraph import build
from kgraph.errors import UsageError
from kgraph.graph import Graph
from kgraph.querying import named_queries
from kgraph.serving.mcp import MODEL_LIMITS, serve_mcp
from kgraph.serving.mcp.running import instructions, make_server
from kgraph.serving.mcp.workplace import Workplace

TOOLS = {"search", "node", "neighbours", "path", "evidence", "questions", "ask", "sparql"}
KGRAPH = ["-c", "from kgraph.cli import main; main()", "mcp"]
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
}  # fmt: skip


class Model:
    """A client that asks as a program without coroutines does."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal, self.client = portal, client

    def tools(self) -> list[Any]:
        return list(self._portal.call(self.client.list_tools).tools)

    def refused(self, tool: str, **arguments: Any) -> str:
        result = self._portal.call(self.client.call_tool, tool, arguments)
        assert result.is_error
        return str(result.content[0].text)

    def ask(self, tool: str, **arguments: Any) -> Any:
        result = self._portal.call(self.client.call_tool, tool, arguments)
        assert not result.is_error, result.content
        # What is structured and what is text say the same.
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content


@pytest.fixture(scope="module")
def model(sample_graph: Graph) -> Iterator[Model]:
    limits = replace(MODEL_LIMITS, max_rows=50, timeout=120.0, patience=120.0)
    with start_blocking_portal() as portal:
        workplace = portal.call(Workplace, sample_graph.path, limits)
        with portal.wrap_async_context_manager(workplace):
            server = portal.call(make_server, workplace)
            with portal.wrap_async_context_manager(Client(server)) as client:
                yield Model(portal, client)


def test_the_tools_tell_what_they_take_and_give_and_that_they_only_read(model: Model) -> None:
    tools = model.tools()
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint


def test_the_instructions_count_what_is_there_and_show_a_query_that_runs(model: Model, sample_graph: Graph) -> None:
    text = instructions(sample_graph.manifest)
    assert model.client.instructions == text
    assert f"{sample_graph.manifest.counts['papers']} papers" in text
    assert model.ask("sparql", query=text.partition("Example: ")[2])["rows"]


def test_search_forgives_typing_errors(model: Model) -> None:
    assert model.ask("search", text="knowlege distilation")["items"][0]["id"] == "entity/knowledge-distillation"
    assert {hit["kind"] for hit in model.ask("search", text="image", kind="dataset")["items"]} == {"dataset"}


def test_a_node_comes_with_its_papers_and_sentences(model: Model) -> None:
    shown = model.ask("node", name="LoRA", limit=3)
    assert shown["by_role"]["introduces"]["items"][0]["id"] == "paper/arxiv-2106.09685"
    assert all("LoRA" in one["sentence"] or "Low-Rank" in one["sentence"] for one in shown["evidence"])
    paper = model.ask("node", name="2106.09685")
    assert paper["abstract"]
    assert paper["by_role"]["introduces"]["total"] >= 1


def test_neighbours_come_with_a_sentence_that_names_both(model: Model) -> None:
    found = model.ask("neighbours", name="ImageNet", limit=5)
    quoted = [one for one in found["mentioned_with"] if one["sentence"]]
    assert quoted
    spellings = ("ImageNet", "ILSVRC")
    assert all(any(each in one["sentence"] for each in spellings) for one in quoted)
    assert all(one["paper"].startswith("paper/") for one in quoted)
    assert model.ask("neighbours", name="2106.09685")["shares_techniques_with"][0]["techniques"]


def test_each_step_of_a_path_says_what_it_rests_on(model: Model) -> None:
    steps = model.ask("path", start="2106.09685", goal="ImageNet")["steps"]
    assert steps[0]["node"]["kind"] == "paper"
    assert all(step["sentence"] or step["techniques"] or step["relation"] == "is a kind of" for step in steps[1:])
    between = model.ask("path", start="2106.09685", goal="2305.14314")["steps"]
    assert [step["relation"] for step in between] == ["", "shares techniques with"]
    assert "LoRA" in between[1]["techniques"]


def test_evidence_has_each_sentence_once(model: Model) -> None:
    items = model.ask("evidence", paper="2106.09685", entity="LoRA", limit=20)["items"]
    sentences = [one["sentence"] for one in items]
    assert sentences
    assert len(sentences) == len(set(sentences))
    assert "give paper, entity, or both" in model.refused("evidence")


def test_every_named_question_is_answered(model: Model) -> None:
    listed = {question["name"]: question for question in model.ask("questions")["items"]}
    assert listed.keys() == named_queries().keys()
    for name in ("most-used", "counts-by-type"):
        assert model.ask("ask", question=name)["rows"]
    answer = model.ask("ask", question="co-mentioned", parameters={"entity": "ImageNet", "minimum": "3"})
    papers = answer["columns"].index("papers")
    assert answer["rows"]
    assert all(row[papers] >= 3 for row in answer["rows"])


def test_values_of_parameters_are_never_read_as_a_query(model: Model) -> None:
    hostile = "' } SELECT * { ?s ?p ?o } #"
    assert "no paper or entity is called" in model.refused(
        "ask", question="papers-of-entity", parameters={"entity": hostile}
    )
    assert model.ask("ask", question="find", parameters={"text": hostile})["rows"] == []


def test_a_query_answers_rows_yes_or_statements(model: Model) -> None:
    rows = model.ask("sparql", query='SELECT ?e (2 AS ?two) { ?e skos:prefLabel "LoRA" }')
    assert (rows["columns"], rows["rows"]) == (["e", "two"], [["entity/lora", 2]])
    assert model.ask("sparql", query="ASK { ?p a kg:Paper }")["yes"] is True
    assert (
        '"LoRA"'
        in model.ask("sparql", query='CONSTRUCT { ?e rdfs:label ?n } { ?e rdfs:label ?n FILTER(?n = "LoRA") }')[
            "turtle"
        ]
    )


def test_a_long_answer_is_cut_and_says_so(model: Model) -> None:
    answer = model.ask("sparql", query="SELECT * { ?s ?p ?o }")
    assert (len(answer["rows"]), answer["truncated"]) == (50, True)


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("sparql", {"query": "SELECT"}, "does not parse"),
        ("sparql", {"query": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}, "refused"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, "refused"),
        ("node", {"name": "no such thing"}, "no paper or entity is called"),
        ("ask", {"question": "no-such"}, "there are: about-this-graph"),
        ("ask", {"question": "most-used", "parameters": {"x": "1"}}, "no parameter 'x'"),
        ("search", {"text": "x", "limit": 0}, "greater than or equal to 1"),
        ("search", {"text": "x" * 1001}, "1000 characters"),
        ("search", {}, "text"),
    ],
)
def test_what_cannot_be_answered_is_told_to_the_model(
    model: Model, tool: str, arguments: dict[str, Any], message: str
) -> None:
    assert message in model.refused(tool, **arguments)


def test_a_query_that_runs_too_long_is_stopped_and_the_next_is_answered(sample_graph: Graph) -> None:
    async def watch() -> None:
        limits = replace(MODEL_LIMITS, timeout=3.0, patience=3.0)
        async with Workplace(sample_graph.path, limits) as workplace, Client(make_server(workplace)) as client:
            result = await client.call_tool("sparql", {"query": CROSS})
            assert "longer than 3 seconds" in str(result.content)
            # A new worker may need a while on a busy machine.
            for _ in range(30):
                if not (result := await client.call_tool("sparql", {"query": "ASK {}"})).is_error:
                    break
            assert not result.is_error

    asyncio.run(watch())


def test_a_newer_build_is_taken_up_at_the_next_question(tmp_path: Path) -> None:
    def make(name: str) -> None:
        paper = {
            "title": f"We use {name}",
            "abstract": f"We propose {name} ({name[0]}X). {name} is trained on ImageNet.",
        }
        (tmp_path / "p.jsonl").write_text(json.dumps(paper))
        build(tmp_path / "p.jsonl", tmp_path / "g.kg", force=True)

    async def titles(client: Client) -> Any:
        query = "SELECT ?t { ?p a kg:Paper ; dcterms:title ?t }"
        return (await client.call_tool("sparql", {"query": query})).structured_content["rows"]

    async def watch() -> None:
        make("LoRA")
        async with Workplace(tmp_path / "g.kg", MODEL_LIMITS) as workplace, Client(make_server(workplace)) as client:
            assert await titles(client) == [["We use LoRA"]]
            make("BERT")
            assert await titles(client) == [["We use BERT"]]

    asyncio.run(watch())


def test_the_command_speaks_on_standard_input_and_output(sample_graph: Graph) -> None:
    async def talk() -> None:
        program = StdioServerParameters(command=sys.executable, args=[*KGRAPH, str(sample_graph.path)])
        async with Client(program) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            result = await client.call_tool("search", {"text": "LoRA", "limit": 1})
            assert result.structured_content
            assert result.structured_content["items"][0]["id"] == "entity/lora"

    asyncio.run(talk())


def test_a_signal_ends_it_although_its_input_stays_open(sample_graph: Graph) -> None:
    process = subprocess.Popen(
        [sys.executable, *KGRAPH, str(sample_graph.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(HELLO) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "kgraph"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert process.stderr
    assert "Traceback" not in process.stderr.read()


def test_a_graph_without_a_store_is_told_before_anything_is_said(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps({"title": "We use LoRA", "abstract": "LoRA is used on ImageNet."}))
    build(tmp_path / "p.jsonl", tmp_path / "g.kg", store=False)
    done = subprocess.run(
        [sys.executable, *KGRAPH, str(tmp_path / "g.kg")], capture_output=True, text=True, check=False, input=""
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "kgraph index" in done.stderr


def test_without_the_package_the_extra_is_named(sample_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kgraph.serving.mcp.running")
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(UsageError, match=r"kgraph-papers\[mcp\]"):
        serve_mcp(sample_graph.path)
