"""The vocabulary of known names: a SKOS file of methods, models, datasets, tasks and metrics."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgraph.errors import InputError
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, EntityType
from kgraph.resources import collector_paused, ontology_path

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_KG: Final = "https://w3id.org/kgraph/ontology#"
#: The columns of a vocabulary in CSV; the last two may be left out.
COLUMNS: Final = ["name", "type", "aliases", "broader"]
_TYPES: Final = {f"{_KG}{name.capitalize()}": name for name in ENTITY_TYPES}


@dataclass(frozen=True, slots=True)
class Concept:
    """A known name with its type, other spellings, and the name of its broader concept (or empty)."""

    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()
    broader: str = ""


@lru_cache(maxsize=4)
@collector_paused()
def load_vocabulary(extra: Path | None = None) -> tuple[Concept, ...]:
    """Return the concepts that ship with the package and those of ``extra``, sorted by name and type.

    ``extra`` is SKOS in Turtle, or CSV with the columns name, type, aliases (separated by ``|``), broader. A concept
    of its name and type takes the place of the shipped one. Raises :class:`InputError` where it cannot be read.
    """
    shipped = read_skos(ontology_path("vocabulary.ttl"))
    if extra is None:
        return shipped
    own = read_csv(extra) if extra.suffix.lower() == ".csv" else read_skos(extra)
    taken = {(normal_form(concept.name), concept.type) for concept in own}
    kept = [concept for concept in shipped if (normal_form(concept.name), concept.type) not in taken]
    return _sorted([*own, *kept])


def read_csv(file: Path) -> tuple[Concept, ...]:
    """Read concepts from CSV. Raises :class:`InputError` with the line that is wrong."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            header = [cell.strip().lower() for cell in next(rows, [])]
            if header[:2] != COLUMNS[:2] or header != COLUMNS[: len(header)]:
                raise InputError(f"{file}: the first line must be {','.join(COLUMNS)!r}")
            return _sorted([_read_row(file, rows.line_num, row) for row in rows if any(row)])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as a vocabulary: {error}") from None


def _read_row(file: Path, line: int, row: list[str]) -> Concept:
    name, kind, aliases, broader = [*(cell.strip() for cell in row), "", "", ""][:4]
    if not name:
        raise InputError(f"{file}:{line}: the name is missing")
    if kind not in ENTITY_TYPES:
        raise InputError(f"{file}:{line}: unknown type {kind!r}; there are {', '.join(ENTITY_TYPES)}")
    spellings = tuple(sorted({alias.strip() for alias in aliases.split("|")} - {""}))
    return Concept(name, kind, spellings, broader)


def read_skos(file: Path) -> tuple[Concept, ...]:
    """Read the concepts of a SKOS file in Turtle that have a type of ours. Raises :class:`InputError`."""
    said: dict[str, dict[str, list[str]]] = {f"{_SKOS}{name}": {} for name in ("prefLabel", "altLabel", "broader")}
    labels, aliases, broader = said.values()
    types: dict[str, EntityType] = {}
    try:
        for subject, predicate, value, _ in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            if isinstance(value, ox.Triple):  # a statement about a statement (RDF 1.2): SKOS has none
                continue
            statements = said.get(predicate.value)
            if statements is not None:
                statements.setdefault(subject.value, []).append(value.value)
            elif value.value in _TYPES:
                types[subject.value] = _TYPES[value.value]
    except (OSError, SyntaxError) as error:
        raise InputError(f"{file}: cannot be read as a SKOS vocabulary in Turtle: {error}") from None
    return _sorted(
        Concept(names[-1], types[iri], tuple(sorted(aliases.get(iri, ()))), _broader_name(broader.get(iri), labels))
        for iri, names in labels.items()
        if iri in types
    )


def _broader_name(broader: Sequence[str] | None, labels: Mapping[str, Sequence[str]]) -> str:
    return labels.get(broader[-1], ("",))[-1] if broader else ""


def _sorted(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    return tuple(sorted(concepts, key=attrgetter("name", "type")))
