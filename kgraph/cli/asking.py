"""Commands that look into a graph: info, search, show, related, path, entities, query, validate."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kgraph.cli.completion import complete_parameter, complete_query
from kgraph.cli.interrupting import interruptible
from kgraph.cli.options import TYPES, graph_argument, json_option
from kgraph.errors import KgraphError


@click.command()
@graph_argument
@json_option
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


@click.command()
@graph_argument
@click.argument("text")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many to show.")
@click.option("--type", "kind", type=click.Choice((*TYPES, "paper")), default=None, help="Nodes of this type only.")
@json_option
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
        raise KgraphError(f"nothing in {graph} is like {text!r}; try a part of the name, or without --type")
    click.echo(to_json(hits) if as_json else format_hits(hits))


@click.command()
@graph_argument
@click.argument("node")
@click.option(
    "-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many neighbours and sentences."
)
@json_option
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


@click.command()
@graph_argument
@click.argument("paper")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1), help="How many to show.")
@json_option
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


@click.command()
@graph_argument
@click.argument("start")
@click.argument("goal")
@json_option
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
        raise KgraphError(f"no way leads from {start!r} to {goal!r}; 'kgraph show' tells what is near to each")
    click.echo(to_json(steps) if as_json else format_path(steps))


@click.command()
@graph_argument
def entities(graph: Path) -> None:
    """Print the entities, a JSON object a line: id, name, type, aliases, alias_counts, papers, broader.

    \b
    Example:
      kgraph entities papers.kg > entities.jsonl
    """
    from kgraph.graph import open_graph

    for entity in open_graph(graph).entities():
        click.echo(json.dumps(entity, ensure_ascii=False))


@click.command()
@graph_argument
@click.argument("sparql", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path, dir_okay=False), help="Read the query from a file.")
@click.option("--name", help="Run a named query; --list tells which there are.", shell_complete=complete_query)
@click.option(
    "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of a named query.",
    shell_complete=complete_parameter,
)  # fmt: skip
@click.option(
    "--format",
    "format_name",
    default="table",
    show_default=True,
    type=click.Choice(("table", "json", "csv", "safe-csv", "tsv", "xml", "turtle", "ntriples", "jsonld")),
    help="How to print; safe-csv is for spreadsheets, which run cells of csv that begin as formulas do.",
)
@click.option(
    "--engine",
    default="oxigraph",
    show_default=True,
    type=click.Choice(("oxigraph", "rdflib")),
    help="Which engine answers.",
)
@click.option(
    "--list",
    "list_names",
    is_flag=True,
    help="List the named queries and their parameters; as JSON with --format json.",
)
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
    from kgraph.console import format_named_queries, read_query, to_json
    from kgraph.graph import open_graph
    from kgraph.querying import format_result, named_queries

    if list_names:
        queries = list(named_queries().values())
        click.echo(to_json(queries) if format_name == "json" else format_named_queries(queries))
        return
    text, parameters = read_query(sparql, file, name, params)

    def answer() -> str:
        opened = open_graph(graph)
        result = opened.query(text, name=name, params=parameters, engine=engine)  # type: ignore[arg-type]
        return format_result(result, format_name, opened.manifest.base_iri)

    click.echo(interruptible(answer), nl=False)


@click.command()
@graph_argument
@json_option
def validate(graph: Path, as_json: bool) -> None:
    """Check a graph against its SHACL shapes; exits 1 where something is wrong.

    \b
    Example:
      kgraph validate papers.kg
    """
    from kgraph.console import format_violations, to_json
    from kgraph.graph import open_graph

    violations = interruptible(lambda: open_graph(graph).validate())
    click.echo(to_json(violations) if as_json else format_violations(violations))
    if violations:
        sys.exit(1)
