"""Make the phrase statistics that the tagger ships, from unlabelled titles and abstracts.

For each frequent phrase of up to five words: in how many papers and titles it stands, how often it is the
long or the short form of an abbreviation, how often it is capitalised, whether it stands between function
words (a whole noun phrase), and what stands before and after it (a dataset follows "on the", "models" follow
a family's name). Counts become shares in steps of 1/15, so that the file is small.

usage: python benchmarks/make_phrases.py OUT.json.gz PAPERS.jsonl.gz...
"""

from __future__ import annotations

import gzip
import json
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from make_clusters import read_texts

from kgraph.extraction.abbreviations import find_abbreviations
from kgraph.extraction.documents import Sentence, cut_sentences
from kgraph.extraction.phrases import (
    AFTER,
    BEFORE,
    FUNCTION_WORDS,
    find_phrases,
    log_class,
    phrase_key,
)

FEWEST = 8
COUNTS = 8 + len(BEFORE) + len(AFTER)


def main(output: Path, paths: Sequence[Path]) -> None:
    """Count, prune and write."""
    frequent = _frequent(paths)
    print(len(frequent), "frequent phrases", file=sys.stderr)
    counts: dict[str, list[int]] = {}
    for title, abstract in read_texts(paths):
        _count(counts, frequent, title, abstract)
    rows = sorted((key, row) for key, row in counts.items() if _is_kept(row))
    print(len(rows), "phrases kept", file=sys.stderr)
    keys = [key for key, _ in rows]
    table = "".join(f"{log_class(row[0])}{_shares(row)}" for _, row in rows)
    text = json.dumps({"keys": " ".join(keys), "table": table}, ensure_ascii=False)
    output.write_bytes(gzip.compress(text.encode(), mtime=0))


def _sentences(title: str, abstract: str) -> list[Sentence]:
    return [*cut_sentences("title", title), *cut_sentences("abstract", abstract)]


def _frequent(paths: Sequence[Path]) -> set[int]:
    hashes = array("q")
    for title, abstract in read_texts(paths):
        found = {phrase.key for sentence in _sentences(title, abstract) for phrase in find_phrases(sentence.words)}
        hashes.extend(map(hash, found))
    values, counts = np.unique(np.frombuffer(hashes, dtype=np.int64), return_counts=True)
    return set(values[counts >= FEWEST].tolist())


def _count(counts: dict[str, list[int]], frequent: set[int], title: str, abstract: str) -> None:
    seen: set[str] = set()
    in_title: set[str] = set()
    for sentence in _sentences(title, abstract):
        for phrase in find_phrases(sentence.words):
            if hash(phrase.key) not in frequent:
                continue
            row = counts.setdefault(phrase.key, [0] * COUNTS)
            seen.add(phrase.key)
            if sentence.field == "title":
                in_title.add(phrase.key)
                continue
            _count_place(row, sentence.words, phrase.start, phrase.end)
    for key in seen:
        counts[key][0] += 1
    for key in in_title:
        counts[key][1] += 1
    for text in (title, abstract):
        for found in find_abbreviations(text):
            for place, form in ((2, found.long), (3, found.short)):
                key = phrase_key(form)
                if key in counts:
                    counts[key][place] += 1


def _count_place(row: list[int], words: tuple[str, ...], start: int, end: int) -> None:
    before = words[start - 1].lower() if start else "^"
    after = words[end].lower() if end < len(words) else "$"
    row[4] += 1
    row[5] += any(character.isupper() for word in words[start + (start == 0) : end] for character in word)
    row[6] += before in FUNCTION_WORDS or (not before[0].isalnum() and before != "-")
    row[7] += after in FUNCTION_WORDS or (not after[0].isalnum() and after != "-")
    for number, group in enumerate(BEFORE):
        row[8 + number] += before in group
    for number, group in enumerate(AFTER):
        row[8 + len(BEFORE) + number] += after in group


def _is_kept(row: Sequence[int]) -> bool:
    if not row[4]:
        return False
    return row[2] + row[3] > 1 or (row[6] / row[4] > 0.15 and row[7] / row[4] > 0.15)


def _shares(row: Sequence[int]) -> str:
    title = min(15, round(30 * row[1] / row[0]))
    defined = [min(15, row[place].bit_length() * 2) for place in (2, 3)]
    shares = [round(15 * value / row[4]) for value in row[5:8]]
    cues = [min(15, round(30 * value / row[4])) for value in row[8:]]
    return "".join(f"{value:x}" for value in (title, *defined, *shares, *cues))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
