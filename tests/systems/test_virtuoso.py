"""Our N-Triples in Virtuoso 7: nothing is lost on the way, and it answers the named queries as we do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from virtuoso_server import IncompleteAnswer, Virtuoso, is_required, missing, running_virtuoso

from kgraph.graph import Graph
from kgraph.querying import NamedQuery, named_queries, run_query
from kgraph.querying.results import Term, python_value
from kgraph.querying.tokens import fill_slots
from kgraph.records import ENTITY_TYPES

pytestmark = pytest.mark.systems

GRAPH = "https://w3id.org/kgraph/graph"
COUNTS = "SELECT ?class (COUNT(*) AS ?nodes) { ?node a ?class } GROUP BY ?class"
#: Parameter that is no node → a value that leaves some of the answer.
PLAIN = {"text": "net", "since": "2018", "minimum": "2", "below": "0.8", "type": "method", "role": "uses"}


@pytest.fixture(scope="module")
def data(sample_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    sample_graph.export("ntriples", folder / "whole.nt.gz")
    sample_graph.export("ntriples", folder / "parts", shards=3)
    sample_graph.export("nquads", folder / "quads.nq.gz")
    sample_graph.export("ntriples", folder / "annotated.nt", annotations=True, texts=False)
    return folder


@pytest.fixture(scope="module")
def server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    if missing():
        (pytest.fail if is_required() else pytest.skip)(missing())
    with running_virtuoso(tmp_path_factory.mktemp("virtuoso"), data) as running:
        running.load(data, "whole.nt.gz", GRAPH)
        yield running


def rows_of(server: Virtuoso, query: str, graph: str = GRAPH) -> list[tuple[Term | None, ...]]:
    results = parse_query_results(server.ask(query, graph), QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    return [tuple(solution) for solution in results]


def values(rows: list[tuple[Term | None, ...]]) -> Counter[tuple[object, ...]]:
    """Return rows as values: numbers to six digits, whatever their datatype; Virtuoso divides in doubles."""
    return Counter(tuple(_value(term) for term in row) for row in rows)


def _value(term: Term | None) -> object:
    value = python_value(term)
    return round(float(value), 6) if isinstance(value, int | float) else value


def arguments(graph: Graph, query: NamedQuery) -> dict[str, NamedNode | Literal]:
    """Return a value for each parameter of a query: the first nodes, by their connections, that have an answer."""
    plain = {p.name: PLAIN[p.name] for p in query.parameters if p.type != "node"}
    names = [p.name for p in query.parameters if p.type == "node"]
    for nodes in product(*(most_connected(graph, name) for name in names)):
        parameters = query.bind(plain | dict(zip(names, nodes, strict=True)))
        if run_query(graph.store, query.text, parameters):
            return parameters
    return query.bind({})


def most_connected(graph: Graph, parameter: str) -> list[str]:
    """Return the most connected nodes that a parameter of this name may take."""
    links = "(SELECT source AS id FROM shared_techniques UNION ALL SELECT target FROM shared_techniques)"
    papers = f"SELECT id FROM {links} GROUP BY id ORDER BY count(*) DESC, id"
    kind = f"type = '{parameter}'" if parameter in ENTITY_TYPES else "true"
    entities = f"SELECT id FROM entities WHERE {kind} ORDER BY papers DESC, id"
    rows = graph.tables.rows(f"{papers if parameter == 'paper' else entities} LIMIT 40")
    return [graph.manifest.base_iri + str(row["id"]) for row in rows]


@pytest.mark.parametrize("graph", ["whole", "parts", "quads"])
def test_every_class_has_as_many_nodes_as_with_us(
    server: Virtuoso, sample_graph: Graph, data: Path, graph: str
) -> None:
    name = GRAPH
    if graph == "parts":
        name = "https://example.org/parts"
        server.load(data / "parts", "*.nt.gz", name)
    if graph == "quads":
        # The file names its graph itself; the copy in the default graph goes where the loader is told.
        name = "https://example.org/quads"
        server.load(data, "quads.nq.gz", name)
    assert values(rows_of(server, COUNTS, name)) == values(list(run_query(sample_graph.store, COUNTS).rows))
    (total,) = rows_of(server, "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }", name)
    assert python_value(total[0]) == len(sample_graph.store)


def test_annotations_without_texts_arrive_whole(server: Virtuoso, data: Path) -> None:
    server.load(data, "annotated.nt", "https://example.org/annotated")
    (total,) = rows_of(server, "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }", "https://example.org/annotated")
    assert python_value(total[0]) == (data / "annotated.nt").read_bytes().count(b"\n")


@pytest.mark.parametrize("name", named_queries())
def test_a_named_query_has_the_same_answer(server: Virtuoso, sample_graph: Graph, name: str) -> None:
    query = named_queries()[name]
    parameters = arguments(sample_graph, query)
    assert_same(server, sample_graph.store, query, parameters)
    ours = run_query(sample_graph.store, query.text, parameters)
    assert len(ours) > 0 or name == "papers-without-entities", "the arguments show nothing"


@pytest.mark.parametrize("name", [name for name, query in named_queries().items() if query.parameters])
def test_and_without_arguments_too(server: Virtuoso, sample_graph: Graph, name: str) -> None:
    query = named_queries()[name]
    assert_same(server, sample_graph.store, query, query.bind({}))


def assert_same(server: Virtuoso, store: Store, query: NamedQuery, parameters: dict[str, NamedNode | Literal]) -> None:
    ours = run_query(store, query.text, parameters)
    text = fill_slots(query.text, lambda name: str(parameters[name]) if name in parameters else None)
    if ours.kind == "graph":
        theirs = {quad.triple for quad in parse(server.ask(text, GRAPH, "text/plain"), RdfFormat.N_TRIPLES)}
        assert theirs == set(ours.triples)
        return
    assert values(rows_of(server, text)) == values(list(ours.rows))


def test_an_answer_that_is_cut_does_not_pass_for_whole(
    server: Virtuoso, sample_graph: Graph, data: Path, tmp_path: Path
) -> None:
    with running_virtuoso(tmp_path, data, rows=10) as strict:
        strict.load(data, "whole.nt.gz", GRAPH)
        with pytest.raises(IncompleteAnswer, match="10"):
            strict.ask("SELECT * { ?s ?p ?o }", GRAPH)
