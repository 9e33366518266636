"""The page about the ontology, made from the ontology: ``python -m kgraph.rdf.documentation > docs/ontology.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS

from kgraph.rdf.terms import KG, ONTOLOGY, PREFIXES
from kgraph.resources import ontology_path

_INCLUDES = rdflib.URIRef("https://schema.org/domainIncludes")
_MORE_PREFIXES = {
    "lpwc": "https://linkedpaperswithcode.com/class/",
    "lpwcp": "https://linkedpaperswithcode.com/property/",
    "bibo": "http://purl.org/ontology/bibo/",
}
_CLASS_ROWS = {"Under": RDFS.subClassOf, "See also": RDFS.seeAlso}
_PROPERTY_ROWS = {
    "Of": RDFS.domain,
    "Used on": _INCLUDES,
    "To": RDFS.range,
    "Under": RDFS.subPropertyOf,
    "See also": RDFS.seeAlso,
}


def ontology_page() -> str:
    """Return the page in Markdown: every class and property with its comment and alignments."""
    graph = rdflib.Graph().parse(ontology_path("kgraph.ttl"), format="turtle")
    ontology = rdflib.URIRef(ONTOLOGY)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    titles = ("Classes", "Properties that lead to nodes", "Properties that lead to values")
    rows = (_CLASS_ROWS, _PROPERTY_ROWS, _PROPERTY_ROWS)
    sections = [
        f"## {title}\n\n" + "\n".join(_entry(graph, term, wanted) for term in _terms(graph, kind))
        for kind, title, wanted in zip(kinds, titles, rows, strict=True)
    ]
    head = (
        f"# The ontology\n\n{graph.value(ontology, DCTERMS.description)}\n\n"
        f"- Namespace: `{KG}` (prefix `kg:`). {graph.value(ontology, RDFS.comment)}\n"
        f"- Version: {graph.value(ontology, OWL.versionInfo)}, `{graph.value(ontology, OWL.versionIRI)}`\n"
        f"- Licence: {graph.value(ontology, DCTERMS.license)}\n"
        "- Files: `ontology/kgraph.ttl`, `ontology/shapes.ttl` (SHACL), `ontology/queries/` (SPARQL)\n\n"
        "This page is made from the ontology by `python -m kgraph.rdf.documentation`; edit that, not the page.\n"
    )
    return "\n".join([head, *sections])


def _terms(graph: rdflib.Graph, kind: rdflib.URIRef) -> list[rdflib.URIRef]:
    return sorted(
        term for term in graph.subjects(RDF.type, kind) if isinstance(term, rdflib.URIRef) and term.startswith(KG)
    )


def _entry(graph: rdflib.Graph, term: rdflib.URIRef, rows: dict[str, rdflib.URIRef]) -> str:
    lines = [f"### kg:{term.removeprefix(KG)}\n", f"{graph.value(term, RDFS.comment)}\n"]
    for title, predicate in rows.items():
        if values := _names(graph.objects(term, predicate)):
            lines.append(f"- {title}: {values}")
    if (term, RDF.type, OWL.SymmetricProperty) in graph:
        lines.append("- Symmetric")
    return "\n".join(lines).rstrip() + "\n"


def _names(terms: Iterable[rdflib.term.Node]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(_short(str(term)) for term in terms))


def _short(iri: str) -> str:
    for prefix, namespace in (PREFIXES | _MORE_PREFIXES).items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


if __name__ == "__main__":
    sys.stdout.write(ontology_page())
