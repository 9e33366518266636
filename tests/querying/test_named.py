"""The named queries: documented, portable, the same under both engines, and right on a small graph."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QuerySolutions, QueryTriples, Store
from small_build import PAPERS, write_build

from kgraph.errors import QueryError
from kgraph.querying import named_queries, named_query, read_query, run_query
from kgraph.querying.tokens import slots
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.store import memory_store
from kgraph.rdf.triples import ntriples
from kgraph.resources import ontology_path

BASE = "https://w3id.org/kgraph/"
LORA, QLORA, ADAPTERS, GPT3 = (f"{BASE}entity/{name}" for name in ("lora", "qlora", "adapters", "gpt-3"))
GLUE, ACCURACY, UNDERSTANDING = (f"{BASE}entity/{name}" for name in ("glue", "accuracy", "language%20understanding"))
FIRST, SECOND, THIRD, FOURTH = (BASE + paper[0] for paper in PAPERS)

#: Query → its arguments, the columns looked at, and the rows worked out by hand from the texts.
ANSWERS: dict[str, tuple[dict[str, str], tuple[str, ...], list[tuple[object, ...]]]] = {
    "papers-of-entity": ({"entity": LORA}, ("paper", "mentions"), [(FIRST, 3), (SECOND, 2), (THIRD, 2)]),
    "entities-of-paper": ({"paper": FIRST, "type": "model"}, ("entity", "mentions"), [(GPT3, 2)]),
    "shared-techniques": ({"paper": THIRD}, ("other", "score", "technique"), [(FIRST, 0.5, GPT3)]),
    "co-mentioned": ({"entity": LORA, "minimum": "2"}, ("other", "papers"), [(GPT3, 3), (ADAPTERS, 2), (GLUE, 2)]),
    "used-with-on": (
        {"method": LORA, "dataset": GLUE},
        ("other", "papers"),
        [(ADAPTERS, 2), (GPT3, 2), (QLORA, 1)],
    ),
    "datasets-of-task": ({"task": UNDERSTANDING}, ("dataset", "papers"), [(GLUE, 1)]),
    "metrics-of-task": ({"task": UNDERSTANDING}, ("metric", "papers"), [(ACCURACY, 1)]),
    "tasks-of-method": ({"method": LORA}, ("task", "papers"), [(UNDERSTANDING, 1)]),
    "baselines": ({"method": QLORA}, ("baseline", "paper"), [(ADAPTERS, SECOND)]),
    "compared-most": ({}, ("entity", "papers"), [(ADAPTERS, 2)]),
    "introduced-by": ({"entity": LORA}, ("paper", "issued"), [(FIRST, "2021-06-17")]),
    "followed-by": ({"paper": FIRST}, ("other", "entity"), [(SECOND, LORA)]),
    "timeline": ({"entity": LORA}, ("year", "papers"), [("2021", 1), ("2023", 1), ("2024", 1)]),
    "rising": (
        {"since": "2023", "type": "method", "minimum": "1"},
        ("entity", "papersSince", "papersBefore"),
        [(LORA, 2, 1), (QLORA, 1, 0)],
    ),
    "evidence": (
        {"paper": FIRST, "entity": ACCURACY},
        ("start", "end", "quote"),
        [(29, 69, "LoRA beats Adapters on GLUE by accuracy.")],
    ),
    "together-in-a-sentence": (
        {"first": ACCURACY, "second": GLUE},
        ("paper", "quote"),
        [(FIRST, "LoRA beats Adapters on GLUE by accuracy.")],
    ),
    "most-used": ({"minimum": "3"}, ("entity", "papers"), [(GPT3, 3), (LORA, 3)]),
    "hub-papers": ({"minimum": "2"}, ("paper", "links", "strength"), [(FIRST, 2, 1.75)]),
    "sharing-pairs": ({"minimum": "1"}, ("score", "techniques"), [(1.25, "Adapters, GPT-3, LoRA"), (0.5, "GPT-3")]),
    "variants": ({"entity": LORA}, ("variant", "papers"), [(QLORA, 1)]),
    "spellings": ({"entity": LORA}, ("name", "spelling"), [("LoRA", "Low-Rank Adapters")]),
    "find": ({"text": "LORA"}, ("entity", "papers"), [(LORA, 3), (QLORA, 1)]),
    "papers-with-both": ({"first": GLUE, "second": QLORA}, ("paper",), [(SECOND,)]),
    "new-on-dataset": ({"dataset": GLUE}, ("new", "paper"), [(QLORA, SECOND), (LORA, FIRST)]),
    "authors-of-entity": ({"entity": LORA}, ("author", "papers"), [("Ada Writer", 2), ("Bo Reader", 1)]),
    "to-check": ({"below": "0.9"}, ("confidence",), [(0.875,)] * 13),
    "papers-without-entities": ({}, ("paper",), [(FOURTH,)]),
}
#: Queries whose whole answer is long: how many rows or triples it has.
SIZES = {"counts-by-type": 11, "counts-by-role": 8, "around": 25, "about-this-graph": 151}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("build")


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return memory_store(ntriples(write_build(folder)))


@pytest.fixture(scope="module")
def graph(folder: Path) -> rdflib.Graph:
    return to_rdflib(write_build(folder), native=True)


def test_there_are_twenty_and_each_is_tested() -> None:
    assert len(named_queries()) >= 20
    assert set(named_queries()) == set(ANSWERS) | set(SIZES)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_what_the_texts_say(store: Store, graph: rdflib.Graph, name: str) -> None:
    values, columns, expected = ANSWERS[name]
    query = named_query(name)
    for target in (store, graph):
        rows = list(run_query(target, query.text, query.bind(values)))
        assert [tuple(row[column] for column in columns) for row in rows] == expected


@pytest.mark.parametrize("name", SIZES)
def test_long_answers_are_whole(store: Store, graph: rdflib.Graph, name: str) -> None:
    query = named_query(name)
    values = query.bind({"node": LORA} if name == "around" else {})
    oxigraph, native = (run_query(target, query.text, values) for target in (store, graph))
    assert len(oxigraph) == len(native) == SIZES[name]
    assert oxigraph.rows == native.rows
    assert set(oxigraph.triples) == set(native.triples)


@pytest.mark.parametrize("name", named_queries())
def test_a_file_runs_as_it_is_without_values_and_without_our_prefixes(store: Store, name: str) -> None:
    text = (ontology_path("queries") / f"{name}.rq").read_text(encoding="utf-8")
    plain = store.query(text)
    assert isinstance(plain, QuerySolutions | QueryTriples)
    assert len(run_query(store, text)) == len(list(plain)) > 0


@pytest.mark.parametrize("query", named_queries().values(), ids=list(named_queries()))
def test_each_has_a_title_a_comment_and_documented_parameters(query: object) -> None:
    from kgraph.querying import NamedQuery

    assert isinstance(query, NamedQuery)
    assert query.title
    assert query.comment
    assert {parameter.name for parameter in query.parameters} == set(slots(query.text))
    assert all(parameter.about for parameter in query.parameters)


def test_wrong_names_and_values_are_told_with_what_fits() -> None:
    with pytest.raises(QueryError, match="timeline"):
        named_query("time-line")
    with pytest.raises(QueryError, match="it takes: entity"):
        named_query("timeline").bind({"paper": FIRST})
    with pytest.raises(QueryError, match="method, model, dataset"):
        named_query("most-used").bind({"type": "person"})
    with pytest.raises(QueryError, match="integer"):
        named_query("most-used").bind({"minimum": "many"})
    with pytest.raises(QueryError, match="does not fit"):
        named_query("timeline").bind({"entity": "not an IRI"})


def test_a_file_of_ones_own_may_have_parameters_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(
        "# title: Mine\n# param: n (integer) a number, default 3\n"
        "SELECT ?n ?t { VALUES ?n { UNDEF } VALUES ?t { UNDEF } }"
    )
    mine = read_query(path)
    assert [(p.name, p.type, p.default) for p in mine.parameters] == [("n", "integer", "3"), ("t", "text", None)]
    assert list(run_query(Store(), mine.text, mine.bind({"t": "x"}))) == [{"n": 3, "t": "x"}]
    path.write_text("# param: n (colour) a number\nSELECT * {}")
    with pytest.raises(QueryError, match="colour"):
        read_query(path)
    with pytest.raises(QueryError, match="cannot be read"):
        read_query(tmp_path / "missing.rq")
