"""The vocabulary of known names: a SKOS file of methods, models, datasets, tasks and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgraph.errors import InputError
from kgraph.records import ENTITY_TYPES, EntityType
from kgraph.resources import ontology_path

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_KG: Final = "https://w3id.org/kgraph/ontology#"
_TYPES: Final = {f"{_KG}{name.capitalize()}": name for name in ENTITY_TYPES}


@dataclass(frozen=True, slots=True)
class Concept:
    """A known name with its type, other spellings, and the name of its broader concept (or empty)."""

    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()
    broader: str = ""


@lru_cache(maxsize=4)
def load_vocabulary(path: Path | None = None) -> tuple[Concept, ...]:
    """Read the concepts of a SKOS file (Turtle); without ``path``, those that ship with the package.

    Concepts come sorted by name and type. Raises :class:`InputError` where the file does not parse.
    """
    file = path or ontology_path("vocabulary.ttl")
    labels: dict[str, str] = {}
    types: dict[str, EntityType] = {}
    aliases: dict[str, list[str]] = {}
    broader: dict[str, str] = {}
    try:
        for triple in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            subject, value = str(triple.subject.value), str(triple.object.value)
            predicate = triple.predicate.value
            if predicate == f"{_SKOS}prefLabel":
                labels[subject] = value
            elif predicate == f"{_SKOS}altLabel":
                aliases.setdefault(subject, []).append(value)
            elif predicate == f"{_SKOS}broader":
                broader[subject] = value
            elif value in _TYPES:
                types[subject] = _TYPES[value]
    except (OSError, SyntaxError) as error:
        raise InputError(f"{file.name}: cannot be read as a SKOS vocabulary in Turtle: {error}") from None
    concepts = [
        Concept(name, types[iri], tuple(sorted(aliases.get(iri, ()))), labels.get(broader.get(iri, ""), ""))
        for iri, name in labels.items()
        if iri in types
    ]
    return tuple(sorted(concepts, key=lambda concept: (concept.name, concept.type)))
