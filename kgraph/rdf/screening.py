"""Finding the nodes that may break a SHACL shape, by SPARQL queries made from the shapes.

A SHACL processor looks at one node after the other; a query looks at all. The queries find every node that breaks
a shape, and perhaps one that does not; what is said of a node is the processor's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH, XSD

#: Of a value: which of them a constraint refuses, as a SPARQL condition over ``?value``.
_ON_VALUES: Final[dict[rdflib.URIRef, Callable[[str], str]]] = {
    SH["class"]: lambda given: f"NOT EXISTS {{ ?value a {given} }}",
    SH.minLength: lambda given: f"isBlank(?value) || STRLEN(STR(?value)) < {given}",
    SH.minInclusive: lambda given: f"!COALESCE(?value >= {given}, false)",
    SH.minExclusive: lambda given: f"!COALESCE(?value > {given}, false)",
    SH.maxInclusive: lambda given: f"!COALESCE(?value <= {given}, false)",
    SH.maxExclusive: lambda given: f"!COALESCE(?value < {given}, false)",
    SH.disjoint: lambda given: f"EXISTS {{ ?focus {given} ?value }}",
    SH.equals: lambda given: f"NOT EXISTS {{ ?focus {given} ?value }}",
    SH.lessThan: lambda given: f"EXISTS {{ ?focus {given} ?other FILTER(!COALESCE(?value < ?other, false)) }}",
}
_KINDS: Final = {SH.IRI: "!isIRI(?value)", SH.Literal: "!isLiteral(?value)", SH.BlankNode: "!isBlank(?value)"}
#: What tells nothing about the data.
_SAID: Final = {SH.path, SH.message, SH.name, SH.description, SH.order, SH.severity, RDF.type, RDFS.label, RDFS.comment}
_COUNTS: Final = {SH.minCount, SH.maxCount}


@dataclass(frozen=True, slots=True)
class Screen:
    """A query whose ``?focus`` are nodes that may break a ``shape``."""

    shape: rdflib.URIRef
    query: str


def make_screens(shapes: rdflib.Graph) -> list[Screen] | None:
    """Return the queries for all node shapes, or ``None`` where a shape says what no query of ours can tell.

    They hold for data that declares no subclasses.
    """
    try:
        return [
            Screen(shape, query)
            for shape in sorted(map(_named, shapes.subjects(RDF.type, SH.NodeShape)))
            for query in _of_node_shape(shapes, shape)
        ]
    except _Unscreened:
        return None


class _Unscreened(Exception):
    """A constraint that has no query."""


def _of_node_shape(shapes: rdflib.Graph, shape: rdflib.URIRef) -> Iterator[str]:
    for predicate in set(shapes.predicates(shape)) - {SH.targetClass, SH.property} - _SAID:
        raise _Unscreened(predicate)
    classes = " ".join(sorted(_iri(target) for target in shapes.objects(shape, SH.targetClass)))
    targets = f"VALUES ?class {{ {classes} }} ?focus a ?class ."
    for prop in shapes.objects(shape, SH.property):
        yield from _of_property(shapes, prop, targets)


def _of_property(shapes: rdflib.Graph, prop: rdflib.term.Node, targets: str) -> Iterator[str]:
    path = _path(shapes, shapes.value(prop, SH.path))
    refused = sorted(_refused(shapes, prop))
    if refused:
        told = " || ".join(f"({condition})" for condition in refused)
        yield f"SELECT DISTINCT ?focus {{ {targets} ?focus {path} ?value FILTER({told}) }}"
    for other in shapes.objects(prop, SH.equals):
        yield (
            f"SELECT DISTINCT ?focus {{ {targets} ?focus {_iri(other)} ?value "
            f"FILTER NOT EXISTS {{ ?focus {path} ?value }} }}"
        )
    for least in shapes.objects(prop, SH.minCount):
        if int(str(least)) == 1:
            yield f"SELECT DISTINCT ?focus {{ {targets} FILTER NOT EXISTS {{ ?focus {path} ?value }} }}"
        else:
            yield _counted(f"OPTIONAL {{ ?focus {path} ?value }}", targets, f"< {int(str(least))}")
    for most in shapes.objects(prop, SH.maxCount):
        yield _counted(f"?focus {path} ?value", targets, f"> {int(str(most))}")


def _counted(pattern: str, targets: str, wrong: str) -> str:
    having = f"HAVING(COUNT(DISTINCT ?value) {wrong})"
    return f"SELECT ?focus {{ {targets} {pattern} }} GROUP BY ?focus {having}"


def _refused(shapes: rdflib.Graph, prop: rdflib.term.Node) -> Iterator[str]:
    for predicate, given in shapes.predicate_objects(prop):
        if predicate in _SAID or predicate in _COUNTS:
            continue
        if predicate == SH.datatype:
            yield _of_other_datatype(given)
        elif predicate == SH.nodeKind and _named(given) in _KINDS:
            yield _KINDS[_named(given)]
        elif predicate == SH["in"]:
            yield f"?value NOT IN ({', '.join(_iri(member) for member in Collection(shapes, given))})"
        elif predicate in _ON_VALUES and isinstance(predicate, rdflib.URIRef):
            yield _ON_VALUES[predicate](_written(given))
        else:
            raise _Unscreened(predicate)


def _of_other_datatype(datatype: rdflib.term.Node) -> str:
    other = f"!isLiteral(?value) || DATATYPE(?value) != {_iri(datatype)}"
    if datatype == XSD.string:
        return other
    if datatype not in (XSD.integer, XSD.decimal):
        raise _Unscreened(datatype)
    # A literal that is none of the datatype's ("many"^^xsd:integer) is refused, too.
    return f"{other} || !COALESCE({_iri(datatype)}(STR(?value)) = ?value, false)"


def _path(shapes: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    if isinstance(path, rdflib.URIRef):
        return _iri(path)
    inverse = shapes.value(path, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        return f"^{_iri(inverse)}"
    raise _Unscreened(path)


def _iri(term: rdflib.term.Node) -> str:
    return _named(term).n3()


def _named(term: rdflib.term.Node) -> rdflib.URIRef:
    if not isinstance(term, rdflib.URIRef):
        raise _Unscreened(term)
    return term


def _written(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.URIRef | rdflib.Literal):
        return term.n3()
    raise _Unscreened(term)
