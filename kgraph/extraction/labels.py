"""Labelled papers: reading them, and turning their entities into a label for each word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgraph.errors import InputError
from kgraph.extraction.claims import Claims
from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.tokens import Span
from kgraph.records import ENTITY_TYPES, FIELDS, ROLES, EntityType, Field, Paper, Role

OUTSIDE: Final = "O"


@dataclass(frozen=True, slots=True)
class LabelledEntity:
    """An entity as a reader labelled it, with every spelling it has in the paper."""

    name: str
    type: EntityType
    role: Role
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledPaper:
    """A paper and the entities that a reader found in it.

    ``own`` are the spellings of what it introduces, where somebody read that again; None stands for what the roles say.
    """

    paper: Paper
    entities: tuple[LabelledEntity, ...]
    own: tuple[str, ...] | None = None

    def own_surfaces(self) -> tuple[str, ...]:
        """Return the spellings of what the paper introduces, metrics aside."""
        if self.own is not None:
            return self.own
        introduced = (each for each in self.entities if each.role == "introduces" and each.type != "metric")
        return tuple(surface for each in introduced for surface in each.surfaces)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A span of a field that names ``entity`` (its number in the labelled paper)."""

    field: Field
    start: int
    end: int
    entity: int


def read_labels(paths: Iterable[Path], *, only_own: bool = False) -> list[LabelledPaper]:
    """Read labelled papers from JSON Lines files; raises :class:`InputError` with file and line.

    With ``only_own`` they need no entities: what counts is what they introduce.
    """
    return [paper for path in paths for paper in _read_file(path, only_own)]


def _read_file(path: Path, only_own: bool) -> list[LabelledPaper]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no UTF-8 text; labelled papers are JSON Lines") from None
    papers = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                record = json.loads(line)
                if only_own:
                    record |= {"entities": [], "own": record["own"]}
                papers.append(_read_line(record, f"line-{number}"))
            except KeyError as error:
                raise InputError(f"{path}:{number}: is not a labelled paper: it has no {error}") from None
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise InputError(f"{path}:{number}: is not a labelled paper: {error}") from None
    if not papers:
        raise InputError(f"{path}: holds no labelled paper; docs/training.md tells how to write them")
    return papers


def _read_line(record: dict[str, Any], fallback: str) -> LabelledPaper:
    paper = Paper(str(record.get("id") or fallback), str(record["title"]), str(record.get("abstract") or ""))
    own = record.get("own")
    if own is not None and not all(isinstance(spellings, list) for spellings in own):
        raise ValueError("'own' is a list of lists: the spellings of each thing that the paper introduces")
    surfaces = None if own is None else tuple(str(surface) for spellings in own for surface in spellings)
    return LabelledPaper(paper, tuple(_read_entity(entity) for entity in record["entities"]), surfaces)


def _read_entity(entity: dict[str, Any]) -> LabelledEntity:
    if entity["type"] not in ENTITY_TYPES or entity["role"] not in ROLES:
        raise ValueError(f"type {entity['type']!r} with role {entity['role']!r} is not known")
    surfaces = tuple(str(surface) for surface in entity.get("surfaces") or [entity["name"]])
    return LabelledEntity(str(entity["name"]), entity["type"], entity["role"], surfaces)


def find_occurrences(labelled: LabelledPaper) -> list[Occurrence]:
    """Return where the spellings of the entities stand, the longest first where they overlap."""
    spellings = {surface: number for number, entity in enumerate(labelled.entities) for surface in entity.surfaces}
    ordered = sorted((surface for surface in spellings if surface), key=lambda surface: (-len(surface), surface))
    found: list[Occurrence] = []
    for field in FIELDS:
        text = labelled.paper.text(field)
        claims = Claims(text)
        for surface in ordered:
            for start, end in find_whole(surface, text):
                if claims.claim(start, end):
                    found.append(Occurrence(field, start, end, spellings[surface]))
    return sorted(found, key=lambda each: (FIELDS.index(each.field), each.start))


def find_whole(surface: str, text: str) -> list[Span]:
    """Return the spans at which ``surface`` stands in ``text`` as whole words.

    >>> find_whole("LM", "LM, not LLM")
    [(0, 2)]
    """
    spans = []
    start = text.find(surface) if surface else -1
    while start >= 0:
        end = start + len(surface)
        whole = not _is_word(text[start - 1 : start]) and not _is_word(text[end : end + 1])
        if whole:
            spans.append((start, end))
        start = text.find(surface, end if whole else start + 1)
    return spans


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def word_labels(document: Document, labelled: LabelledPaper, occurrences: Sequence[Occurrence]) -> list[list[str]]:
    """Return a label (``B-method``, ``I-method``, ``O``) for each word of each sentence."""
    return [_sentence_labels(sentence, labelled, occurrences) for sentence in document.sentences]


def _sentence_labels(sentence: Sentence, labelled: LabelledPaper, occurrences: Sequence[Occurrence]) -> list[str]:
    labels = [OUTSIDE] * len(sentence.words)
    for each in occurrences:
        if each.field != sentence.field or each.start < sentence.start or each.end > sentence.end:
            continue
        inside = [index for index, (start, end) in enumerate(sentence.spans) if start >= each.start and end <= each.end]
        kind = labelled.entities[each.entity].type
        for index in inside:
            labels[index] = f"{'B' if index == inside[0] else 'I'}-{kind}"
    return labels
