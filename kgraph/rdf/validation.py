"""Checking a graph against its SHACL shapes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyshacl
import rdflib
from rdflib.namespace import SH

from kgraph.errors import GraphError
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.terms import DEFAULT_BASE_IRI, shorten
from kgraph.resources import ontology_path
from kgraph.storing.tables import Tables


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """What is wrong with one node: ``path`` is the property, ``value`` what stands there (or empty)."""

    focus: str
    path: str
    message: str
    value: str

    def __str__(self) -> str:
        """Return the violation as one line for people."""
        found = f" (found: {self.value})" if self.value else ""
        return f"{self.focus}: {self.path}: {self.message}{found}"


def validate(tables: Tables, base_iri: str = DEFAULT_BASE_IRI) -> list[Violation]:
    """Return what in the RDF of a graph breaks its shapes, sorted; nothing where it conforms."""
    return validate_graph(to_rdflib(tables, base_iri), base_iri)


def validate_graph(graph: rdflib.Graph, base_iri: str = DEFAULT_BASE_IRI) -> list[Violation]:
    """Return what in an rdflib graph breaks the shapes of ``ontology/shapes.ttl``, sorted.

    Some ten seconds a million triples. Raises :class:`GraphError` where validation cannot be run.
    """
    conforms, report, text = pyshacl.validate(graph, shacl_graph=_shapes(), inplace=True, meta_shacl=False)
    if not isinstance(report, rdflib.Graph):
        raise GraphError(f"the graph cannot be validated: {text}")
    if conforms:
        return []
    return sorted(_violation(report, result, base_iri) for result in report.subjects(SH.focusNode))


@cache
def _shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_path("shapes.ttl"), format="turtle")


def _violation(report: rdflib.Graph, result: rdflib.term.Node, base_iri: str) -> Violation:
    def read(predicate: rdflib.URIRef) -> str:
        term = report.value(result, predicate)
        if isinstance(term, rdflib.URIRef):
            return shorten(str(term), base_iri)
        if isinstance(term, rdflib.BNode):
            inverse = report.value(term, SH.inversePath) or _shapes().value(term, SH.inversePath)
            return f"is {shorten(str(inverse))} of" if inverse else "path"
        return "" if term is None else " ".join(str(term).split())

    return Violation(read(SH.focusNode), read(SH.resultPath), read(SH.resultMessage), read(SH.value))
