"""What we build conforms to its shapes, and each shape catches what it is there for."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Store
from rdflib import Literal, URIRef
from rdflib.namespace import SH
from small_build import write_build

from kgraph.rdf.screening import make_screens
from kgraph.rdf.store import memory_store
from kgraph.rdf.terms import DEFAULT_BASE_IRI, expand
from kgraph.rdf.triples import ntriples
from kgraph.rdf.validation import validate, validate_graph, validate_store
from kgraph.resources import ontology_path

BASE = DEFAULT_BASE_IRI
PAPER = "paper/arxiv-2106.00001"
EDGE = "paper-entity/arxiv-2106.00001/lora"
SENTENCE = "sentence/arxiv-2106.00001/abstract-0"
PAIR = "co-mention/gpt-3/lora"
LINK = "shared-technique/arxiv-2106.00001/arxiv-2305.00002"
MENTION = "mention/arxiv-2106.00001/title-0-4"
MISSING = URIRef(f"{BASE}entity/missing")


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return b"".join(ntriples(write_build(tmp_path_factory.mktemp("build")), annotations=True))


def stored(graph: rdflib.Graph) -> Store:
    return memory_store([graph.serialize(format="nt", encoding="utf-8")])


def test_a_graph_that_we_build_conforms(tmp_path: Path) -> None:
    assert validate(write_build(tmp_path)) == []


def test_a_graph_with_annotations_or_without_texts_conforms(lines: bytes, tmp_path: Path) -> None:
    assert validate_graph(rdflib.Graph().parse(data=lines, format="nt")) == []
    bare = b"".join(ntriples(write_build(tmp_path), texts=False))
    assert validate_graph(rdflib.Graph().parse(data=bare, format="nt")) == []


@pytest.mark.parametrize(
    ("node", "predicate", "value", "said"),
    [
        (PAPER, "dcterms:title", None, "exactly one title"),
        (PAPER, "dcterms:title", Literal("Another"), "exactly one title"),
        (PAPER, "dcterms:abstract", Literal("Another"), "at most one abstract"),
        (PAPER, "kg:uses", MISSING, "uses is an entity"),
        (PAPER, "kg:sharesTechniqueWith", MISSING, "shares techniques with papers"),
        ("entity/lora", "skos:prefLabel", None, "preferred name"),
        ("entity/lora", "rdfs:label", Literal("Other"), "label"),
        ("entity/lora", "skos:altLabel", Literal("LoRA"), "differ from the preferred name"),
        ("entity/lora", "skos:broader", MISSING, "broader"),
        (EDGE, "kg:paper", None, "exactly one paper"),
        (EDGE, "kg:entity", MISSING, "exactly one entity"),
        (EDGE, "kg:role", URIRef(f"{BASE}role"), "one role"),
        (EDGE, "kg:confidence", Literal(Decimal("1.5")), "from 0 to 1"),
        (EDGE, "kg:mentionCount", Literal(0), "at least 1"),
        (EDGE, "kg:evidence", None, "rests on at least one sentence"),
        (SENTENCE, "kg:start", Literal(-1), "offset from 0"),
        (SENTENCE, "kg:quote", Literal("Another."), "quoted at most once"),
        (SENTENCE, "kg:end", Literal(0), "before its end"),
        (PAIR, "kg:entity", MISSING, "exactly two entities"),
        (PAIR, "kg:paperCount", Literal(0), "at least one paper"),
        (PAIR, "kg:npmi", Literal(Decimal("2")), "from -1 to 1"),
        (PAIR, "kg:logLikelihood", None, "log-likelihood"),
        (LINK, "kg:score", None, "one score"),
        (LINK, "kg:technique", None, "names what is shared"),
        (LINK, "kg:paper", None, "exactly two papers"),
        (MENTION, "oa:hasBody", None, "exactly one entity"),
        (MENTION, "oa:hasTarget", None, "exactly one target"),
        (f"{MENTION}/position", "oa:start", Literal(99), "before its end"),
    ],
)
def test_what_is_broken_is_told_where_it_is(
    lines: bytes, node: str, predicate: str, value: Literal | URIRef | None, said: str
) -> None:
    graph = rdflib.Graph().parse(data=lines, format="nt")
    subject, link = URIRef(BASE + node), URIRef(expand(predicate))
    if value is None:
        graph.remove((subject, link, None))
    else:
        graph.add((subject, link, value))
    found = validate_graph(graph)
    told = [str(violation) for violation in found if violation.focus == node]
    assert any(said in line for line in told), told
    assert validate_store(stored(graph)) == found


def test_a_sentence_without_an_edge_is_told_by_its_inverse_path(lines: bytes) -> None:
    graph = rdflib.Graph().parse(data=lines, format="nt")
    graph.remove((None, URIRef(expand("kg:evidence")), URIRef(BASE + SENTENCE)))
    found = validate_graph(graph)
    assert validate_store(stored(graph)) == found
    told = [str(violation) for violation in found]
    assert f"{SENTENCE}: is kg:evidence of: A sentence is there because an edge rests on it" in told


@pytest.mark.parametrize("seed", range(8))
def test_the_queries_miss_nothing_that_the_shapes_forbid(lines: bytes, seed: int) -> None:
    """Any damage is told in the same words as by pySHACL, which looks at every node."""
    chance = random.Random(seed)
    graph = rdflib.Graph().parse(data=lines, format="nt")
    triples = sorted(graph)
    objects: list[rdflib.term.Node] = [target for _, _, target in triples]
    odd = [
        Literal("many", datatype=rdflib.XSD.integer),
        Literal(""),
        Literal("1.5", datatype=rdflib.XSD.double),
        Literal(-3),
    ]
    for subject, predicate, target in chance.sample(triples, 60):
        if chance.random() < 0.6:
            graph.remove((subject, predicate, target))
        if chance.random() < 0.6:
            graph.add((subject, predicate, chance.choice([*objects, *odd * 20])))
    found = validate_graph(graph)
    assert len(found) > 10
    assert validate_store(stored(graph)) == found


def test_every_shape_has_its_queries() -> None:
    shapes = rdflib.Graph().parse(ontology_path("shapes.ttl"), format="turtle")
    screens = make_screens(shapes)
    assert screens is not None
    assert {screen.shape for screen in screens} == set(shapes.subjects(rdflib.RDF.type, SH.NodeShape))


@pytest.mark.parametrize(
    "constraint",
    ['sh:pattern "a"', "sh:datatype xsd:date", "sh:nodeKind sh:IRIOrLiteral", "sh:node [ sh:nodeKind sh:IRI ]"],
)
def test_a_constraint_without_a_query_leaves_the_work_to_pyshacl(constraint: str) -> None:
    shapes = rdflib.Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
        f"<urn:s> a sh:NodeShape ; sh:targetClass <urn:c> ; sh:property [ sh:path <urn:p> ; {constraint} ] .",
        format="turtle",
    )
    assert make_screens(shapes) is None


def test_subclasses_in_the_data_are_honoured(lines: bytes) -> None:
    kind = rdflib.URIRef("https://example.org/Preprint")
    graph = rdflib.Graph().parse(data=lines, format="nt")
    graph.add((kind, rdflib.RDFS.subClassOf, rdflib.URIRef(expand("kg:Paper"))))
    graph.add((URIRef("https://example.org/one"), rdflib.RDF.type, kind))
    found = validate_graph(graph)
    assert [violation.focus for violation in found] == ["<https://example.org/one>"]
    assert validate_store(stored(graph)) == found
