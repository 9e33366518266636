"""Extract the papers of some inputs with models that have not seen their labels.

Each paper is read by the model of the fold that holds its title out (``crossvalidate.py --write FOLDER`` makes
the models). The candidates are written as a Parquet table of the ``candidates`` schema, not yet settled.

``kgraph build --candidates`` makes a graph of them.

usage: python benchmarks/out_of_fold.py MODELS OUT.parquet INPUT...
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from crossvalidate import FOLDS, fold_of

from kgraph.extraction import extract_candidates, load_model
from kgraph.reading import read_papers
from kgraph.records import Candidate, Paper
from kgraph.storing.columns import tabulate


def extract_unseen(papers: Sequence[Paper], models: Path) -> list[list[Candidate]]:
    """Return the candidates of each paper from the model of its fold."""
    found: dict[str, list[Candidate]] = {}
    for number in range(FOLDS):
        model = load_model(models / f"fold-{number}.zip")
        held = [paper for paper in papers if fold_of(paper.title) == number]
        found.update((paper.id, extract_candidates(paper, model)) for paper in held)
    return [found[paper.id] for paper in papers]


def main(models: Path, output: Path, inputs: Sequence[str]) -> None:
    """Read, extract and write."""
    papers = read_papers([Path(name) for name in inputs])
    table = tabulate("candidates", (each for found in extract_unseen(papers, models) for each in found))
    pq.write_table(table, output)
    print(f"{len(papers)} papers, {table.num_rows} candidates in {output}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
