"""Checking a graph against its SHACL shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import NamedNode, Store
from rdflib.namespace import RDFS, SH

from kgraph.errors import GraphError
from kgraph.rdf.rdflib_graph import in_rdflib
from kgraph.rdf.screening import make_screens
from kgraph.rdf.store import memory_store
from kgraph.rdf.terms import DEFAULT_BASE_IRI, shorten
from kgraph.rdf.triples import ntriples
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
    return validate_store(memory_store(ntriples(tables, base_iri)), base_iri)


def validate_store(store: Store, base_iri: str = DEFAULT_BASE_IRI) -> list[Violation]:
    """Return what in a store breaks the shapes of ``ontology/shapes.ttl``, sorted.

    The same as :func:`validate_graph` says, many times faster: queries find the nodes that may break a shape, and
    only those are validated. Raises :class:`GraphError` where validation cannot be run.
    """
    screens = make_screens(_shapes())
    if screens is None or _declares_subclasses(store):
        return validate_graph(in_rdflib(store), base_iri)
    suspects: dict[rdflib.URIRef, set[str]] = defaultdict(set)
    for screen in screens:
        for (focus,) in store.query(screen.query):  # type: ignore[union-attr]
            if not isinstance(focus, NamedNode):
                return validate_graph(in_rdflib(store), base_iri)
            suspects[screen.shape].add(focus.value)
    graph = in_rdflib(store)
    return sorted(
        violation
        for shape, nodes in suspects.items()
        for violation in _validate(graph, base_iri, use_shapes=[shape], focus_nodes=sorted(nodes))
    )


def validate_graph(graph: rdflib.Graph, base_iri: str = DEFAULT_BASE_IRI) -> list[Violation]:
    """Return what in an rdflib graph breaks the shapes of ``ontology/shapes.ttl``, sorted, as pySHACL finds it.

    Some hundred seconds a million triples. Raises :class:`GraphError` where validation cannot be run.
    """
    return sorted(_validate(graph, base_iri))


def _validate(graph: rdflib.Graph, base_iri: str, **options: Any) -> Iterator[Violation]:
    conforms, report, text = pyshacl.validate(graph, shacl_graph=_shapes(), inplace=True, meta_shacl=False, **options)
    if not isinstance(report, rdflib.Graph):
        raise GraphError(f"the graph cannot be validated: {text}")
    if not conforms:
        yield from (_violation(report, result, base_iri) for result in report.subjects(SH.focusNode))


def _declares_subclasses(store: Store) -> bool:
    return any(store.quads_for_pattern(None, NamedNode(str(RDFS.subClassOf)), None))


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
