"""Load a graph into several SPARQL engines, time six questions in each, and print the ratios as Markdown.

Usage: python benchmarks/query_engines.py PAPERS-OR-GRAPH > docs/benchmarks/DATE-query-engines.md

The argument is a graph (NAME.kg) or papers that one is built from. Virtuoso takes part where it is installed. All
engines run one after the other in the same run; an answer that differs from Oxigraph's ends it.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph
import rdflib

import kgraph
from kgraph.graph import Graph
from kgraph.querying import run_query
from kgraph.querying.results import Term, python_value
from kgraph.rdf.store import build_store, memory_store, open_store
from kgraph.rdf.triples import ntriples

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "systems"))
import virtuoso_server

RUNS = 5
#: Seconds after which an answer of rdflib is not waited for.
PATIENCE = 300
PREFIXES = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/kgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
"""
#: What is asked → the question; {paper}, {hub}, {family} and {edge} are nodes of the graph with many links.
QUERIES = {
    "count by type": "SELECT ?class (COUNT(*) AS ?nodes) { ?node a ?class } GROUP BY ?class",
    "the same from the description (VoID)": """
        SELECT ?class ?nodes { ?partition void:class ?class ; void:entities ?nodes }""",
    "papers with the same methods, since 2024": """
        SELECT ?other (COUNT(?method) AS ?methods) {
          {paper} kg:uses ?method . ?method a kg:Method . ?other kg:uses ?method ; dcterms:issued ?issued .
          FILTER(?other != {paper} && STR(?issued) >= "2024") }
        GROUP BY ?other ORDER BY DESC(?methods) ?other LIMIT 20""",
    "papers by shared techniques, from the written edges": """
        SELECT ?other ?score {
          ?link kg:paper {paper} ; kg:score ?score ; kg:paper ?other . ?other dcterms:issued ?issued .
          FILTER(?other != {paper} && STR(?issued) >= "2024") }
        ORDER BY DESC(?score) ?other LIMIT 20""",
    "top co-mentioned of a hub, counted": """
        SELECT ?other (COUNT(?paper) AS ?papers) {
          ?paper kg:mentions {hub} ; kg:mentions ?other . FILTER(?other != {hub}) }
        GROUP BY ?other ORDER BY DESC(?papers) ?other LIMIT 20""",
    "top co-mentioned of a hub, from the written edges": """
        SELECT ?other ?papers {
          ?pair kg:entity {hub} ; kg:entity ?other ; kg:paperCount ?papers . FILTER(?other != {hub}) }
        ORDER BY DESC(?papers) ?other LIMIT 20""",
    "text filter over titles": """
        SELECT ?paper ?title { ?paper dcterms:title ?title . FILTER(CONTAINS(LCASE(?title), "distillation")) }""",
    "evidence of an edge": """
        SELECT ?quote ?start { {edge} kg:evidence ?sentence . ?sentence kg:quote ?quote ; kg:start ?start }""",
    "property path: papers of a family": """
        SELECT (COUNT(DISTINCT ?paper) AS ?papers) { ?narrower skos:broader* {family} . ?paper kg:mentions ?narrower }
        """,
}
Rows = Counter[tuple[object, ...]]


@dataclass
class Engine:
    """What was measured of an engine: seconds to load, and to answer by question (``None``: not waited for)."""

    name: str
    load: float
    answers: dict[str, float | None] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)


def measure(engine: Engine, queries: dict[str, str], ask: Callable[[str], Rows], runs: int = RUNS) -> Engine:
    """Ask each question ``runs`` times and keep the shortest time; once where the first took over ten seconds."""
    for title, query in queries.items():
        seconds: list[float] = []
        try:
            while len(seconds) < (1 if seconds and seconds[0] > 10 else runs):
                begin = time.perf_counter()
                with patience():
                    engine.rows[title] = ask(query)
                seconds.append(time.perf_counter() - begin)
            engine.answers[title] = min(seconds)
        except TimeoutError:
            engine.answers[title] = None
    print(f"{engine.name} done", file=sys.stderr)
    return engine


@contextmanager
def patience() -> Iterator[None]:
    """Raise :class:`TimeoutError` in what takes too long."""

    def give_up(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)


def values(rows: Any) -> Rows:
    """Return rows of terms as a multiset of values."""
    return Counter(tuple(_value(term) for term in row) for row in rows)


