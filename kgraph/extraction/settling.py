"""Candidates of the whole corpus, made consistent: types agreed, names that are known elsewhere found.

Two steps: what a name is over all papers (grows with the number of names), and a function of one paper
given that. Sums are integers, so the order of the papers does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgraph.extraction.documents import cut_sentences
from kgraph.extraction.phrases import find_phrases, phrase_key
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, FIELDS, Candidate, EntityType, Field, Paper, Role

#: A name is looked for in other papers if so many papers hold it, with at least this mean confidence.
FEWEST_PAPERS: Final = 2
LEAST_MEAN: Final = 0.6
#: An occurrence is added if the share of the papers where it was a name, times its mean confidence, reaches this.
LEAST_ADDED: Final = 0.5
#: A type gives way to the corpus's if the corpus's has this share of the votes and the paper is less sure.
AGREED: Final = 0.75
SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What the papers of a corpus say of a name: how many hold it, summed confidence (thousandths) by type."""

    papers: int
    votes: tuple[int, ...]

    @property
    def type(self) -> EntityType:
        """The type with the most votes."""
        return ENTITY_TYPES[max(range(len(ENTITY_TYPES)), key=lambda number: self.votes[number])]

    @property
    def mean(self) -> float:
        """The mean confidence over the papers that hold the name."""
        return sum(self.votes) / 1000 / self.papers

    @property
    def agreement(self) -> float:
        """The share of the votes that the commonest type has."""
        return max(self.votes) / max(1, sum(self.votes))


def settle(papers: Sequence[Paper], candidates: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """Return the candidates of each paper, settled over the corpus; within a field they do not overlap."""
    names = observe_names(candidates)
    keys = _names_to_look_for(candidates, names)
    missed = [find_missed(paper, found, keys) for paper, found in zip(papers, candidates, strict=True)]
    refused = Counter(form for spans in missed for form in {form for *_, form in spans})
    return [
        settle_paper(paper, found, spans, names, refused)
        for paper, found, spans in zip(papers, candidates, missed, strict=True)
    ]


def observe_names(candidates: Iterable[Sequence[Candidate]]) -> dict[str, NameFacts]:
    """Return normal form → what the corpus says of the name."""
    papers: Counter[str] = Counter()
    votes: dict[str, list[int]] = {}
    for found in candidates:
        best: dict[str, tuple[float, EntityType]] = {}
        for each in found:
            form = normal_form(each.surface)
            best[form] = max(best.get(form, (0.0, each.type)), (each.confidence, each.type))
        for form, (confidence, kind) in best.items():
            papers[form] += 1
            votes.setdefault(form, [0] * len(ENTITY_TYPES))[ENTITY_TYPES.index(kind)] += round(1000 * confidence)
    return {form: NameFacts(count, tuple(votes[form])) for form, count in papers.items()}


Missed = tuple[Field, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name to look for: its normal form, and whether it is ever written without a capital."""

    form: str
    lower: bool


def _names_to_look_for(candidates: Iterable[Sequence[Candidate]], names: Mapping[str, NameFacts]) -> dict[str, Wanted]:
    """Return folded phrase → name, of the names that are sure enough to be looked for."""
    sure = {form for form, facts in names.items() if facts.papers >= FEWEST_PAPERS and facts.mean >= LEAST_MEAN}
    wanted: dict[str, Wanted] = {}
    for found in candidates:
        for each in found:
            form = normal_form(each.surface)
            if form in sure:
                key = phrase_key(each.surface)
                lower = each.surface == each.surface.lower() or (key in wanted and wanted[key].lower)
                wanted[key] = Wanted(form if key not in wanted else min(form, wanted[key].form), lower)
    return wanted


def find_missed(paper: Paper, found: Sequence[Candidate], wanted: Mapping[str, Wanted]) -> list[Missed]:
    """Return where known names stand in a paper outside its candidates, the longest first where they overlap."""
    spans: list[Missed] = []
    for field in FIELDS:
        text = paper.text(field)
        taken = bytearray(len(text))
        for each in found:
            if each.field == field:
                taken[each.start : each.end] = b"\1" * (each.end - each.start)
        hits = [
            (sentence.spans[phrase.start][0], sentence.spans[phrase.end - 1][1], sentence, phrase.key)
            for sentence in cut_sentences(field, text)
            for phrase in find_phrases(sentence.words)
            if phrase.key in wanted
        ]
        for start, end, sentence, key in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
            name = wanted[key]
            if any(taken[start:end]) or not (name.lower or any(map(str.isupper, text[start:end]))):
                continue
            taken[start:end] = b"\1" * (end - start)
            spans.append((field, start, end, sentence.start, sentence.end, name.form))
    return spans


def settle_paper(
    paper: Paper,
    found: Sequence[Candidate],
    missed: Sequence[Missed],
    names: Mapping[str, NameFacts],
    refused: Mapping[str, int],
) -> list[Candidate]:
    """Return the candidates of one paper with agreed types and what was missed."""
    kept = [_agree(each, names[normal_form(each.surface)]) for each in found]
    known = {normal_form(each.surface): each for each in kept}
    for field, start, end, sentence_start, sentence_end, form in missed:
        facts = names[form]
        surface = paper.text(field)[start:end]
        like = known.get(form)
        rate = facts.papers / (facts.papers + refused[form])
        confidence = like.confidence if like else round(rate * facts.mean, 3)
        if like is None and confidence < LEAST_ADDED:
            continue
        kept.append(
            Candidate(
                paper=paper.id,
                field=field,
                start=start,
                end=end,
                surface=surface,
                type=like.type if like else facts.type,
                role=like.role if like else _usual_role(facts.type, field),
                confidence=confidence,
                long_form=like.long_form if like else "",
                sentence_start=sentence_start,
                sentence_end=sentence_end,
            )
        )
    return sorted(kept, key=lambda each: (FIELDS.index(each.field), each.start))


def _agree(candidate: Candidate, facts: NameFacts) -> Candidate:
    if candidate.type == facts.type or facts.papers < 3 or facts.agreement < AGREED or candidate.confidence >= SURE:
        return candidate
    return replace(candidate, type=facts.type)


def _usual_role(kind: EntityType, field: Field) -> Role:
    if kind in ("dataset", "metric", "task"):
        return "evaluates_on"
    return "uses"
