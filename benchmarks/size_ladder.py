"""Build graphs of growing made corpora, with their candidates given, and tell the time and memory of each stage.

The steps double; the ladder ends before the step that would not fit into the minutes given. Processor time is told
beside the time that passed, since it does not depend on what else the machine does.

usage: python benchmarks/size_ladder.py [--minutes M] [--memory SIZE] [--output FILE.json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import kgraph
from kgraph.pipeline import Means, build_graph
from kgraph.resources import data_path

FIRST = 1000


class Stages:
    """Notes when each stage of a build begins."""

    def __init__(self) -> None:
        self.marks: list[tuple[str, float, float]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note a stage the first time that it is told."""
        if not self.marks or self.marks[-1][0] != stage:
            self.marks.append((stage, time.monotonic(), _processor_seconds()))

    def seconds(self) -> dict[str, dict[str, float]]:
        """Return the time that passed, and the processor time of this process, for each stage."""
        ends = [*self.marks[1:], ("", time.monotonic(), _processor_seconds())]
        return {
            stage: {"passed": round(end[1] - passed, 2), "processor": round(end[2] - used, 2)}
            for (stage, passed, used), end in zip(self.marks, ends, strict=True)
        }


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(folder: Path, memory: str) -> dict[str, Any]:
    """Build the made corpus in a folder and return what it took. Peak memory is that of this process, so far."""
    stages = Stages()
    start = time.monotonic()
    manifest = build_graph(
        [folder / "papers.jsonl.gz"],
        folder / "made.kg",
        candidates=[folder / "candidates.parquet"],
        means=Means(memory=memory, progress=stages),
    )
    return {
        "papers": manifest.counts["papers"],
        "entities": manifest.counts["entities"],
        "comentions": manifest.counts["comention_edges"],
        "triples": manifest.counts["triples"],
        "seconds": round(time.monotonic() - start, 1),
        "stages": stages.seconds(),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def climb(folder: Path, minutes: float, memory: str) -> list[dict[str, Any]]:
    """Measure one size after the other, each in a process of its own."""
    source = folder / "sample.kg"
    kgraph.build(data_path("sample/papers.jsonl"), source, store=False)
    end, papers, rows = time.monotonic() + 60 * minutes, FIRST, []
    took = 0.0
    while time.monotonic() + 2.5 * took < end:
        start = time.monotonic()
        step = folder / str(papers)
        maker = Path(__file__).with_name("make_papers.py")
        subprocess.run([sys.executable, str(maker), str(source), str(papers), str(step)], check=True)
        told = subprocess.run(
            [sys.executable, __file__, "--one", str(step), "--memory", memory], check=True, capture_output=True
        )
        rows.append(json.loads(told.stdout))
        print(f"{papers:>9,} papers {rows[-1]['seconds']:>8.1f} s {rows[-1]['peak_mib']:>6,} MiB", flush=True)
        took, papers = time.monotonic() - start, 2 * papers
    return rows


def main() -> None:
    """Climb the ladder, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.memory)))
        return
    machine = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as folder:
        rows = climb(Path(folder), given.minutes, given.memory)
    if given.output:
        given.output.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
