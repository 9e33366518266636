"""Selections for tests of the picture: a few hostile papers, and a corpus of any size drawn by chance."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa

from kgraph.exploring.subset import Selection, least_comention_papers
from kgraph.records import ENTITY_TYPES
from kgraph.storing.schemas import SCHEMAS

SCRIPT = "</script><img src=x onerror=alert(1)>"
RIGHT_TO_LEFT = "مُرمِّز الرسوم"
EMOJI = "🦙🦙 Herd-7B"
ENDLESS = "Endless " * 1250

_SYLLABLES = [
    "ra",
    "to",
    "mi",
    "lu",
    "ven",
    "dor",
    "kas",
    "pel",
    "ni",
    "quo",
    "sha",
    "tri",
    "bel",
    "gon",
    "fex",
    "ou",
    "zir",
    "ha",
    "mon",
    "de",
]
_HEADS = {
    "method": ["attention", "pruning", "distillation", "sampling", "routing", "alignment"],
    "model": ["Net", "Former", "-7B", "BERT", "LM", "-XL"],
    "dataset": ["Bench", "QA", "Corpus", "-1K", "Eval", "Set"],
    "task": ["detection", "translation", "answering", "retrieval", "summarization", "planning"],
    "metric": ["score", "accuracy", "rate", "latency", "recall", "error"],
}


def selection_of(papers: list[dict[str, Any]], title: str = "test") -> Selection:
    """Make a selection of papers, each with sentences of text and (entity, type, role) triples named in them.

    A paper is {"title", "sentences": [[text | (name, type, role), ...], ...]} and may have any column of
    the papers' table. Names are entities as they stand.
    """
    rows, mentions = [], []
    for number, paper in enumerate(papers):
        identifier = f"paper/t-{number:04d}"
        abstract, spans = _write(paper["sentences"])
        rows.append(
            {
                "id": identifier,
                "title": paper["title"],
                "abstract": abstract,
                "text_kind": paper.get("text_kind", "abstract"),
                "date": paper.get("date", ""),
                "url": paper.get("url", ""),
                "authors": paper.get("authors", []),
                "identifiers": paper.get("identifiers", []),
                "sources": [],
            }
        )
        mentions += [{"paper": identifier, "field": "abstract", "long_form": "", **span} for span in spans]
        mentions += _in_title(identifier, paper["title"], spans)
    mentions.sort(key=lambda row: (row["paper"], row["field"], row["start"]))
    return _counted(rows, mentions, title)


def _write(sentences: list[list[Any]]) -> tuple[str, list[dict[str, Any]]]:
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        begin, named = len(text), []
        for piece in sentence:
            if isinstance(piece, tuple):
                name, kind, role = piece
                named.append((len(text), name, kind, role))
                text += name
            else:
                text += piece
        spans += [
            {
                "start": start,
                "end": start + len(name),
                "surface": name,
                "type": kind,
                "role": role,
                "confidence": round(0.6 + 0.39 * ((start * 7) % 100) / 100, 3),
                "sentence_start": begin,
                "sentence_end": len(text),
                "entity": f"entity/{quote(name, safe='')}",
            }
            for start, name, kind, role in named
        ]
    return text, spans


def _in_title(paper: str, title: str, spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = next((span for span in spans if span["surface"] in title), None)
    if first is None:
        return []
    start = title.index(first["surface"])
    place = {"start": start, "end": start + len(first["surface"]), "sentence_start": 0, "sentence_end": len(title)}
    return [{"paper": paper, "field": "title", "long_form": "", **first, **place}]


def _counted(rows: list[dict[str, Any]], mentions: list[dict[str, Any]], title: str) -> Selection:
    types = {row["entity"]: row["type"] for row in mentions}
    counts = Counter(row["entity"] for row in mentions)
    names: dict[str, list[str]] = defaultdict(list)
    together: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in mentions:
        together[row["paper"], row["entity"]].append(row)
    for paper, entity in sorted(together):
        names[paper].append(entity)
    number = Counter(entity for _, entity in together)
    pairs = Counter(pair for group in names.values() for pair in itertools.combinations(group, 2))
    total = len(rows)
    shared = Counter(
        pair
        for entity, count in number.items()
        if types[entity] in ("method", "model") and count <= 20
        for pair in itertools.combinations(sorted(paper for paper, group in names.items() if entity in group), 2)
    )
    tables: dict[str, list[dict[str, Any]]] = {
        "papers": rows,
        "mentions": mentions,
        "entities": [
            {
                "id": entity,
                "name": _name_of(entity),
                "type": types[entity],
                "broader": "",
                "papers": number[entity],
                "mentions": counts[entity],
            }
            for entity in sorted(types)
        ],
        "aliases": [
            {"entity": entity, "alias": alias, "count": count, "reason": "spelling"}
            for entity in sorted(types)
            for alias, count in (
                (_name_of(entity), counts[entity]),
                (_name_of(entity).upper(), 1),
            )
        ],
        "paper_entity": [
            {
                "paper": paper,
                "entity": entity,
                "role": group[0]["role"],
                "confidence": max(row["confidence"] for row in group),
                "mentions": len(group),
            }
            for (paper, entity), group in sorted(together.items())
        ],
        "comentions": [
            {
                "source": first,
                "target": second,
                "papers": count,
                "sentences": count // 2,
                "npmi": round(_npmi(count, number[first], number[second], total), 6),
                "log_likelihood": round(_log_likelihood(count, number[first], number[second], total), 6),
            }
            for (first, second), count in sorted(pairs.items())
            if count >= least_comention_papers(total)
        ],
        "shared_techniques": [
            {
                "source": first,
                "target": second,
                "score": round(count * 1.7, 6),
                "techniques": [
                    entity
                    for entity in names[first]
                    if entity in names[second] and types[entity] in ("method", "model") and number[entity] <= 20
                ],
            }
            for (first, second), count in sorted(shared.items())
            if count > 1 or total < 50
        ],
    }
    return Selection(
        **{name: pa.Table.from_pylist(group, schema=SCHEMAS[name]) for name, group in tables.items()},
        title=title,
        base_iri="https://w3id.org/kgraph/",
    )


def _name_of(entity: str) -> str:
    return unquote(entity.removeprefix("entity/"))


def _npmi(both: int, first: int, second: int, total: int) -> float:
    if both >= total:
        return 1.0
    return math.log(both * total / (first * second)) / -math.log(both / total)


def _log_likelihood(both: int, first: int, second: int, total: int) -> float:
    """Dunning's G² of two names over papers; 0 where they meet less often than by chance."""
    cells = [
        (both, first * second / total),
        (first - both, first * (total - second) / total),
        (second - both, (total - first) * second / total),
        (total - first - second + both, (total - first) * (total - second) / total),
    ]
    score = 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen > 0 and expected > 0)
    return score if both * total > first * second else 0.0


