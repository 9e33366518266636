"""Count which entities the papers of a graph name together: kgraph's engine, pandas and networkx; print a table.

Usage: python benchmarks/linking_speed.py GRAPH [--rounds 3] [--output FILE.json]

Each counts, from the same Parquet table of paper–entity edges, in how many papers each pair of entities stands. The
counts must be equal, or the benchmark fails. pandas joins the table with itself and groups; networkx adds up weights on
a graph, paper by paper, as one would by hand. Each runs in a process of its own, in turns, and the round with the
least processor time counts; the clock starts when libraries are loaded. Memory is the most that the process held.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from watching import machine


def count_with_kgraph(edges: Path) -> Callable[[], list[tuple[str, str, int]]]:
    """Count on numbers in place of ids, as the build does (kgraph/linking/comentions.py)."""
    from kgraph.engines.local import LocalEngine
    from kgraph.linking import number_nodes
    from kgraph.linking.numbering import PAIR

    def count() -> list[tuple[str, str, int]]:
        with tempfile.TemporaryDirectory() as folder:
            engine = LocalEngine("1GB", Path(folder))
            engine.register("paper_entity", edges)
            for table, column in (("papers", "paper"), ("entities", "entity")):
                engine.keep(table, f"SELECT DISTINCT {column} AS id FROM paper_entity")
            number_nodes(engine)
            rows = engine.query(
                f"SELECT a.entity * {PAIR} + b.entity AS pair, COUNT(*) AS papers FROM members AS a"
                " JOIN members AS b ON a.paper = b.paper AND a.entity < b.entity GROUP BY pair"
            )
            names = engine.query("SELECT id FROM entities ORDER BY id")["id"].to_pylist()
            engine.close()
        pairs = zip(rows["pair"].to_pylist(), rows["papers"].to_pylist(), strict=True)
        return [(names[pair // PAIR], names[pair % PAIR], papers) for pair, papers in pairs]

    return count


def count_with_pandas(edges: Path) -> Callable[[], list[tuple[str, str, int]]]:
    """Join the table with itself, keep each pair once, group."""
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

    def count() -> list[tuple[str, str, int]]:
        table = pandas.read_parquet(edges, columns=["paper", "entity"])
        pairs = table.merge(table, on="paper", suffixes=("_a", "_b"))
        pairs = pairs[pairs["entity_a"] < pairs["entity_b"]]
        sizes = pairs.groupby(["entity_a", "entity_b"], sort=False).size().reset_index()
        return list(sizes.itertuples(index=False, name=None))

    return count


def count_with_networkx(edges: Path) -> Callable[[], list[tuple[str, str, int]]]:
    """Add one to the weight of each pair of each paper."""
    import networkx
    import pyarrow.parquet as pq

    def count() -> list[tuple[str, str, int]]:
        table = pq.read_table(edges, columns=["paper", "entity"])
        rows = zip(table["paper"].to_pylist(), table["entity"].to_pylist(), strict=True)
        graph: Any = networkx.Graph()
        for _, group in groupby(rows, key=itemgetter(0)):
            for a, b in combinations(sorted(entity for _, entity in group), 2):
                if graph.has_edge(a, b):
                    graph[a][b]["papers"] += 1
                else:
                    graph.add_edge(a, b, papers=1)
        return [(min(a, b), max(a, b), papers) for a, b, papers in graph.edges(data="papers")]

    return count


CONTENDERS = {"kgraph": count_with_kgraph, "pandas": count_with_pandas, "networkx": count_with_networkx}


def measure(name: str, edges: Path) -> dict[str, Any]:
    """Run one contender in this process."""
    count = CONTENDERS[name](edges)
    start, before = time.perf_counter(), _processor()
    pairs = count()
    seconds, processor = time.perf_counter() - start, _processor() - before
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    digest = hashlib.sha256(repr(sorted(pairs)).encode()).hexdigest()
    return {"pairs": len(pairs), "digest": digest, "seconds": seconds, "processor": processor, "memory": most}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run every contender in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    from kgraph.graph import Graph

    edges = Graph(given.graph).tables.path("paper_entity")
    best: dict[str, dict[str, Any]] = {}
    for _ in range(given.rounds):
        for name in CONTENDERS:
            command = [sys.executable, __file__, "--one", name, str(edges)]
            told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            best[name] = min(best.get(name, told), told, key=lambda each: each["processor"])
    if len({each["digest"] for each in best.values()}) > 1:
        sys.exit("the counts are not the same")
    print(f"{best['kgraph']['pairs']:,} pairs, the same for all; load {machine()['load'][0]}\n")
    print("| | processor s | times kgraph | seconds | most memory, MiB |\n|---|---|---|---|---|")
    for name, each in best.items():
        ratio = each["processor"] / best["kgraph"]["processor"]
        print(f"| {name} | {each['processor']:.2f} | {ratio:.1f} | {each['seconds']:.2f} | {each['memory']:,} |")
    if given.output:
        given.output.write_text(json.dumps({"machine": machine(), "rows": best}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]))))
    else:
        main()
