"""The graph for rdflib, the face to Python's RDF ecosystem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rdflib
from oxrdflib import OxigraphStore
from pyoxigraph import Store
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.query import Result

from kgraph.rdf.store import memory_store, piped
from kgraph.rdf.terms import DEFAULT_BASE_IRI, PREFIXES
from kgraph.rdf.triples import ntriples
from kgraph.storing.tables import Tables


class PlainLiteralStore(OxigraphStore):
    """oxrdflib's store, giving plain literals as rdflib writes them.

    oxrdflib gives them the datatype ``xsd:string``, and then ``Literal("LoRA")`` equals none of them.
    """

    def triples(self, triple_pattern: Any, context: rdflib.Graph | None = None) -> Iterator[Any]:
        """Yield the triples that fit a pattern, each with its contexts."""
        for (subject, predicate, target), contexts in super().triples(triple_pattern, context):
            yield (subject, predicate, _plain(target)), contexts

    def query(self, *arguments: Any, **options: Any) -> Result:
        """Answer a SPARQL query in Oxigraph."""
        result: Result = super().query(*arguments, **options)
        if result.type == "SELECT":
            result.bindings = [{name: _plain(term) for name, term in row.items()} for row in result.bindings]
        return result


def to_rdflib(tables: Tables, base_iri: str = DEFAULT_BASE_IRI, *, native: bool = False) -> rdflib.Graph:
    """Return the graph as an rdflib Graph with the usual prefixes bound.

    Its triples lie in Oxigraph in memory, which loads and answers some tens of times faster than
    rdflib's own memory; ``native`` chooses the latter, and with it rdflib's own SPARQL engine.
    """
    lines = ntriples(tables, base_iri)
    if native:
        graph = rdflib.Graph(bind_namespaces="none")
        with piped(lines) as stream:
            graph.parse(stream, format="nt")
    else:
        graph = in_rdflib(memory_store(lines))
    return _with_prefixes(graph)


def in_rdflib(store: Store) -> rdflib.Graph:
    """Return the default graph of a store as an rdflib Graph; nothing is copied."""
    return rdflib.Graph(
        store=PlainLiteralStore(store=store), identifier=DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none"
    )


def _with_prefixes(graph: rdflib.Graph) -> rdflib.Graph:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _plain(term: Any) -> Any:
    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string:
        return rdflib.Literal(str(term))
    return term
