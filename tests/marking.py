"""Small graphs made without the tagger: papers of our own with the names in them marked by hand."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.engines.local import LocalEngine
from kgraph.extraction import settle
from kgraph.pipeline import link_papers
from kgraph.records import FIELDS, Candidate, EntityType, Paper, Role
from kgraph.storing.columns import tabulate, tabulate_papers
from kgraph.storing.tables import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Name = tuple[str, EntityType, Role]


def mark(paper: Paper, names: Iterable[Name], long_forms: dict[str, str] | None = None) -> list[Candidate]:
    """Return every occurrence of the names in a paper as a candidate; a sentence ends with a full stop."""
    found = []
    for surface, kind, role in names:
        for field in FIELDS:
            text = paper.text(field)
            for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
                start = text.rfind(". ", 0, match.start()) + 2 if ". " in text[: match.start()] else 0
                end = text.find(". ", match.end())
                found.append(
                    Candidate(
                        paper.id,
                        field,
                        match.start(),
                        match.end(),
                        surface,
                        kind,
                        role,
                        0.9,
                        (long_forms or {}).get(surface, ""),
                        start,
                        len(text) if end < 0 else end + 1,
                    )
                )
    return sorted(found, key=lambda c: (c.field != "title", c.start))


def make_tables(marked: Sequence[tuple[Paper, Sequence[Candidate]]]) -> MemoryTables:
    """Return the tables of a graph of papers with marked names."""
    return link_papers([paper for paper, _ in marked], [each for _, found in marked for each in found])


def settle_marked(papers: Sequence[Paper], candidates: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """Return the settled candidates of each paper, in the order of the text."""
    engine = LocalEngine()
    engine.register("papers", tabulate_papers(papers))
    engine.register("candidates", tabulate("candidates", [each for found in candidates for each in found]))
    with tempfile.TemporaryDirectory() as scratch:
        settle(engine, Path(scratch), processes=1)
    settled = [Candidate(**row) for row in engine.query("SELECT * FROM settled").to_pylist()]
    in_order = sorted(settled, key=lambda each: (FIELDS.index(each.field), each.start))
    return [[each for each in in_order if each.paper == paper.id] for paper in papers]


SMALL_CORPUS: list[tuple[Paper, list[Name], dict[str, str]]] = [
    (
        Paper(
            "paper/arxiv-2101.00001",
            "TinyTune: cheap adapters",
            "We propose TinyTune, which extends Low-Rank Adaptation (LoRA). It tunes Zebra-7B on the MathBowl data. "
            "TinyTune beats full fine-tuning.",
            date="2021-01-01",
            url="https://arxiv.org/abs/2101.00001",
            authors=("Ada Zhu", "Bo Li"),
            identifiers=(("arxiv", "2101.00001"),),
        ),
        [
            ("TinyTune", "method", "introduces"),
            ("Low-Rank Adaptation", "method", "uses"),
            ("LoRA", "method", "uses"),
            ("Zebra-7B", "model", "uses"),
            ("MathBowl", "dataset", "evaluates_on"),
            ("full fine-tuning", "method", "compares_with"),
        ],
        {"LoRA": "Low-Rank Adaptation"},
    ),
    (
        Paper(
            "paper/arxiv-2102.00002",
            "Quantised adapters",
            "QuantTune joins LoRA with weight quantization. We test Zebra-13B on MathBowl and on CodeBowl.",
            date="2021-02",
            identifiers=(("arxiv", "2102.00002"),),
        ),
        [
            ("QuantTune", "method", "introduces"),
            ("LoRA", "method", "uses"),
            ("weight quantization", "method", "uses"),
            ("Zebra-13B", "model", "uses"),
            ("MathBowl", "dataset", "evaluates_on"),
            ("CodeBowl", "dataset", "evaluates_on"),
        ],
        {},
    ),
    (
        Paper(
            "paper/doi-10.1000%2Fq",
            "On quantization",
            "Quantization of Zebra is studied. LoRA is related.",
            date="2020",
        ),
        [
            ("quantization", "method", "uses"),
            ("Quantization", "method", "uses"),
            ("Zebra", "model", "uses"),
            ("LoRA", "method", "mentions"),
        ],
        {},
    ),
    (Paper("paper/t-0123456789ab", "A title without names"), [], {}),
]
