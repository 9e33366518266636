"""Cross-validate extraction: train on four fifths of the labelled papers, score on the fifth.

Folds go by a hash of the title. Everything that is learnt from labels is learnt inside the fold. Scored by
the labelled papers' own scorer, on entities grouped as resolution groups them within one paper.

usage: python benchmarks/crossvalidate.py [--shared FOLDER] [--folds N] [--write FOLDER] [--processes N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from kgraph.extraction.entities import group_key
from kgraph.extraction.extracting import extract_candidates
from kgraph.extraction.labels import LabelledPaper, read_labels
from kgraph.extraction.lexicon import load_lexicon
from kgraph.extraction.settling import settle
from kgraph.extraction.training import train_model
from kgraph.names import normal_form
from kgraph.records import Candidate

FOLDS = 5
PARTS = ("seeds-dev", "general-dev")


def shared_folder() -> Path:
    """Return the folder of the labelled papers: ``KGRAPH_SHARED``, or ``shared`` beside the checkout."""
    return Path(os.environ.get("KGRAPH_SHARED", Path(__file__).parents[2] / "shared"))


def fold_of(title: str, folds: int = FOLDS) -> int:
    """Return the fold that a paper is held out in."""
    return int(hashlib.sha256(normal_form(title).encode()).hexdigest(), 16) % folds


def run_fold(labelled: Sequence[LabelledPaper], fold: int) -> dict[str, list[Candidate]]:
    """Return title → settled candidates of the papers of one fold, from a model that has not seen them."""
    lexicon = load_lexicon()
    seen = [each for each in labelled if fold_of(each.paper.title) != fold]
    held = [each.paper for each in labelled if fold_of(each.paper.title) == fold]
    model = train_model(seen, lexicon)
    found = settle(held, [extract_candidates(paper, model) for paper in held])
    return {paper.title: candidates for paper, candidates in zip(held, found, strict=True)}


def as_entities(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Group the candidates of one paper into entities as the scorer reads them."""
    long_forms = {normal_form(each.surface): each.long_form for each in candidates if each.long_form}
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for each in candidates:
        groups.setdefault((group_key(each.surface, long_forms), each.type), []).append(each)
    return [
        {
            "name": group[0].surface,
            "type": group[0].type,
            "role": group[0].role,
            "surfaces": list(dict.fromkeys(each.surface for each in group)),
            "confidence": max(each.confidence for each in group),
        }
        for group in groups.values()
    ]


def score(gold: Path, found: dict[str, list[Candidate]], output: Path) -> dict[str, Any]:
    """Write predictions for the papers of ``gold`` and return what the scorer says of them."""
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    rows = [{"title": line["title"], "entities": as_entities(found.get(line["title"], []))} for line in lines]
    output.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    scorer = shared_folder() / "gold" / "score.py"
    answer = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(output), "--json"], check=True, capture_output=True, text=True
    )
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def table(results: dict[str, dict[str, Any]]) -> str:
    """Return the scores as a Markdown table, a column for each part."""
    rows: list[tuple[str, tuple[str, ...]]] = [
        ("typed F1", ("typed", "f1")),
        ("typed precision", ("typed", "precision")),
    ]
    rows += [("typed recall", ("typed", "recall")), ("found F1", ("found", "f1"))]
    rows += [("introduced F1", ("introduced", "f1")), ("role accuracy", ("role_accuracy",))]
    rows += [(f"{kind} F1", ("by_type", kind, "f1")) for kind in ("method", "model", "dataset", "task", "metric")]
    lines = [f"| | {' | '.join(results)} |", "|---" * (len(results) + 1) + "|"]
    for name, path in rows:
        values = []
        for result in results.values():
            value: Any = result
            for key in path:
                value = value[key]
            values.append(f"{value:.3f}")
        lines.append(f"| {name} | {' | '.join(values)} |")
    return "\n".join(lines)


def main() -> None:
    """Run the folds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=FOLDS, help="run only the first N folds")
    parser.add_argument("--write", type=Path, help="keep gold.jsonl and predictions per part in this folder")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    paths = [shared_folder() / "gold" / f"{part}.jsonl" for part in PARTS]
    labelled = read_labels(paths)
    with ProcessPoolExecutor(arguments.processes) as pool:
        parts = list(pool.map(run_fold, [labelled] * arguments.folds, range(arguments.folds)))
    found = {title: candidates for part in parts for title, candidates in part.items()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.write or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(table(score_parts(paths, found, folder)))


def score_parts(paths: Sequence[Path], found: dict[str, list[Candidate]], folder: Path) -> dict[str, dict[str, Any]]:
    """Score both parts together and each alone, on the papers that were held out."""
    lines = {path.stem: path.read_text(encoding="utf-8").splitlines(keepends=True) for path in paths}
    lines = {"both": [line for part in lines.values() for line in part], **lines}
    results = {}
    for part, papers in lines.items():
        gold = folder / f"{part}-gold.jsonl"
        gold.write_text("".join(line for line in papers if json.loads(line)["title"] in found), encoding="utf-8")
        results[part] = score(gold, found, folder / f"{part}-found.jsonl")
    return results


if __name__ == "__main__":
    main()
