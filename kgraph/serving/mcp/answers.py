"""What the tools answer. Names and sentences are enough for a model: offsets and IRIs are left to other interfaces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

Value = str | int | float | bool | None


@dataclass(frozen=True)
class NodeAnswer:
    """A paper or an entity."""

    id: str
    name: str
    kind: Annotated[str, Field(description="paper, method, model, dataset, task or metric")]
    papers: Annotated[int, Field(description="papers that name it; 1 for a paper")] = 1


@dataclass(frozen=True)
class HitAnswer(NodeAnswer):
    """A node that a search found."""

    matched: Annotated[str, Field(description="the spelling that fits")] = ""


@dataclass(frozen=True)
class HitsAnswer:
    """What a search found, best first."""

    items: list[HitAnswer]


@dataclass(frozen=True)
class SentenceAnswer:
    """A sentence of a title or abstract that names an entity."""

    sentence: str
    paper: str
    title: str
    entity: str
    name: str
    role: Annotated[str, Field(description="introduces, evaluates_on, compares_with, uses or mentions")]
    confidence: float


@dataclass(frozen=True)
class SentencesAnswer:
    """Sentences, the surest first."""

    items: list[SentenceAnswer]


@dataclass(frozen=True)
class RoleAnswer:
    """The nodes at the other end of the edges of one role."""

    total: int
    items: list[NodeAnswer]


@dataclass(frozen=True)
class MentionedWithAnswer:
    """An entity of the same papers."""

    id: str
    name: str
    kind: str
    papers: Annotated[int, Field(description="papers that name both")]
    log_likelihood: Annotated[float, Field(description="how much more often than by chance")]
    sentence: Annotated[str, Field(description="a sentence that names both; empty where none does")]
    paper: Annotated[str, Field(description="the paper that has the sentence")]


@dataclass(frozen=True)
class RelatedAnswer:
    """A paper that shares techniques."""

    id: str
    title: str
    score: Annotated[float, Field(description="how much the shared techniques weigh")]
    techniques: list[str]


@dataclass(frozen=True)
class NeighboursAnswer:
    """What stands near a node, the strongest ties first."""

    node: NodeAnswer
    mentioned_with: Annotated[list[MentionedWithAnswer], Field(description="near to an entity")]
    shares_techniques_with: Annotated[list[RelatedAnswer], Field(description="near to a paper")]


@dataclass(frozen=True)
class ViewAnswer:
    """A node and what stands around it."""

    node: NodeAnswer
    aliases: Annotated[list[str], Field(description="other spellings")]
    broader: list[NodeAnswer]
    narrower: list[NodeAnswer]
    by_role: Annotated[dict[str, RoleAnswer], Field(description="a paper's entities, or an entity's papers, by role")]
    evidence: list[SentenceAnswer]
    abstract: Annotated[str, Field(description="of a paper; may be a summary, not the authors' words")] = ""
    date: str = ""
    url: str = ""
    authors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StepAnswer:
    """A node of a path, and how the node before leads to it."""

    node: NodeAnswer
    relation: Annotated[str, Field(description="from the node before to this one; empty for the first")]
    sentence: Annotated[str, Field(description="what the relation rests on")] = ""
    paper: Annotated[str, Field(description="the paper that has the sentence")] = ""
    techniques: Annotated[list[str], Field(description="what two papers share")] = field(default_factory=list)


@dataclass(frozen=True)
class PathAnswer:
    """The shortest way between two nodes; no steps where there is none."""

    steps: list[StepAnswer]


@dataclass(frozen=True)
class ParameterAnswer:
    """A parameter of a named question; left out, the question is asked of all."""

    name: str
    type: Annotated[str, Field(description="node takes an id or name; type and role their names; or text, a number")]
    about: str
    default: str | None


@dataclass(frozen=True)
class QuestionAnswer:
    """A named question."""

    name: str
    title: str
    comment: str
    parameters: list[ParameterAnswer]


@dataclass(frozen=True)
class QuestionsAnswer:
    """The named questions."""

    items: list[QuestionAnswer]


@dataclass(frozen=True)
class QueryAnswer:
    """The answer to a query: rows, yes or no, or statements."""

    columns: list[str] = field(default_factory=list)
    rows: Annotated[list[list[Value]], Field(description="nodes are told by their ids")] = field(default_factory=list)
    yes: Annotated[bool | None, Field(description="the answer to an ASK")] = None
    turtle: Annotated[str, Field(description="the answer to a CONSTRUCT or DESCRIBE")] = ""
    truncated: Annotated[bool, Field(description="whether there is more than this")] = False