def _value(term: Term | None) -> object:
    value = python_value(term)
    return round(float(value), 6) if isinstance(value, int | float) else value


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a function makes and the seconds it took."""
    begin = time.perf_counter()
    made = make()
    return made, time.perf_counter() - begin


def filled(graph: Graph) -> dict[str, str]:
    """Return the questions about the nodes of this graph that have the most links."""

    def first(sql: str) -> str:
        return f"<{graph.manifest.base_iri}{next(iter(graph.tables.rows(sql)[0].values()))}>"

    linked = "SELECT unnest([source, target]) AS id FROM shared_techniques"
    edge = "SELECT * FROM paper_entity ORDER BY mentions DESC, paper, entity LIMIT 1"
    nodes = {
        "paper": first(f"SELECT id FROM ({linked}) GROUP BY id ORDER BY count(*) DESC, id LIMIT 1"),
        "hub": first("SELECT id FROM entities WHERE type = 'method' ORDER BY papers DESC, id LIMIT 1"),
        "family": first(
            "SELECT broader FROM entities WHERE broader <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        ),
        "edge": first(f"SELECT 'paper-entity/' || substr(paper, 7) || '/' || substr(entity, 8) FROM ({edge})"),
    }
    return {title: PREFIXES + _with_nodes(query, nodes) for title, query in QUERIES.items()}


def _with_nodes(query: str, nodes: dict[str, str]) -> str:
    for name, iri in nodes.items():
        query = query.replace(f"{{{name}}}", iri)
    return query


def measure_all(graph: Graph, folder: Path) -> list[Engine]:
    """Load and ask every engine. Each reads the same N-Triples file, so that making them does not count."""
    queries = filled(graph)
    file = folder / "graph.nt"
    with file.open("wb") as out:
        out.writelines(ntriples(graph.tables, graph.manifest.base_iri))

    def ask(target: Any) -> Callable[[str], Rows]:
        return lambda query: values(run_query(target, query).rows)

    engines = []
    _, load = timed(lambda: build_store(_pieces(file), folder / "store"))
    engines.append(measure(Engine("Oxigraph on disk", load), queries, ask(open_store(folder / "store"))))
    store, load = timed(lambda: memory_store(_pieces(file)))
    engines.append(measure(Engine("Oxigraph in memory", load), queries, ask(store)))
    del store
    if virtuoso_server.missing():
        print(virtuoso_server.missing(), file=sys.stderr)
    else:
        engines.append(_measure_virtuoso(folder, queries))
    native, load = timed(lambda: rdflib.Graph().parse(file, format="nt"))
    engines.append(measure(Engine("rdflib in memory", load), queries, ask(native), runs=1))
    for engine in engines[1:]:
        for title, rows in engine.rows.items():
            if rows != engines[0].rows[title]:
                raise SystemExit(f"{engine.name} and {engines[0].name} differ in {title!r}")
    return engines


def _measure_virtuoso(folder: Path, queries: dict[str, str]) -> Engine:
    place = folder / "virtuoso"
    place.mkdir()
    name = "https://example.org/graph"

    def ask(query: str) -> Rows:
        body = server.ask(query, name)
        answer = pyoxigraph.parse_query_results(body, pyoxigraph.QueryResultsFormat.JSON)
        return values(answer)

    with virtuoso_server.running_virtuoso(place, folder, buffers=120_000) as server:
        _, load = timed(lambda: server.load(folder, "graph.nt", name))
        return measure(Engine("Virtuoso 7 over HTTP", load), queries, ask)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def report(graph: Graph, engines: list[Engine]) -> str:
    """Return the seconds, and how many times faster than rdflib and than Virtuoso each engine is."""
    counts = graph.manifest.counts
    names = [engine.name for engine in engines]
    triples = sum(piece.count(b"\n") for piece in ntriples(graph.tables))
    lines = [
        "# SPARQL engines\n",
        f"{triples:,} triples of {counts['papers']:,} papers and {counts['entities']:,} entities; one run of "
        f"`benchmarks/query_engines.py`; the fastest of {RUNS} answers (rdflib: one), rows fetched and read. "
        f"pyoxigraph {version('pyoxigraph')}, rdflib {version('rdflib')}, Virtuoso 7.2.5 of Debian.\n",
        "## Seconds\n",
        _row(["", *names]),
        _row(["---", *["---:"] * len(names)]),
        _row(["load", *[f"{engine.load:.2f}" for engine in engines]]),
    ]
    lines += [_row([title, *[_seconds(engine.answers[title]) for engine in engines]]) for title in QUERIES]
    for other in engines:
        if other.name.startswith(("rdflib", "Virtuoso")):
            rest = [engine for engine in engines if engine is not other]
            lines += [f"\n## Times faster than {other.name}\n", _row(["", *[engine.name for engine in rest]])]
            lines.append(_row(["---", *["---:"] * len(rest)]))
            lines.append(_row(["load", *[_ratio(other.load, engine.load) for engine in rest]]))
            lines += [
                _row([title, *[_ratio(other.answers[title], engine.answers[title]) for engine in rest]])
                for title in QUERIES
            ]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(seconds: float | None) -> str:
    return f"> {PATIENCE}" if seconds is None else f"{seconds:.4f}"


def _ratio(other: float | None, ours: float | None) -> str:
    if ours is None:
        return ""
    ratio = (PATIENCE if other is None else other) / ours
    return f"{'> ' if other is None else ''}{ratio:.{2 if ratio < 1 else 1 if ratio < 100 else 0}f}"


def main(given: str) -> None:
    """Print the report."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        is_graph = (Path(given) / "manifest.json").is_file()
        graph = kgraph.open_graph(given) if is_graph else kgraph.build(given, folder / "built.kg", store=False)
        print(report(graph, measure_all(graph, folder)))


if __name__ == "__main__":
    main(sys.argv[1])
