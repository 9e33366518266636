"""Make a large corpus out of a small one: sentences recombined, names renamed with the tail that real names have.

Names come by a Pitman–Yor process, whose vocabulary grows as a power of the corpus, as it does in real papers
(5,387 papers hold 7.4 times the entities of 515: an exponent of 0.85). One hub stands in half of all papers. The
papers are written with their candidates, so that a graph can be built without extracting them:

    python benchmarks/make_papers.py GRAPH.kg 500000 FOLDER
    kgraph build FOLDER/papers.jsonl.gz --candidates FOLDER/candidates.parquet -o made.kg --memory 3GB --no-store

The texts are other people's sentences: keep them to yourself.

usage: python benchmarks/make_papers.py GRAPH.kg PAPERS FOLDER [--seed N]
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from kgraph.graph import Graph
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.writing import write_rows

#: Exponent of the growth of the vocabulary, and the strength of the process.
DISCOUNT = 0.85
STRENGTH = 20.0
HUB_SHARE = 0.5
SENTENCES = 7
HUB = "Omnibus Attention"
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with its mentions: (start, end, type, role, confidence), sorted."""

    text: str
    mentions: tuple[tuple[int, int, str, str, float], ...]


class Names:
    """Draws names: one seen before by how often it was, or a new one."""

    def __init__(self, choose: random.Random) -> None:
        self._choose = choose
        self._tokens: list[int] = []
        self._counts: list[int] = []

    def draw(self) -> int:
        """Return the number of a name."""
        choose, tokens, counts = self._choose, self._tokens, self._counts
        if choose.random() * (STRENGTH + len(tokens)) < STRENGTH + DISCOUNT * len(counts):
            number = len(counts)
            counts.append(0)
        else:
            number = tokens[int(choose.random() * len(tokens))]
            while counts[number] and choose.random() < DISCOUNT / counts[number]:
                number = tokens[int(choose.random() * len(tokens))]
        counts[number] += 1
        tokens.append(number)
        return number


def spell(number: int, kind: str) -> str:
    """Return the name of a number: no two alike, in letters only.

    >>> spell(0, "model"), spell(4899, "method")
    ('Baba', 'zuzu')
    """
    syllables = []
    for _ in range(2):
        number, digit = divmod(number, len(SYLLABLES))
        syllables.append(SYLLABLES[digit])
    while number:
        number, digit = divmod(number - 1, len(SYLLABLES))
        syllables.append(SYLLABLES[digit])
    name = "".join(reversed(syllables))
    return name if kind in ("method", "task", "metric") else name.capitalize()


def read_templates(graph: Graph) -> dict[str, list[Template]]:
    """Return the sentences of a graph's titles and abstracts that name something."""
    texts = {row["id"]: row for row in graph.tables.read("papers", ["id", "title", "abstract"]).to_pylist()}
    places: dict[tuple[str, str, int, int], list[tuple[int, int, str, str, float]]] = defaultdict(list)
    for row in graph.tables.read("candidates").to_pylist():
        place = (row["paper"], row["field"], row["sentence_start"], row["sentence_end"])
        span = (row["start"] - place[2], row["end"] - place[2])
        places[place].append((*span, row["type"], row["role"], row["confidence"]))
    templates: dict[str, list[Template]] = {"title": [], "abstract": []}
    for (paper, field, start, end), mentions in sorted(places.items()):
        templates[field].append(Template(texts[paper][field][start:end], tuple(sorted(mentions))))
    return templates


def make_papers(
    templates: dict[str, list[Template]], count: int, seed: int
) -> Iterator[tuple[dict[str, str], list[dict[str, Any]]]]:
    """Yield papers as records, each with its candidates."""
    choose = random.Random(seed)
    names = Names(choose)
    kinds: dict[int, str] = {}
    for number in range(count):
        identifier = f"{15 + number // 1_200_000:02}{1 + number // 100_000 % 12:02}.{number % 100_000:05}"
        paper = f"paper/arxiv-{identifier}"
        known: dict[str, int] = {}
        title, found = _fill(choose.choice(templates["title"]), 0, known, names, kinds)
        rows = [{"paper": paper, "field": "title", **each} for each in found]
        sentences = []
        at = 0
        for template in choose.choices(templates["abstract"], k=SENTENCES):
            text, found = _fill(template, at, known, names, kinds)
            rows += [{"paper": paper, "field": "abstract", **each} for each in found]
            sentences.append(text)
            at += len(text) + 1
        if choose.random() < HUB_SHARE:
            text = f"We use {HUB}."
            rows.append(_candidate(paper, at, text))
            sentences.append(text)
        record = {"title": f"{title} {identifier}", "abstract": " ".join(sentences), "arxiv_id": identifier}
        yield record, [{**row, "long_form": ""} for row in rows]


def _candidate(paper: str, at: int, text: str) -> dict[str, Any]:
    start = at + text.index(HUB)
    return {
        "paper": paper, "field": "abstract", "start": start, "end": start + len(HUB), "surface": HUB, "type": "method",
        "role": "uses", "confidence": 0.9, "sentence_start": at, "sentence_end": at + len(text),
    }  # fmt: skip


def _fill(
    template: Template, at: int, known: dict[str, int], names: Names, kinds: dict[int, str]
) -> tuple[str, list[dict[str, Any]]]:
    """Return a sentence with other names in it, and their candidates in a text where it stands at ``at``."""
    pieces, found, last, length = [], [], 0, 0
    for start, end, kind, role, confidence in template.mentions:
        if start < last:  # inside the one before
            continue
        old = template.text[start:end]
        if old not in known:
            known[old] = names.draw()
        number = known[old]
        kind = kinds.setdefault(number, kind)
        name = spell(number, kind)
        pieces += [template.text[last:start], name]
        length += start - last
        found.append((at + length, at + length + len(name), name, kind, role, confidence))
        length += len(name)
        last = end
    text = "".join([*pieces, template.text[last:]])
    columns = ("start", "end", "surface", "type", "role", "confidence")
    ends = {"sentence_start": at, "sentence_end": at + len(text)}
    return text, [{**dict(zip(columns, row, strict=True)), **ends} for row in found]


def write_corpus(made: Iterator[tuple[dict[str, str], list[dict[str, Any]]]], folder: Path) -> int:
    """Write papers and candidates as they are made; return the number of candidates."""
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "papers.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as stream:

        def batches() -> Iterator[pa.RecordBatch]:
            while batch := list(islice(made, 2000)):
                stream.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record, _ in batch)
                rows = [row for _, rows in batch for row in rows]
                yield from pa.Table.from_pylist(rows, schema=SCHEMAS["candidates"]).to_batches()

        return write_rows(folder / "candidates.parquet", SCHEMAS["candidates"], batches())


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the papers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("papers", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    templates = read_templates(Graph(given.graph))
    candidates = write_corpus(make_papers(templates, given.papers, given.seed), given.folder)
    print(f"{given.papers} papers, {candidates} candidates in {given.folder}")


if __name__ == "__main__":
    main()
