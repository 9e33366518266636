"""The namespaces, prefixes and terms that the RDF of a graph is written with."""

from __future__ import annotations

import re
from typing import Final

from kgraph.errors import UsageError
from kgraph.records import EntityType, Role

KG: Final = "https://w3id.org/kgraph/ontology#"
ONTOLOGY: Final = "https://w3id.org/kgraph/ontology"
DEFAULT_BASE_IRI: Final = "https://w3id.org/kgraph/"

#: Known everywhere: to queries on the command line, in Python, on the server and on its page.
PREFIXES: Final[dict[str, str]] = {
    "kg": KG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "fabio": "http://purl.org/spar/fabio/",
    "schema": "https://schema.org/",
    "mls": "http://www.w3.org/ns/mls#",
    "fair4ml": "https://w3id.org/fair4ml#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}

#: Type of an entity → local name of its class in the ontology.
ENTITY_CLASSES: Final[dict[EntityType, str]] = {
    "method": "Method",
    "model": "Model",
    "dataset": "Dataset",
    "task": "Task",
    "metric": "Metric",
}

#: Role of an entity in a paper → local name of its property in the ontology.
ROLE_PROPERTIES: Final[dict[Role, str]] = {
    "introduces": "introduces",
    "evaluates_on": "evaluatesOn",
    "compares_with": "comparesWith",
    "uses": "uses",
    "mentions": "mentions",
}

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*[/#]")


def expand(name: str) -> str:
    """Return the IRI of a prefixed name.

    >>> expand("kg:Paper")
    'https://w3id.org/kgraph/ontology#Paper'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str, base_iri: str = "") -> str:
    """Return an IRI as people read it: a prefixed name, an id relative to ``base_iri``, or in angle brackets.

    >>> shorten("http://purl.org/dc/terms/title")
    'dcterms:title'
    >>> shorten("https://w3id.org/kgraph/entity/lora", "https://w3id.org/kgraph/")
    'entity/lora'
    """
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"\w[\w-]*", local):
            return f"{prefix}:{local}"
    if base_iri and iri.startswith(base_iri) and iri != base_iri:
        return iri.removeprefix(base_iri)
    return f"<{iri}>"


def check_base_iri(base_iri: str) -> str:
    """Return ``base_iri`` where it is an absolute IRI that ends with ``/`` or ``#``.

    Raises :class:`UsageError` otherwise, because ids are appended to it as they are.
    """
    if not _BASE.fullmatch(base_iri):
        raise UsageError(
            f"{base_iri!r} is no base IRI: give an absolute one that ends with / or #, such as {DEFAULT_BASE_IRI}"
        )
    return base_iri
