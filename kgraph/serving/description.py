"""What the endpoint says about itself: a SPARQL 1.1 Service Description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple, serialize

from kgraph.rdf.serialize import RDF_FORMATS
from kgraph.rdf.terms import PREFIXES, expand

if TYPE_CHECKING:
    from kgraph.storing.manifest import Manifest

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG",
)  # fmt: skip


def describe_service(endpoint: str, manifest: Manifest, form: str) -> bytes:
    """Return the description of the service at ``endpoint`` in an RDF format, without blank nodes."""
    service, dataset, graph = (NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset", "graph"))
    kind = NamedNode(expand("rdf:type"))

    def term(name: str) -> NamedNode:
        return NamedNode(_SD + name)

    triples = [
        Triple(service, kind, term("Service")),
        Triple(service, term("endpoint"), NamedNode(endpoint)),
        Triple(service, term("supportedLanguage"), term("SPARQL10Query")),
        Triple(service, term("supportedLanguage"), term("SPARQL11Query")),
        *(Triple(service, term("resultFormat"), NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
        Triple(service, term("defaultDataset"), dataset),
        Triple(dataset, kind, term("Dataset")),
        Triple(dataset, term("defaultGraph"), graph),
        Triple(dataset, NamedNode(expand("rdfs:seeAlso")), NamedNode(f"{manifest.base_iri}dataset")),
        Triple(graph, kind, term("Graph")),
    ]
    if "triples" in manifest.counts:
        triples.append(Triple(graph, NamedNode(expand("void:triples")), Literal(manifest.counts["triples"])))
    written = serialize(triples, format=RDF_FORMATS[form], prefixes={**PREFIXES, "sd": _SD})
    assert written is not None
    return written
