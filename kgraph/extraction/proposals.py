"""Spans that another model proposes → candidates, by the same rules that the tagger's own go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kgraph.extraction.claims import paper_claims
from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.extracting import complete_names, make_candidates
from kgraph.extraction.model import TaggerModel
from kgraph.extraction.tokens import Span
from kgraph.records import ROLES, Candidate, Field, Role

#: Where a span stands: field, start, end.
Place = tuple[Field, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of a field, few enough for a model to read at once."""

    field: Field
    start: int
    end: int


def cut_passages(document: Document, words: int) -> list[Passage]:
    """Cut the fields of a paper between sentences into passages of at most ``words`` words and symbols.

    A sentence that is longer than that is cut between words.
    """
    passages: list[Passage] = []
    room = 0
    for sentence in document.sentences:
        for start, end, count in _cut_sentence(sentence, words):
            if passages and passages[-1].field == sentence.field and count <= room:
                passages[-1] = Passage(sentence.field, passages[-1].start, end)
                room -= count
            else:
                passages.append(Passage(sentence.field, start, end))
                room = words - count
    return passages


def _cut_sentence(sentence: Sentence, words: int) -> list[tuple[int, int, int]]:
    pieces: list[tuple[Span, ...]] = [sentence.spans[at : at + words] for at in range(0, len(sentence.spans), words)]
    return [(piece[0][0], piece[-1][1], len(piece)) for piece in pieces]


def keep_apart(document: Document, spans: Iterable[Tagged], dropped: Counter[str]) -> list[Tagged]:
    """Keep the spans that lie inside one sentence and overlap no earlier one; count the others in ``dropped``."""
    claims = paper_claims(document.paper)
    kept: list[Tagged] = []
    for span in spans:
        if not any(
            each.field == span.field and each.start <= span.start < span.end <= each.end for each in document.sentences
        ):
            dropped["across sentences"] += 1
        elif claims[span.field].claim(span.start, span.end):
            kept.append(span)
        else:
            dropped["inside another name"] += 1
    return kept


def propose_candidates(
    document: Document, spans: Sequence[Tagged], model: TaggerModel, asked: Mapping[Place, Role]
) -> list[Candidate]:
    """Return the candidates of spans that do not overlap, and of further occurrences of the same spellings.

    ``asked`` holds the roles that are known already; the other names get theirs from the role classifier.
    """
    names = complete_names(document, group_names(document, spans))
    guessed = model.find_roles(document, names)
    roles = [_asked_role(name, asked) or role or "introduces" for name, role in zip(names, guessed, strict=True)]
    return make_candidates(document, names, roles)


def _asked_role(name: PaperName, asked: Mapping[Place, Role]) -> Role | None:
    places = ((span.field, span.start, span.end) for span in name.occurrences)
    return min((asked[place] for place in places if place in asked), key=ROLES.index, default=None)
