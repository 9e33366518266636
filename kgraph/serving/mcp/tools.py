"""The tools: typed questions to the graph, each answered by a worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from kgraph.errors import QueryError
from kgraph.querying import named_queries, named_query
from kgraph.querying.tokens import fill_slots
from kgraph.rdf.terms import shorten
from kgraph.serving.mcp import answers as a
from kgraph.serving.mcp.quoting import quote_of_mention, quotes_of_pairs
from kgraph.serving.mcp.workplace import Workplace

#: Characters of a text that names something, and of a query.
_MAX_TEXT: Final = 1_000
_MAX_QUERY: Final = 100_000
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

Name = Annotated[
    str,
    Field(
        max_length=_MAX_TEXT,
        description="an id, arXiv id, DOI, name, alias or title; 'SAM (model)' tells one of two SAMs",
    ),
]
Limit = Annotated[int, Field(ge=1, le=100, description="items at most, of each list")]
Kind = Literal["method", "model", "dataset", "task", "metric", "paper"]


class Tools:
    """The tools of one graph."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def all(self) -> list[Callable[..., Coroutine[Any, Any, Any]]]:
        """Return the tools; their names, arguments and first lines are what a model is told."""
        return [
            self.search, self.node, self.neighbours, self.path, self.evidence, self.questions, self.ask, self.sparql,
        ]  # fmt: skip

    async def search(
        self,
        text: Annotated[str, Field(min_length=1, max_length=_MAX_TEXT, description="what to look for")],
        kind: Annotated[Kind | None, Field(description="nodes of this kind only")] = None,
        limit: Limit = 10,
    ) -> a.HitsAnswer:
        """Find papers and entities by name, alias or title; typing errors are forgiven. Start here."""
        told = await self._workplace.call("search", q=text, kind=kind or "", limit=limit)
        return a.HitsAnswer(
            [a.HitAnswer(h["id"], h["name"], h["kind"], h["papers"], h["matched"]) for h in told["items"]]
        )

    async def node(self, name: Name, limit: Limit = 5) -> a.ViewAnswer:
        """Show a paper or entity: its other names, papers or entities by role, and the sentences that say so."""
        told = await self._workplace.call("node", name=name, limit=limit)
        paper = told.get("paper", {})
        return a.ViewAnswer(
            node=_node(told["node"]),
            aliases=[one["alias"] for one in told["aliases"] if one["alias"] != told["node"]["name"]],
            broader=[_node(one) for one in told["broader"]],
            narrower=[_node(one) for one in told["narrower"]],
            by_role={
                role: a.RoleAnswer(nodes["total"], [_node(one) for one in nodes["items"]])
                for role, nodes in told["by_role"].items()
            },
            evidence=_sentences(told["evidence"]),
            **{key: paper[key] for key in ("abstract", "date", "url", "authors") if key in paper},
        )

    async def neighbours(self, name: Name, limit: Limit = 10) -> a.NeighboursAnswer:
        """List what an entity is mentioned with, with a sentence that names both; or papers that share techniques."""
        told = await self._workplace.call("node", name=name, limit=limit)
        near = told["neighbours"]
        quotes = await quotes_of_pairs(self._workplace, told["node"]["id"], [one["id"] for one in near])
        entities = [
            a.MentionedWithAnswer(
                one["id"], one["name"], one["type"], one["papers"], round(one["log_likelihood"], 1),
                *quotes.get(one["id"], ("", "")),
            )
            for one in near
        ]  # fmt: skip
        papers = [a.RelatedAnswer(**one) for one in told["related"]]
        return a.NeighboursAnswer(_node(told["node"]), entities, papers)

    async def path(self, start: Name, goal: Name) -> a.PathAnswer:
        """Show the shortest way from one paper or entity to another, with what each step rests on."""
        told = await self._workplace.call("path", start=start, goal=goal)
        nodes = [_node(step["node"]) for step in told["items"]]
        steps = []
        for place, (step, node) in enumerate(zip(told["items"], nodes, strict=True)):
            grounds = await self._grounds(nodes[place - 1], node) if place else {}
            steps.append(a.StepAnswer(node, step["relation"].replace("_", " "), **grounds))
        return a.PathAnswer(steps)

    async def evidence(
        self, paper: Name | None = None, entity: Name | None = None, limit: Limit = 10
    ) -> a.SentencesAnswer:
        """List the sentences of a paper, about an entity, or of both: what the edge between them rests on."""
        if not paper and not entity:
            raise ToolError("give paper, entity, or both")
        told = await self._workplace.call("evidence", paper=paper or "", entity=entity or "", limit=limit)
        return a.SentencesAnswer(_sentences(told["items"]))

    async def questions(self) -> a.QuestionsAnswer:
        """List the named questions that `ask` answers, with their parameters."""
        return a.QuestionsAnswer(
            [
                a.QuestionAnswer(
                    query.name, query.title, query.comment,
                    [a.ParameterAnswer(p.name, p.type, p.about, p.default) for p in query.parameters],
                )
                for query in named_queries().values()
            ]
        )  # fmt: skip

    async def ask(
        self,
        question: Annotated[str, Field(max_length=_MAX_TEXT, description="a name that `questions` lists")],
        parameters: Annotated[
            dict[str, str] | None, Field(description="values of its parameters; those left out stand for all")
        ] = None,
    ) -> a.QueryAnswer:
        """Answer a named question, such as most-used, papers-with-both or datasets-of-task."""
        try:
            named, given = named_query(question), parameters or {}
            nodes = {p.name for p in named.parameters if p.type == "node"} & given.keys()
            values = named.bind({**given, **{name: await self._iri(given[name]) for name in sorted(nodes)}})
        except QueryError as error:
            raise ToolError(str(error)) from None
        # Terms write themselves as N-Triples do: no text of theirs is ever read as a query.
        return await self.sparql(fill_slots(named.text, lambda name: str(values[name]) if name in values else None))

    async def sparql(
        self, query: Annotated[str, Field(max_length=_MAX_QUERY, description="SPARQL 1.1; put a LIMIT")]
    ) -> a.QueryAnswer:
        """Answer a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE. Nothing can be changed or fetched."""
        facts, text = await self._workplace.query(query)
        truncated = bool(facts.get("truncated"))
        if facts["media_type"] == "text/turtle":
            return a.QueryAnswer(turtle=text, truncated=truncated)
        told = json.loads(text)
        if "boolean" in told:
            return a.QueryAnswer(yes=told["boolean"])
        columns = told["head"]["vars"]
        base = self._workplace.manifest.base_iri
        rows = [[_value(row.get(name), base) for name in columns] for row in told["results"]["bindings"]]
        return a.QueryAnswer(columns, rows, truncated=truncated)

    async def _iri(self, name: str) -> str:
        told = await self._workplace.call("node", name=name, limit=1)
        return str(told["node"]["iri"])

    async def _grounds(self, one: a.NodeAnswer, other: a.NodeAnswer) -> dict[str, Any]:
        """Return what the tie between two nodes rests on."""
        papers = [node.id for node in (one, other) if node.kind == "paper"]
        entities = [node.id for node in (one, other) if node.kind != "paper"]
        if len(papers) == len(entities):
            return {"sentence": await quote_of_mention(self._workplace, papers[0], entities[0]), "paper": papers[0]}
        if papers:
            told = await self._workplace.call("related", name=one.id, limit=100)
            return {"techniques": [t for near in told["items"] if near["id"] == other.id for t in near["techniques"]]}
        quotes = await quotes_of_pairs(self._workplace, one.id, [other.id])
        sentence, paper = quotes.get(other.id, ("", ""))
        return {"sentence": sentence, "paper": paper}


def _node(told: dict[str, Any]) -> a.NodeAnswer:
    return a.NodeAnswer(told["id"], told["name"], told["kind"], told["papers"])


def _sentences(told: list[dict[str, Any]]) -> list[a.SentenceAnswer]:
    """Return each sentence once for an entity, however often it names it."""
    kept = ("sentence", "paper", "title", "entity", "name", "role", "confidence")
    once: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in told:
        once.setdefault((one["paper"], one["entity"], one["sentence"]), one)
    return [a.SentenceAnswer(**{key: one[key] for key in kept}) for one in once.values()]


def _value(term: dict[str, Any] | None, base_iri: str) -> a.Value:
    """Return a term of SPARQL JSON as a plain value: a node as its id, a number as a number."""
    if term is None:
        return None
    text = str(term["value"])
    if term["type"] == "uri":
        return shorten(text, base_iri)
    try:
        match str(term.get("datatype", "")).removeprefix(_XSD):
            case "integer":
                return int(text)
            case "decimal" | "double" | "float":
                return float(text)
            case "boolean":
                return text in ("true", "1")
    except ValueError:
        return text
    return text
