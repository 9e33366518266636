"""The ontology: documented, aligned, consistent, and all that the graph and the queries use."""

from __future__ import annotations

import re
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS
from small_build import write_build

from kgraph.rdf.documentation import ontology_page
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.statements import Wanted, all_statements
from kgraph.rdf.terms import ENTITY_CLASSES, KG, ONTOLOGY, ROLE_PROPERTIES
from kgraph.resources import ontology_path

ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
PAGE = Path(__file__).parents[2] / "docs" / "ontology.md"


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_path("kgraph.ttl"))


def own_terms(ontology: rdflib.Graph) -> set[str]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(KG)}


def test_every_term_has_one_label_and_one_comment(ontology: rdflib.Graph) -> None:
    for term in own_terms(ontology):
        node = rdflib.URIRef(term)
        assert len(list(ontology.objects(node, RDFS.label))) == 1, term
        assert len(list(ontology.objects(node, RDFS.comment))) == 1, term


def test_it_has_a_version_and_a_licence(ontology: rdflib.Graph) -> None:
    node = rdflib.URIRef(ONTOLOGY)
    assert str(ontology.value(node, OWL.versionIRI)).endswith(str(ontology.value(node, OWL.versionInfo)))
    assert ontology.value(node, rdflib.DCTERMS.license)


def test_it_holds_every_term_that_is_written_and_no_other(ontology: rdflib.Graph, tmp_path: Path) -> None:
    sql = " ".join(
        f"{entry.lines()} <{KG}{entry.predicate.removeprefix('kg:')}>"
        for texts in (True, False)
        for entry in all_statements(Wanted("https://example.org/", texts, annotations=True, least_papers=1))
    )
    written = {KG + name for name in re.findall(rf"<{re.escape(KG)}(\w+)>", sql)}
    classes = {KG + name for name in (*ENTITY_CLASSES.values(), *ROLE_PROPERTIES.values())}
    assert written | classes | {f"{KG}Entity", f"{KG}Sentence"} == own_terms(ontology)


@pytest.mark.parametrize("name", [path.name for path in ontology_path("queries").glob("*.rq")] + ["shapes.ttl"])
def test_queries_and_shapes_use_only_its_terms(ontology: rdflib.Graph, name: str) -> None:
    path = ontology_path("queries") / name
    text = (path if path.is_file() else ontology_path(name)).read_text(encoding="utf-8")
    assert {KG + local for local in re.findall(r"\bkg:(\w+)", text)} <= own_terms(ontology)


def test_the_page_is_what_the_ontology_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == ontology_page(), (
        "run python -m kgraph.rdf.documentation > docs/ontology.md"
    )


def errors(graph: rdflib.Graph) -> list[str]:
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, ERROR)]


def test_ontology_and_a_graph_are_consistent_in_owl_rl(ontology: rdflib.Graph, tmp_path: Path) -> None:
    assert errors(to_rdflib(write_build(tmp_path), native=True) + ontology) == []


def test_the_reasoner_would_tell_an_inconsistency(ontology: rdflib.Graph) -> None:
    graph = rdflib.Graph() + ontology
    paper = rdflib.URIRef("https://example.org/paper/x")
    graph.add((paper, RDF.type, rdflib.URIRef(f"{KG}Paper")))
    graph.add((paper, RDF.type, rdflib.URIRef(f"{KG}Method")))
    assert errors(graph)
