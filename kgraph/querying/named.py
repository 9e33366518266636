"""The named queries: files of ``ontology/queries/``, with their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal as OneOf
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kgraph.errors import QueryError
from kgraph.querying.tokens import slots
from kgraph.rdf.terms import ENTITY_CLASSES, ROLE_PROPERTIES, expand
from kgraph.resources import ontology_path

ParameterType = OneOf["node", "type", "role", "text", "integer", "number"]

_HEADER = re.compile(r"#\s*(title|comment|param):\s*(.*)")
_PARAMETER = re.compile(r"(?P<name>\w+)\s+\((?P<type>\w+)\)\s+(?P<about>.*?)(?:,\s*default\s+(?P<default>\S+))?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be asked about; without a value and a default it answers for all.

    A ``node`` takes an IRI (callers resolve ids and names first), a ``type`` or ``role`` its name
    as in the tables (``method``, ``evaluates_on``).
    """

    name: str
    type: ParameterType
    about: str
    default: str | None


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query of the collection: what it is called, what it answers, and its SPARQL."""

    name: str
    title: str
    comment: str
    parameters: tuple[Parameter, ...]
    text: str

    def bind(self, values: Mapping[str, str]) -> dict[str, NamedNode | Literal]:
        """Return the terms for :func:`kgraph.querying.engines.run_query`, the defaults among them.

        Raises :class:`QueryError` for an unknown parameter or a value of the wrong type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                offer = ", ".join(known) or "none"
                raise QueryError(f"query {self.name} has no parameter {name!r}; it takes: {offer}")
        given = {name: values.get(name, parameter.default) for name, parameter in known.items()}
        return {name: to_term(known[name], value) for name, value in given.items() if value is not None}


def to_term(parameter: Parameter, value: str) -> NamedNode | Literal:
    """Return a value as the term that a parameter of its type is bound to.

    Raises :class:`QueryError` where the value is not of that type.
    """
    try:
        match parameter.type:
            case "node":
                return NamedNode(value)
            case "type":
                return NamedNode(expand(f"kg:{_local_name(value, ENTITY_CLASSES.items())}"))
            case "role":
                return NamedNode(expand(f"kg:{_local_name(value, ROLE_PROPERTIES.items())}"))
            case "integer":
                return Literal(int(value))
            case "number":
                return Literal(float(value))
            case "text":
                return Literal(value)
    except ValueError as error:
        raise QueryError(f"parameter {parameter.name} ({parameter.type}): {value!r} does not fit: {error}") from None


def _local_name(value: str, names: Iterable[tuple[str, str]]) -> str:
    known = dict(names)
    if value not in known:
        raise ValueError(f"give one of {', '.join(known)}")
    return known[value]


@cache
def named_queries() -> Mapping[str, NamedQuery]:
    """Return the named queries by name, sorted."""
    return {path.stem: read_query(path) for path in sorted(ontology_path("queries").glob("*.rq"))}


def named_query(name: str) -> NamedQuery:
    """Return a named query. Raises :class:`QueryError` where there is none of that name."""
    found = named_queries().get(name)
    if found is None:
        raise QueryError(f"there is no query named {name!r}; there are: {', '.join(named_queries())}")
    return found


def read_query(path: Path) -> NamedQuery:
    """Return the query of a file with the header lines ``# title:``, ``# comment:`` and ``# param:``.

    A parameter without a header line is a text. Raises :class:`QueryError` where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: cannot be read ({error})") from None
    headers = [match.groups() for line in text.splitlines() if (match := _HEADER.fullmatch(line.rstrip()))]
    described = [_parameter(value) for key, value in headers if key == "param"]
    parameters = {parameter.name: parameter for parameter in described}
    for name in slots(text):
        parameters.setdefault(name, Parameter(name, "text", "", None))
    return NamedQuery(
        name=path.stem,
        title=" ".join(value for key, value in headers if key == "title"),
        comment=" ".join(value for key, value in headers if key == "comment"),
        parameters=tuple(parameters.values()),
        text=text,
    )


def _parameter(line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if not match or match["type"] not in get_args(ParameterType):
        types = ", ".join(get_args(ParameterType))
        raise QueryError(f"'# param: {line}' is not 'name (type) what it is, default value' with a type of {types}")
    kind: ParameterType = match["type"]  # type: ignore[assignment]
    return Parameter(match["name"], kind, match["about"], match["default"])
