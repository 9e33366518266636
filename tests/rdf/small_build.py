"""A build of a few papers written for the tests, hostile strings among them, as Parquet tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kgraph.records import ROLES
from kgraph.storing.schemas import SCHEMAS, SORT_KEYS
from kgraph.storing.tables import Tables

HOSTILE = 'Quoted "LoRA" \\ back\\slash\n\ttab <script>alert(1)</script> ünïcödé 漢字 😀 {?x} # not a comment'

#: id, title, abstract, kind of text, date, url, authors, identifiers
PAPERS: list[tuple[str, str, str, str, str, str, list[str], list[tuple[str, str]]]] = [
    (
        "paper/arxiv-2106.00001",
        "LoRA: Low-Rank Adapters for GPT-3",
        "We introduce LoRA for GPT-3. LoRA beats Adapters on GLUE by accuracy. GLUE is for language understanding.",
        "abstract",
        "2021-06-17",
        "https://arxiv.org/abs/2106.00001",
        ["Ada Writer", "Bo Reader"],
        [("arxiv", "2106.00001")],
    ),
    (
        "paper/arxiv-2305.00002",
        "QLoRA: Quantised LoRA",
        "We present QLoRA, which uses LoRA on GPT-3. It is compared with Adapters on GLUE.",
        "abstract",
        "2023-05",
        "javascript:alert(1)",
        ["Ada Writer"],
        [("arxiv", "2305.00002"), ("doi", "10.1000/a%b")],
    ),
    (
        "paper/doi-10.1000%2Fx",
        HOSTILE,
        "A summary of LoRA and GPT-3.",
        "summary",
        "2024",
        "",
        [],
        [("doi", "10.1000/x")],
    ),
    ("paper/t-abc123", "Nothing named here", "", "abstract", "2024-02-31", "http://example.org/a b", [], []),
]

#: id, name, type, broader
ENTITIES: list[tuple[str, str, str, str]] = [
    ("entity/lora", "LoRA", "method", ""),
    ("entity/qlora", "QLoRA", "method", "entity/lora"),
    ("entity/adapters", "Adapters", "method", ""),
    ("entity/gpt-3", "GPT-3", "model", ""),
    ("entity/glue", "GLUE", "dataset", ""),
    ("entity/language%20understanding", "language understanding", "task", ""),
    ("entity/accuracy", "accuracy", "metric", ""),
]

#: paper (by number), entity, surface, role
NAMED: list[tuple[int, str, str, str]] = [
    (0, "entity/lora", "LoRA", "introduces"),
    (0, "entity/lora", "Low-Rank Adapters", "introduces"),
    (0, "entity/gpt-3", "GPT-3", "uses"),
    (0, "entity/adapters", "Adapters on", "compares_with"),
    (0, "entity/glue", "GLUE", "evaluates_on"),
    (0, "entity/accuracy", "accuracy", "evaluates_on"),
    (0, "entity/language%20understanding", "language understanding", "mentions"),
    (1, "entity/qlora", "QLoRA", "introduces"),
    (1, "entity/lora", " LoRA", "uses"),
    (1, "entity/gpt-3", "GPT-3", "uses"),
    (1, "entity/adapters", "Adapters", "compares_with"),
    (1, "entity/glue", "GLUE", "evaluates_on"),
    (2, "entity/lora", "LoRA", "mentions"),
    (2, "entity/gpt-3", "GPT-3", "uses"),
]


def write_build(folder: Path) -> Tables:
    """Write the build into a folder and return its tables."""
    folder.mkdir(parents=True, exist_ok=True)
    mentions = _mentions()
    edges = _edges(mentions)
    rows: dict[str, list[dict[str, Any]]] = {
        "papers": _papers(),
        "candidates": [{name: value for name, value in row.items() if name != "entity"} for row in mentions],
        "mentions": mentions,
        "entities": _entities(edges, mentions),
        "aliases": _aliases(mentions),
        "paper_entity": edges,
        "comentions": _comentions(edges),
        "shared_techniques": [
            {
                "source": PAPERS[0][0],
                "target": PAPERS[1][0],
                "score": 1.25,
                "techniques": ["entity/adapters", "entity/lora", "entity/gpt-3"],
            },
            {"source": PAPERS[0][0], "target": PAPERS[2][0], "score": 0.5, "techniques": ["entity/gpt-3"]},
        ],
    }
    for name, schema in SCHEMAS.items():
        table = pa.Table.from_pylist(rows.get(name, []), schema=schema)
        pq.write_table(table.sort_by([(key, "ascending") for key in SORT_KEYS[name]]), folder / f"{name}.parquet")
    return Tables(folder)


def _papers() -> list[dict[str, Any]]:
    return [
        {
            "id": identity,
            "title": title,
            "abstract": abstract,
            "text_kind": kind,
            "date": date,
            "url": url,
            "authors": authors,
            "identifiers": [{"scheme": scheme, "value": value} for scheme, value in identifiers],
            "sources": [{"file": "small papers.json", "record": number}],
        }
        for number, (identity, title, abstract, kind, date, url, authors, identifiers) in enumerate(PAPERS, start=1)
    ]


def _mentions() -> list[dict[str, Any]]:
    types = {identity: kind for identity, _, kind, _ in ENTITIES}
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for number, entity, wanted, role in NAMED:
        surface = wanted.strip().removesuffix(" on")
        for field, text in (("title", PAPERS[number][1]), ("abstract", PAPERS[number][2])):
            start = text.find(wanted)
            if start < 0:
                continue
            start += len(wanted) - len(wanted.lstrip())
            sentence_start, sentence_end = _sentence(text, start)
            found.setdefault(
                (PAPERS[number][0], field, start),
                {
                    "paper": PAPERS[number][0],
                    "field": field,
                    "start": start,
                    "end": start + len(surface),
                    "surface": surface,
                    "type": types[entity],
                    "role": role,
                    "confidence": 0.875,
                    "long_form": "",
                    "sentence_start": sentence_start,
                    "sentence_end": sentence_end,
                    "entity": entity,
                },
            )
    return list(found.values())


def _sentence(text: str, position: int) -> tuple[int, int]:
    start = text.rfind(". ", 0, position)
    end = text.find(". ", position)
    return (start + 2 if start >= 0 else 0, end + 1 if end >= 0 else len(text))


def _edges(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for mention in mentions:
        grouped[mention["paper"], mention["entity"]].append(mention)
    return [
        {
            "paper": paper,
            "entity": entity,
            "role": min((row["role"] for row in rows), key=ROLES.index),
            "confidence": max(row["confidence"] for row in rows),
            "mentions": len(rows),
        }
        for (paper, entity), rows in grouped.items()
    ]


def _entities(edges: list[dict[str, Any]], mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    papers = Counter(edge["entity"] for edge in edges)
    occurrences = Counter(mention["entity"] for mention in mentions)
    return [
        {
            "id": identity,
            "name": name,
            "type": kind,
            "broader": broader,
            "papers": papers[identity],
            "mentions": occurrences[identity],
        }
        for identity, name, kind, broader in ENTITIES
    ]


def _aliases(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter((mention["entity"], mention["surface"]) for mention in mentions)
    return [
        {"entity": entity, "alias": alias, "count": count, "reason": "same form"}
        for (entity, alias), count in counts.items()
    ]


def _comentions(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_paper: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        by_paper[edge["paper"]].append(edge["entity"])
    pairs = Counter(pair for entities in by_paper.values() for pair in combinations(sorted(entities), 2))
    return [
        {
            "source": source,
            "target": target,
            "papers": papers,
            "sentences": 1,
            "npmi": -0.125 if papers == 1 else 0.5,
            "log_likelihood": float(papers) * 1.5,
        }
        for (source, target), papers in pairs.items()
    ]
