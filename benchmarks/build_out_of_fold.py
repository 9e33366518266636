"""Build a graph from candidates that were extracted beforehand, such as those of benchmarks/out_of_fold.py.

Figures on a graph of labelled papers are honest only where no paper was read by weights that have seen its labels.

usage: python benchmarks/build_out_of_fold.py CANDIDATES.parquet GRAPH.kg INPUT...
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from kgraph.pipeline import Origin, settle_and_resolve, write_graph
from kgraph.reading import read_papers
from kgraph.records import FIELDS, Candidate
from kgraph.storing.builds import writing


def main(table: Path, graph: Path, inputs: Sequence[str]) -> None:
    """Read papers and candidates, settle, resolve, link and write."""
    papers = read_papers([Path(name) for name in inputs])
    found: dict[str, list[Candidate]] = defaultdict(list)
    for row in pq.read_table(table).to_pylist():
        found[row["paper"]].append(Candidate(**row))
    ordered = [sorted(found[p.id], key=lambda each: (FIELDS.index(each.field), each.start)) for p in papers]
    extracted = settle_and_resolve(papers, ordered)
    with writing(graph, replace=True) as draft:
        print(write_graph(extracted, graph, draft, Origin()).counts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
