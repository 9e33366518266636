"""Join labels that stand without their texts with the titles and abstracts of a corpus, by arXiv id.

``benchmarks/labels`` holds what readers labelled in arXiv papers: id, entities and what is the paper's own, no text.
Trained on are labels with their text, which this writes; the corpus is any JSON Lines of ``id``, ``title`` and
``abstract``.

usage: python benchmarks/join_labels.py LABELS.jsonl.gz CORPUS.jsonl.gz OUT.jsonl
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file, packed by gzip or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def one_line(text: str) -> str:
    """Return a text with its white space folded, as it was when it was labelled."""
    return " ".join(text.split())


def main(labels: Path, corpus: Path, output: Path) -> None:
    """Join and write; the papers keep the order of the labels."""
    labelled = {row["id"]: row for row in read_lines(labels)}
    texts = {row["id"]: row for row in read_lines(corpus) if row["id"] in labelled}
    if missing := labelled.keys() - texts.keys():
        sys.exit(f"{corpus}: {len(missing)} of {len(labelled)} labelled papers are not in it, {min(missing)} for one")
    with output.open("w", encoding="utf-8") as out:
        for number, labels_of in labelled.items():
            title, abstract = one_line(texts[number]["title"]), one_line(texts[number]["abstract"])
            row = {"id": number, "title": title, "abstract": abstract, **labels_of}
            out.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    print(f"{len(labelled)} papers in {output}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
