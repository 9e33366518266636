"""The records that pass from stage to stage: papers, candidates, mentions, entities and edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

EntityType = Literal["method", "model", "dataset", "task", "metric"]
Role = Literal["introduces", "evaluates_on", "compares_with", "uses", "mentions"]
Field = Literal["title", "abstract"]
TextKind = Literal["abstract", "summary"]
EdgeKind = Literal["mentions", "co_mention", "shared_technique", "broader"]

ENTITY_TYPES: Final[tuple[EntityType, ...]] = get_args(EntityType)
#: In the order of the labelling guidelines: of several roles the first one holds.
ROLES: Final[tuple[Role, ...]] = get_args(Role)
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
EDGE_KINDS: Final[tuple[EdgeKind, ...]] = get_args(EdgeKind)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a paper was read: the base name of the file and the number of the record in it (from 1)."""

    file: str
    record: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with its cleaned title and abstract (empty where the source has none).

    ``text_kind`` is ``summary`` where the text under ``abstract`` is not by the authors.
    ``date`` is ISO 8601 (``2024``, ``2024-06`` or ``2024-06-21``), empty where unknown.
    ``identifiers`` are (scheme, value) pairs, sorted, such as ``("arxiv", "2106.09685")``.
    """

    id: str
    title: str
    abstract: str = ""
    text_kind: TextKind = "abstract"
    date: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    sources: tuple[Source, ...] = ()

    def text(self, field: Field) -> str:
        """Return the text of a field."""
        return self.title if field == "title" else self.abstract


@dataclass(frozen=True, slots=True)
class Candidate:
    """An occurrence of a name in one paper, as extraction proposes it.

    Offsets count code points in the cleaned field; ``sentence_start`` and ``sentence_end`` enclose
    the sentence in that field. ``long_form`` is the long form which this paper gives for the
    surface where that is an abbreviation, else empty. ``confidence`` is in [0, 1].
    """

    paper: str
    field: Field
    start: int
    end: int
    surface: str
    type: EntityType
    role: Role
    confidence: float
    long_form: str
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Mention(Candidate):
    """A settled occurrence of a name, linked to its entity."""

    entity: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A spelling of an entity, how many mentions have it, and why it was merged into the entity."""

    entity: str
    alias: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A method, model, dataset, task or metric. ``broader`` is the id of a wider entity, or empty."""

    id: str
    name: str
    type: EntityType
    broader: str
    papers: int
    mentions: int


@dataclass(frozen=True, slots=True)
class PaperEntity:
    """What a paper does with an entity: the first of its mentions' roles, and how often it names it."""

    paper: str
    entity: str
    role: Role
    confidence: float
    mentions: int


@dataclass(frozen=True, slots=True)
class CoMention:
    """Two entities (``source`` < ``target``) met in the same papers and sentences, with association scores."""

    source: str
    target: str
    papers: int
    sentences: int
    npmi: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class SharedTechnique:
    """Two papers (``source`` < ``target``) that share methods or models, the rarest first."""

    source: str
    target: str
    score: float
    techniques: tuple[str, ...]
