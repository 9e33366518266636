"""Cross-validate extraction: train on four fifths of the labelled papers, score on the fifth.

Folds go by a hash of the title. Everything that is learnt from labels is learnt inside the fold. Scored by
the labelled papers' own scorer, on what a graph of all these papers would hold (settled and resolved).
The models of the folds are kept with --write; benchmarks/out_of_fold.py reads them.

usage: python benchmarks/crossvalidate.py --first LABELS [--more LABELS]... [--own LABELS]... [--folds N]
                                          [--write FOLDER] [--plot FILE] [--processes N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kgraph.extraction.extracting import extract_candidates
from kgraph.extraction.labels import LabelledPaper, read_labels
from kgraph.extraction.lexicon import load_lexicon
from kgraph.extraction.model import Tagger, save_model
from kgraph.extraction.phrases import phrase_key
from kgraph.extraction.training import Proposed, propose_unseen, train_model, train_tagger
from kgraph.names import normal_form
from kgraph.pipeline import link_papers
from kgraph.records import FIELDS, ROLES, Candidate

FOLDS = 5
PARTS = ("seeds-dev", "general-dev")
#: Title → rows of the mentions table.
Mentions = dict[str, list[dict[str, Any]]]


def shared_folder() -> Path:
    """Return the folder of the labelled papers: ``KGRAPH_SHARED``, or ``shared`` beside the checkout."""
    return Path(os.environ.get("KGRAPH_SHARED", Path(__file__).parents[2] / "shared"))


def fold_of(title: str, folds: int = FOLDS) -> int:
    """Return the fold that a paper is held out in."""
    return int(hashlib.sha256(normal_form(title).encode()).hexdigest(), 16) % folds


def run_fold(
    labelled: Sequence[LabelledPaper],
    start: Tagger,
    more: Sequence[LabelledPaper],
    first: Sequence[Proposed],
    own: Sequence[LabelledPaper],
    fold: int,
    models: Path,
) -> dict[str, list[Candidate]]:
    """Return title → candidates of the papers of one fold, from a model that has not seen them, kept in ``models``."""
    model = train_model([each for each in labelled if fold_of(each.paper.title) != fold], start, more, first, own)
    save_model(models / f"fold-{fold}.zip", model)
    held = [each.paper for each in labelled if fold_of(each.paper.title) == fold]
    return {paper.title: extract_candidates(paper, model) for paper in held}


def settled_mentions(labelled: Sequence[LabelledPaper], found: Mapping[str, list[Candidate]]) -> Mentions:
    """Return title → mentions, in the order of the text, as a graph of all these papers would hold them."""
    papers = [replace(each.paper, id=each.paper.title) for each in labelled if each.paper.title in found]
    candidates = [replace(each, paper=title) for title, mine in found.items() for each in mine]
    rows = link_papers(papers, candidates).read("mentions").to_pylist()
    mentions: Mentions = {paper.title: [] for paper in papers}
    for row in sorted(rows, key=lambda row: (FIELDS.index(row["field"]), row["start"])):
        mentions[row["paper"]].append(row)
    return mentions


def as_entities(mentions: Mentions) -> dict[str, list[dict[str, Any]]]:
    """Return title → entities as the scorer reads them."""
    rows = {}
    for title, found in mentions.items():
        groups: dict[str, list[dict[str, Any]]] = {}
        for each in found:
            groups.setdefault(each["entity"], []).append(each)
        rows[title] = [
            {
                "name": group[0]["surface"],
                "type": group[0]["type"],
                "role": min((each["role"] for each in group), key=ROLES.index),
                "surfaces": list(dict.fromkeys(each["surface"] for each in group)),
                "confidence": max(each["confidence"] for each in group),
            }
            for group in groups.values()
        ]
    return rows


def score(gold: Path, found: Mapping[str, list[dict[str, Any]]], output: Path) -> dict[str, Any]:
    """Write predictions for the papers of ``gold`` and return what the scorer says of them."""
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    rows = [{"title": line["title"], "entities": found.get(line["title"], [])} for line in lines]
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
    parser.add_argument(
        "--more", type=Path, action="append", default=[], help="further labelled papers, which every fold learns from"
    )
    parser.add_argument(
        "--first", type=Path, action="append", required=True, help="labelled papers that the first layer begins with"
    )
    parser.add_argument(
        "--own", type=Path, action="append", default=[], help="papers in which only what they introduce is labelled"
    )
    parser.add_argument("--write", type=Path, help="keep models, labels and predictions in this folder")
    parser.add_argument("--plot", type=Path, help="write the reliability plot (SVG) to this file")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    paths = [shared_folder() / "gold" / f"{part}.jsonl" for part in PARTS]
    labelled, more, first = read_labels(paths), read_labels(arguments.more), read_labels(arguments.first)
    own = read_labels(arguments.own, only_own=True)
    if both := {fold(each.paper.title) for each in labelled} & {
        fold(each.paper.title) for each in [*more, *first, *own]
    }:
        parser.error(f"--more, --first, --own: {min(both)} is among the papers that are held out")
    lexicon = load_lexicon()
    start, begun = train_tagger(first, lexicon), propose_unseen(first, lexicon)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.write or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        work = partial(run_fold, labelled, start, more, begun, own, models=folder)
        with ProcessPoolExecutor(arguments.processes) as pool:
            parts = list(pool.map(work, range(arguments.folds)))
        found = {title: candidates for part in parts for title, candidates in part.items()}
        mentions = settled_mentions(labelled, found)
        print(table(score_parts(paths, as_entities(mentions), folder)))
        bins = reliability(labelled, mentions)
        print(calibration(bins))
        if arguments.plot:
            arguments.plot.write_text(plot(bins), encoding="utf-8")


def reliability(labelled: Sequence[LabelledPaper], mentions: Mentions) -> list[tuple[int, float, float]]:
    """Return (names, mean confidence, share that is labelled) for each tenth of confidence."""
    gold = {each.paper.title: {fold(s) for e in each.entities for s in e.surfaces} for each in labelled}
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for title, found in mentions.items():
        names = {fold(each["surface"]): each["confidence"] for each in found}
        for name, confidence in names.items():
            bins[min(9, int(confidence * 10))].append((confidence, name in gold[title]))
    return [
        (len(content), sum(c for c, _ in content) / len(content), sum(right for _, right in content) / len(content))
        for content in bins
        if content
    ]


def calibration(bins: Sequence[tuple[int, float, float]]) -> str:
    """Return the bins as a Markdown table, and the expected calibration error."""
    lines = ["", "| names | mean confidence | labelled |", "|---|---|---|"]
    lines += [f"| {count} | {mean:.3f} | {right:.3f} |" for count, mean, right in bins]
    total = sum(count for count, *_ in bins)
    error = sum(abs(mean - right) * count for count, mean, right in bins) / total
    return "\n".join([*lines, "", f"Expected calibration error {error:.3f}"])


def plot(bins: Sequence[tuple[int, float, float]]) -> str:
    """Return a reliability plot as SVG: confidence to the right, share of the names that are labelled upwards."""
    most = max(count for count, *_ in bins)
    dots = [
        f'<circle cx="{40 + 300 * mean:.1f}" cy="{320 - 300 * right:.1f}" r="{3 + 9 * (count / most) ** 0.5:.1f}" '
        f'fill="#2b6cb0" fill-opacity="0.8"><title>{count} names</title></circle>'
        for count, mean, right in bins
    ]
    ticks = [
        f'<text x="{40 + 300 * at / 5:.0f}" y="336" text-anchor="middle">{at / 5}</text>'
        f'<text x="34" y="{324 - 300 * at / 5:.0f}" text-anchor="end">{at / 5}</text>'
        for at in range(6)
    ]
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 370" font-family="sans-serif" font-size="11">',
            '<rect width="360" height="370" fill="white"/>',
            '<path d="M40 20V320H340M40 320L340 20" fill="none" stroke="#999"/>',
            *ticks,
            *dots,
            '<text x="190" y="358" text-anchor="middle">confidence</text>',
            '<text x="46" y="14">share that is labelled</text>',
            "</svg>\n",
        ]
    )


def fold(surface: str) -> str:
    """Return a spelling as confidence is judged by: case, hyphens and plurals folded."""
    return phrase_key(surface) or surface


def score_parts(
    paths: Sequence[Path], found: Mapping[str, list[dict[str, Any]]], folder: Path
) -> dict[str, dict[str, Any]]:
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
