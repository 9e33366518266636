"""Build graphs of growing corpora, each in a process of its own, and tell time, memory and disk of each stage.

Without ``--papers`` they are made ones with their candidates given (see make_papers.py), whose sizes double until the
next step would not fit into the minutes; with it they are the first papers of a file, which are extracted. Processor
time is told beside the time that passed, since it does not depend on what else the machine does.

usage: python benchmarks/size_ladder.py [--minutes M | --sizes N N …] [--papers FILE] [--memory SIZE] [--no-store]
                                        [--output FILE.json] [--plot FILE.svg]
       python benchmarks/size_ladder.py --one FOLDER [--memory SIZE] [--no-store]    a corpus that make_papers.py made
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from growth_plot import draw
from watching import Watch, machine

import kgraph
from kgraph.pipeline import Means, build_graph
from kgraph.resources import data_path

FIRST = 1000


def measure(folder: Path, memory: str, store: bool) -> dict[str, Any]:
    """Build the corpus in a folder and return what it took."""
    watch = Watch(folder / "made.kg")
    start = time.monotonic()
    manifest = build_graph(
        [folder / "papers.jsonl.gz"],
        folder / "made.kg",
        store=store,
        candidates=sorted(folder.glob("candidates.parquet")),
        means=Means(memory=memory, progress=watch),
    )
    seconds, stages = round(time.monotonic() - start, 1), watch.stages()
    counted = ("papers", "mentions", "entities", "comention_edges", "shared_technique_edges", "triples")
    return {
        **{name: manifest.counts[name] for name in counted if name in manifest.counts},
        "seconds": seconds,
        "processor": round(sum(stage["processor"] for stage in stages), 1),
        "memory": max(stage["memory"] for stage in stages),
        "disk": max(stage["disk"] for stage in stages),
        "stages": stages,
        "machine": machine(),
    }


def climb(folder: Path, given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure one size after the other."""
    source = folder / "sample.kg"
    if not given.papers:
        kgraph.build(data_path("sample/papers.jsonl"), source, store=False)
    end, took = time.monotonic() + 60 * given.minutes, 0.0
    sizes = iter(given.sizes) if given.sizes else (FIRST << step for step in range(30))
    for papers in sizes:
        if not given.sizes and time.monotonic() + 2.5 * took > end:
            return
        start, step = time.monotonic(), folder / str(papers)
        if given.papers:
            _take(given.papers, papers, step)
        else:
            maker = Path(__file__).with_name("make_papers.py")
            subprocess.run([sys.executable, str(maker), str(source), str(papers), str(step)], check=True)
        options = ["--memory", given.memory, *([] if given.store else ["--no-store"])]
        told = subprocess.run([sys.executable, __file__, "--one", str(step), *options], check=True, capture_output=True)
        yield json.loads(told.stdout)
        took = time.monotonic() - start


def _take(file: Path, papers: int, folder: Path) -> None:
    """Write the first papers of a file of JSON lines."""
    folder.mkdir()
    with gzip.open(file, "rb") as lines, gzip.open(folder / "papers.jsonl.gz", "wb", compresslevel=1) as taken:
        taken.writelines(islice(lines, papers))


def main() -> None:
    """Climb the ladder, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--papers", type=Path)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--no-store", dest="store", action="store_false")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--one", type=Path)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.memory, given.store), indent=1))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in climb(Path(folder), given):
            rows.append(row)
            if given.output:  # a long ladder may be ended
                given.output.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
            told = f"{row['seconds']:>8.1f} s {row['processor']:>8.1f} processor s {row['memory']:>6,} MiB"
            print(f"{row['papers']:>9,} papers {told}", flush=True)
    if given.plot:
        given.plot.write_text(draw(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
