"""JSON-LD as people read JSON: one object a node, under a context of prefixes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kgraph.rdf.terms import PREFIXES, expand, shorten

_TYPE: Final = expand("rdf:type")
_STRING: Final = expand("xsd:string")
_INTEGER: Final = expand("xsd:integer")
#: JSON keeps integers whole up to here, and larger ones become doubles.
_WHOLE = 2**53


def jsonld(triples: Iterable[Triple], base_iri: str) -> Iterator[bytes]:
    """Yield a JSON-LD document from triples that stand together by subject, a line a node."""
    context = {"@base": base_iri} | PREFIXES
    yield f'{{"@context": {_dump(context)},\n"@graph": ['.encode()
    separator = "\n"
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        yield (separator + _dump(_node(subject, group, base_iri))).encode()
        separator = ",\n"
    yield b"\n]}\n"


def _node(subject: object, triples: Iterable[Triple], base_iri: str) -> dict[str, object]:
    values: dict[str, list[object]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
            values["@type"].append(_name(triple.object.value))
        else:
            values[_name(triple.predicate.value)].append(_value(triple.object, base_iri))
    single = {name: found[0] if len(found) == 1 else found for name, found in sorted(values.items())}
    return {"@id": _identifier(subject, base_iri)} | single


def _value(term: object, base_iri: str) -> object:
    if not isinstance(term, Literal):
        return {"@id": _identifier(term, base_iri)}
    datatype = term.datatype.value
    if datatype == _STRING:
        return term.value
    if datatype == _INTEGER and str(_integer(term.value)) == term.value:
        return _integer(term.value)
    return {"@value": term.value, "@type": _name(datatype)}


def _integer(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() and abs(int(text)) < _WHOLE else None


def _identifier(term: object, base_iri: str) -> str:
    if not isinstance(term, NamedNode):
        return str(term)
    relative = term.value.removeprefix(base_iri)
    # What holds a colon before the first slash would be read as an IRI of its own.
    is_path = relative != term.value and ":" not in relative.split("/")[0] and not relative.startswith(("/", "#", "?"))
    return relative if is_path and relative else term.value


def _name(iri: str) -> str:
    return shorten(iri).removeprefix("<").removesuffix(">")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