def hostile_selection() -> Selection:
    """A small corpus whose names and titles are markup, right to left, emoji or endless."""
    lora = ("LoRA", "method", "introduces")
    return selection_of(
        [
            {
                "title": f"LoRA against {SCRIPT}",
                "date": "2021-06-17",
                "url": "https://arxiv.org/abs/2106.09685",
                "authors": ["Ada <b>Lovelace</b>", "Bo & Co"],
                "sentences": [
                    ["We propose ", lora, " and test ", (SCRIPT, "model", "compares_with"), "."],
                    ["On ", ("GLUE", "dataset", "evaluates_on"), " it wins <i>clearly</i>."],
                ],
            },
            {
                "title": RIGHT_TO_LEFT,
                "date": "2023",
                "url": "javascript:alert(1)",
                "sentences": [
                    ["🦙 say: ", (RIGHT_TO_LEFT, "task", "evaluates_on"), " with ", lora, "."],
                    [(EMOJI, "model", "uses"), " on ", ("GLUE", "dataset", "evaluates_on"), "."],
                ],
            },
            {
                "title": ENDLESS,
                "text_kind": "summary",
                "sentences": [[lora, " meets ", (EMOJI, "model", "uses"), " and ", (SCRIPT, "model", "uses"), "."]],
            },
            {"title": "__proto__", "sentences": [[("constructor", "metric", "evaluates_on"), " of nothing."]]},
            {"title": "A paper without a word", "sentences": []},
        ],
        title=f"hostile {SCRIPT} @@data@@",
    )


def corpus_selection(papers: int = 500, entities: int = 3500, names: int = 18, seed: int = 1) -> Selection:
    """A corpus by chance: topics, names by Zipf's law within a topic, dates and sentences."""
    generator = np.random.default_rng(seed)
    topics = 9
    pool = [_invented(number, generator) for number in range(entities)]
    topic_of = generator.integers(0, topics, size=entities)
    everywhere = np.arange(entities) < 12
    weights = 1.0 / (np.arange(entities) + 2.0) ** 0.9
    return selection_of(
        [
            _chance_paper(
                number, int(generator.integers(0, topics)), pool, topic_of, everywhere, weights, names, generator
            )
            for number in range(papers)
        ],
        title="papers by chance",
    )


def _invented(number: int, generator: np.random.Generator) -> tuple[str, str]:
    kind = ENTITY_TYPES[int(generator.choice(5, p=[0.4, 0.2, 0.15, 0.15, 0.1]))]
    word = "".join(generator.choice(_SYLLABLES, size=int(generator.integers(2, 4))))
    head = str(generator.choice(_HEADS[kind]))
    name = f"{word.capitalize()}{head}" if kind in ("model", "dataset") else f"{word} {head}"
    return (f"{name} {number}" if number > 400 else name, kind)


def _chance_paper(
    number: int,
    topic: int,
    pool: list[tuple[str, str]],
    topic_of: Any,
    everywhere: Any,
    weights: Any,
    names: int,
    generator: np.random.Generator,
) -> dict[str, Any]:
    likely = weights * np.where(everywhere | (topic_of == topic), 1.0, 0.03)
    chosen = generator.choice(len(pool), size=names, replace=False, p=likely / likely.sum())
    roles = ["introduces", "uses", "compares_with", "evaluates_on", "mentions"]
    told = [(*pool[one], roles[min(4, place // 3)]) for place, one in enumerate(chosen)]
    sentences: list[list[Any]] = [
        ["We present ", told[0], ", which builds on ", told[1], " and ", told[2], "."],
        *[
            ["It was tried with ", first, " and ", second, " under the same conditions."]
            for first, second in itertools.pairwise(told[3:])
        ],
    ]
    return {
        "title": f"{told[0][0]}: Towards Better {told[1][0].title()} for {told[-1][0].title()}",
        "date": f"{2016 + number % 10}-{1 + number % 12:02d}",
        "url": f"https://arxiv.org/abs/2{number % 5}01.{number:05d}",
        "authors": ["Ada Example", "Bo Example"],
        "identifiers": [{"scheme": "arxiv", "value": f"2{number % 5}01.{number:05d}"}],
        "sentences": sentences,
    }
