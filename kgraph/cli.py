"""The command ``kgraph``: every command parses its arguments, makes one call of the Python API, and prints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph.errors import KgraphError
from kgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgraph.exploring.subset import Subset
    from kgraph.graph import Graph

_TYPES = ("method", "model", "dataset", "task", "metric")
_ROLES = ("introduces", "evaluates_on", "compares_with", "uses", "mentions")
_EXTRACTORS = ("tagger", "gliner", "llm")
_EDGES = ("mentions", "co_mention", "shared_technique", "broader")


class _Group(click.Group):
    """Turns our errors into one line on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgraphError as error:
            click.echo(f"kgraph: {error}", err=True)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            # The reader of our output has had enough (kgraph … | head).
            sys.stderr.close()
            sys.exit(141)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgraph")
def main() -> None:
    """Turn papers into a knowledge graph of methods, models, datasets, tasks and metrics.

    \b
    Build one, look into it, take it with you:
      kgraph build papers.bib -o papers.kg
      kgraph show papers.kg LoRA
      kgraph query papers.kg --name most-used
      kgraph view papers.kg -o papers.html
      kgraph export papers.kg turtle -o papers.ttl
    """


_graph = click.argument("graph", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _knowledge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    file = click.Path(path_type=Path, dir_okay=False)
    options = [
        click.option("--model", type=file, help="Weights made by 'kgraph train'."),
        click.option("--vocabulary", type=file, help="Names of your own, SKOS (Turtle) or CSV."),
        click.option("--curation", type=file, help="Corrections, CSV: merge, split, rename, retype, drop."),
        click.option(
            "--extractor",
            "extractor_name",
            type=click.Choice(_EXTRACTORS),
            default=_EXTRACTORS[0],
            show_default=True,
            help="What finds the names; docs/extractors.md tells what the others need.",
        ),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the extractor."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _subset_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = [
        click.option("--type", "types", multiple=True, type=click.Choice(_TYPES), help="Entities of this type only."),
        click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES), help="Edges of this role only."),
        click.option(
            "--edges", "edge_kinds", multiple=True, type=click.Choice(_EDGES), help="Edges of this kind only."
        ),
        click.option("--min-papers", default=1, show_default=True, help="Entities in at least so many papers."),
        click.option("--min-confidence", default=0.0, show_default=True, help="Edges at least so sure, 0 to 1."),
        click.option(
            "--min-comention-papers",
            type=int,
            help="Co-mentions in at least so many papers. [default: 2; 1 in a corpus of under 50]",
        ),
        click.option("--paper", "papers", multiple=True, help="These papers only (id, arXiv id, DOI or title)."),
        click.option("--focus", default="", help="What stands around this paper or entity."),
        click.option("--depth", default=1, show_default=True, help="Steps around --focus."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _subset(graph: Graph, options: dict[str, Any]) -> Subset:
    from kgraph.exploring.subset import Subset

    papers = tuple(graph.find(paper).id for paper in options.pop("papers"))
    focus = options.pop("focus")
    return Subset(papers=papers, focus=graph.find(focus).id if focus else "", **options)


@main.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The graph to write, NAME.kg.")
@click.option("--force", is_flag=True, help="Replace a graph that is there.")
@click.option(
    "--base-iri",
    default="https://w3id.org/kgraph/",
    show_default=True,
    help="What the IRIs of papers and entities begin with.",
)
@click.option("--no-store", is_flag=True, help="Write the tables only; 'kgraph index' adds the triple store.")
@click.option("--strict", is_flag=True, help="Stop at the first bad record instead of skipping it.")
@click.option("--summaries", is_flag=True, help="The texts are summaries, not the authors' abstracts.")
@click.option("--processes", type=click.IntRange(1), help="Processes that extract. [default: one a core]")
@_knowledge_options
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def build(
    inputs: tuple[str, ...], output: Path, force: bool, base_iri: str, no_store: bool, strict: bool, summaries: bool,
    processes: int | None, quiet: bool, extractor_name: str, settings: tuple[str, ...], **knowledge: Path | None,
) -> None:  # fmt: skip
    """Build a graph from papers.

    INPUTS are files, folders, or - for standard input: listing pages saved as text, JSON, JSON Lines, CSV,
    BibTeX, RIS, or arXiv Atom, plain or compressed (.gz, .zst). The format is told by the content.

    \b
    Examples:
      kgraph build library.bib -o library.kg
      kgraph build pages/ more.jsonl.gz -o papers.kg --force
      curl -s URL | kgraph build - -o papers.kg
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_cost, report_problems, summarise_build

    extractor = choose_extractor(extractor_name, settings, knowledge)
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        graph = kgraph.build(
            list(inputs), output, force=force, base_iri=base_iri, store=not no_store, strict=strict,
            summaries=summaries, processes=processes, extractor=extractor, on_problem=on_problem, progress=bars,
            **knowledge,
        )  # fmt: skip
    report_cost(extractor)
    if not quiet:
        click.echo(summarise_build(output, graph.info()), err=True)


@main.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Stop at the first bad record instead of skipping it.")
@click.option("--processes", type=click.IntRange(1), help="Processes that extract. [default: one a core]")
@_knowledge_options
@click.option("--dry-run", is_flag=True, help="Only tell what a language model would read, write and cost.")
@click.option("--quiet", is_flag=True, help="No progress.")
def extract(
    inputs: tuple[str, ...], strict: bool, processes: int | None, quiet: bool, dry_run: bool, extractor_name: str,
    settings: tuple[str, ...], **knowledge: Path | None,
) -> None:  # fmt: skip
    """Print what the papers mention, a JSON object a paper, without building a graph.

    \b
    Example:
      kgraph extract papers.jsonl > entities.jsonl
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_cost, report_problems

    extractor = choose_extractor(extractor_name, settings, knowledge)
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        if dry_run:
            click.echo(kgraph.estimate(list(inputs), extractor, strict=strict, on_problem=on_problem))
            return
        papers = kgraph.extract(
            list(inputs), strict=strict, processes=processes, extractor=extractor, on_problem=on_problem,
            progress=bars, **knowledge,
        )  # fmt: skip
        for paper in papers:
            click.echo(json.dumps(paper, ensure_ascii=False))
    report_cost(extractor)


@main.command()
@click.argument("labels", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The weights to write.")
def train(labels: tuple[Path, ...], output: Path) -> None:
    """Train the tagger on papers that you have labelled.

    LABELS are JSON Lines with title, abstract and entities (name, type, role, surfaces); docs/training.md tells how
    to write them.

    \b
    Example:
      kgraph train my-labels.jsonl -o my-field.model
      kgraph build papers.bib -o papers.kg --model my-field.model
    """
    import kgraph

    click.echo(kgraph.train(list(labels), output), err=True)


@main.command()
@_graph
@_json
def info(graph: Path, as_json: bool) -> None:
    """Tell what a graph holds.

    \b
    Example:
      kgraph info papers.kg
    """
    from kgraph.console import format_info
    from kgraph.graph import open_graph

    told = open_graph(graph).info()
    click.echo(json.dumps(told, indent=1, ensure_ascii=False) if as_json else format_info(told))


@main.command()
@_graph
@click.argument("text")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many to show.")
@click.option("--type", "kind", type=click.Choice((*_TYPES, "paper")), default=None, help="Nodes of this type only.")
@_json
def search(graph: Path, text: str, limit: int, kind: str | None, as_json: bool) -> None:
    """Find papers and entities by name, alias or title; typing errors are forgiven.

    \b
    Example:
      kgraph search papers.kg "knowlege distilation"
    """
    from kgraph.console import format_hits, to_json
    from kgraph.graph import open_graph

    hits = open_graph(graph).search(text, limit=limit, kind=kind or "")
    if not hits and not as_json:
        raise KgraphError(f"nothing in {graph} is like {text!r}")
    click.echo(to_json(hits) if as_json else format_hits(hits))


@main.command()
@_graph
@click.argument("node")
@click.option(
    "-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many neighbours and sentences."
)
@_json
def show(graph: Path, node: str, limit: int, as_json: bool) -> None:
    """Show a paper or an entity: type, aliases, papers by role, neighbours, and the sentences.

    NODE is an id, IRI, arXiv id, DOI, name, alias or title; "SAM (model)" tells one of two SAMs.

    \b
    Examples:
      kgraph show papers.kg LoRA
      kgraph show papers.kg 2106.09685
    """
    from kgraph.console import format_view, to_json
    from kgraph.graph import open_graph

    view = open_graph(graph).show(node, limit=limit)
    click.echo(to_json(view) if as_json else format_view(view))


@main.command()
@_graph
@click.argument("paper")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many to show.")
@_json
def related(graph: Path, paper: str, limit: int, as_json: bool) -> None:
    """List the papers that share techniques with a paper.

    \b
    Example:
      kgraph related papers.kg 2106.09685
    """
    from kgraph.console import format_related, to_json
    from kgraph.graph import open_graph

    papers = open_graph(graph).related(paper, limit=limit)
    click.echo(to_json(papers) if as_json else format_related(papers))


@main.command()
@_graph
@click.argument("start")
@click.argument("goal")
@_json
def path(graph: Path, start: str, goal: str, as_json: bool) -> None:
    """Show the shortest way from one paper or entity to another.

    \b
    Example:
      kgraph path papers.kg LoRA ImageNet
    """
    from kgraph.console import format_path, to_json
    from kgraph.graph import open_graph

    steps = open_graph(graph).path_between(start, goal)
    if not steps and not as_json:
        raise KgraphError(f"no way leads from {start!r} to {goal!r}")
    click.echo(to_json(steps) if as_json else format_path(steps))


@main.command()
@_graph
def entities(graph: Path) -> None:
    """Print the entities, a JSON object a line: id, name, type, aliases, alias_counts, papers, broader.

    \b
    Example:
      kgraph entities papers.kg > entities.jsonl
    """
    from kgraph.graph import open_graph

    for entity in open_graph(graph).entities():
        click.echo(json.dumps(entity, ensure_ascii=False))


@main.command()
@_graph
@click.argument("sparql", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path, dir_okay=False), help="Read the query from a file.")
@click.option("--name", help="Run a named query; --list tells which there are.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of a named query.")
@click.option(
    "--format",
    "format_name",
    default="table",
    show_default=True,
    type=click.Choice(("table", "json", "csv", "tsv", "xml", "turtle", "ntriples", "jsonld")),
    help="How to print.",
)
@click.option(
    "--engine",
    default="oxigraph",
    show_default=True,
    type=click.Choice(("oxigraph", "rdflib")),
    help="Which engine answers.",
)
@click.option("--list", "list_names", is_flag=True, help="List the named queries and their parameters.")
def query(
    graph: Path, sparql: str | None, file: Path | None, name: str | None, params: tuple[str, ...], format_name: str,
    engine: str, list_names: bool,
) -> None:  # fmt: skip
    """Ask a graph in SPARQL. The usual prefixes (kg, skos, dcterms, …) are declared already.

    \b
    Examples:
      kgraph query papers.kg 'SELECT ?name { ?m a kg:Method ; skos:prefLabel ?name } LIMIT 5'
      kgraph query papers.kg --name papers-of-entity --param entity=LoRA
      kgraph query papers.kg -f my.rq --format csv > rows.csv
    """
    from kgraph.console import format_named_queries, read_query
    from kgraph.graph import open_graph
    from kgraph.querying import format_result

    opened = open_graph(graph)
    if list_names:
        click.echo(format_named_queries(opened.named_queries()))
        return
    text, parameters = read_query(sparql, file, name, params)
    result = opened.query(text, name=name, params=parameters, engine=engine)  # type: ignore[arg-type]
    click.echo(format_result(result, format_name, opened.manifest.base_iri), nl=False)


@main.command()
@_graph
@click.argument("format_name", metavar="FORMAT", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file (for csv: the folder) to write.")
@click.option("--base-iri", help="Write other IRIs than the graph's own (RDF formats).")
@click.option("--no-text", is_flag=True, help="Leave out abstracts and quoted sentences (RDF formats).")
@click.option("--annotations", is_flag=True, help="Add every mention as a Web Annotation (RDF formats).")
@click.option("--rdf12", is_flag=True, help="Add RDF 1.2 reifiers (turtle, ntriples, nquads, trig).")
@click.option("--shards", type=click.IntRange(1), help="Write a folder of so many compressed files (ntriples).")
@click.option("--list", "list_targets", is_flag=True, help="List the formats.")
@_subset_options
def export(
    graph: Path, format_name: str | None, output: Path | None, base_iri: str | None, no_text: bool, annotations: bool,
    rdf12: bool, shards: int | None, list_targets: bool, **options: Any,
) -> None:  # fmt: skip
    """Write a graph, or a part of it, in another format: turtle, ntriples, rdfxml, jsonld, graphml, gexf, json, csv …

    \b
    Examples:
      kgraph export papers.kg turtle -o papers.ttl.gz
      kgraph export papers.kg gexf -o papers.gexf --min-papers 2
      kgraph export papers.kg csv -o papers-csv --type method --type dataset
      kgraph export papers.kg ntriples -o papers-nt --no-text --shards 8
    """
    from kgraph.console import format_targets
    from kgraph.graph import open_graph

    if list_targets:
        click.echo(format_targets())
        return
    if not format_name or not output:
        raise click.UsageError("give a FORMAT and -o FILE; --list tells the formats")
    opened = open_graph(graph)
    opened.export(
        format_name, output, subset=_subset(opened, options), base_iri=base_iri, texts=not no_text,
        annotations=annotations, rdf12=rdf12, shards=shards or 0,
    )  # fmt: skip
    click.echo(f"wrote {output}", err=True)


@main.command()
@_graph
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The page to write.")
@click.option("--query", type=click.Path(path_type=Path, dir_okay=False), help="Draw what this CONSTRUCT returns.")
@_subset_options
def view(graph: Path, output: Path, query: Path | None, **options: Any) -> None:
    """Write an interactive page, one HTML file that needs no network.

    \b
    Examples:
      kgraph view papers.kg -o papers.html
      kgraph view papers.kg -o lora.html --focus LoRA --depth 2
      kgraph view papers.kg -o answer.html --query my.rq
    """
    from kgraph.console import read_query
    from kgraph.graph import open_graph

    opened = open_graph(graph)
    sparql = read_query(None, query, None, ())[0] if query else ""
    lacking = opened.view(output, subset=_subset(opened, options), query=sparql)
    click.echo(f"wrote {output}; open it in a browser", err=True)
    if lacking:
        click.echo(f"the page has no SPARQL tab: {lacking}", err=True)


@main.command()
@_graph
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0: any free.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds that a query may run.")
@click.option("--max-rows", default=100_000, show_default=True, help="Rows or triples of an answer.")
@click.option("--max-bytes", default=64 << 20, show_default=True, help="Bytes of an answer.")
@click.option("--memory", default=1024, show_default=True, help="MiB that a query may need.")
@click.option("--workers", default=0, help="Queries that run at once. [default: one a core, 2 to 8]")
@click.option("--queue", default=100, show_default=True, help="Queries that may wait for a worker.")
@click.option(
    "--memory-copy", default=300_000, show_default=True, help="Triples up to which workers keep the graph in memory."
)
@click.option(
    "--cors", multiple=True, metavar="ORIGIN", help="A site whose pages may ask, such as https://example.org."
)
def serve(graph: Path, host: str, port: int, cors: tuple[str, ...], **limits: Any) -> None:
    """Serve a graph over HTTP: SPARQL at /sparql, the explorer at /, a JSON API under /api.

    It is read-only and limits every query; other machines reach it only with another --host. SIGHUP makes it
    change to a newer build. docs/serving.md tells the rest.

    \b
    Examples:
      kgraph serve papers.kg
      kgraph serve papers.kg --host 0.0.0.0 --port 8080 --timeout 10
    """
    from kgraph.graph import open_graph
    from kgraph.serving import Limits

    open_graph(graph).serve(host=host, port=port, limits=Limits(**limits), cors=cors)


@main.command()
@_graph
@click.argument("address")
@click.option(
    "--user", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="Who writes; '' where nobody is asked."
)
@click.option("--database", envvar="NEO4J_DATABASE", help="The database. [default: the server's own]")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@_subset_options
def push(graph: Path, address: str, user: str, database: str | None, quiet: bool, **options: Any) -> None:
    """Write a graph, or a part of it, into a running database over Bolt: Neo4j, Memgraph, ArcadeDB …

    The password is read from NEO4J_PASSWORD, or asked for. What was interrupted goes on where it stopped; what is
    pushed again changes nothing. It needs the driver: pip install 'kgraph-papers[push]'.

    \b
    Examples:
      NEO4J_PASSWORD=... kgraph push papers.kg bolt://localhost:7687
      kgraph push papers.kg bolt://localhost:7687 --user '' --min-papers 2
    """
    from kgraph.console import ProgressBars, ask_password
    from kgraph.graph import open_graph

    opened = open_graph(graph)
    subset, password = _subset(opened, options), ask_password(user, address)
    with ProgressBars(quiet=quiet) as bars:
        counts = opened.push(address, user=user, password=password, database=database, subset=subset, progress=bars)
    if not quiet:
        click.echo(f"{counts['nodes']:,} nodes and {counts['relationships']:,} relationships at {address}", err=True)


@main.command()
@_graph
@_json
def validate(graph: Path, as_json: bool) -> None:
    """Check a graph against its SHACL shapes; exits 1 where something is wrong.

    \b
    Example:
      kgraph validate papers.kg
    """
    from kgraph.console import format_violations, to_json
    from kgraph.graph import open_graph

    violations = open_graph(graph).validate()
    click.echo(to_json(violations) if as_json else format_violations(violations))
    if violations:
        sys.exit(1)


@main.command()
@_graph
def index(graph: Path) -> None:
    """Make the triple store of a graph anew from its tables.

    \b
    Example:
      kgraph build papers.bib -o papers.kg --no-store && kgraph index papers.kg
    """
    from kgraph.graph import open_graph

    click.echo(f"{open_graph(graph).index()} triples", err=True)
