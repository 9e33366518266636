"""Commands that take a graph elsewhere: export, view, serve, mcp, push."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kgraph.cli.completion import complete_format
from kgraph.cli.options import graph_argument, quiet_option, read_subset, subset_options, verbose_option


@click.command()
@graph_argument
@click.argument("format_name", metavar="FORMAT", required=False, shell_complete=complete_format)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file or folder to write; --list tells which."
)
@click.option("--base-iri", help="Write other IRIs than the graph's own (RDF formats).")
@click.option("--no-text", is_flag=True, help="Leave out abstracts and quoted sentences (RDF formats).")
@click.option("--annotations", is_flag=True, help="Add every mention as a Web Annotation (RDF formats).")
@click.option("--rdf12", is_flag=True, help="Add RDF 1.2 reifiers (turtle, ntriples, nquads, trig).")
@click.option("--shards", type=click.IntRange(1), help="Write a folder of so many compressed files (ntriples).")
@click.option("--list", "list_targets", is_flag=True, help="List the formats.")
@quiet_option
@subset_options
def export(
    graph: Path, format_name: str | None, output: Path | None, base_iri: str | None, no_text: bool, annotations: bool,
    rdf12: bool, shards: int | None, list_targets: bool, quiet: bool, **options: Any,
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
        format_name, output, subset=read_subset(opened, options), base_iri=base_iri, texts=not no_text,
        annotations=annotations, rdf12=rdf12, shards=shards or 0,
    )  # fmt: skip
    if not quiet:
        click.echo(f"wrote {output}", err=True)


@click.command()
@graph_argument
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The page to write.")
@click.option("--query", type=click.Path(path_type=Path, dir_okay=False), help="Draw what this CONSTRUCT returns.")
@quiet_option
@subset_options
def view(graph: Path, output: Path, query: Path | None, quiet: bool, **options: Any) -> None:
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
    lacking = opened.view(output, subset=read_subset(opened, options), query=sparql)
    if not quiet:
        click.echo(f"wrote {output}; open it in a browser", err=True)
    if lacking and not quiet:
        click.echo(f"the page has no SPARQL tab: {lacking}", err=True)


@click.command()
@graph_argument
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


@click.command()
@graph_argument
@click.option("--port", type=click.IntRange(0, 65535), help="Speak HTTP at 127.0.0.1 instead; 0: any free port.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds that a query may run.")
@click.option("--max-rows", default=200, show_default=True, help="Rows or triples of an answer.")
@click.option("--max-bytes", default=1 << 20, show_default=True, help="Bytes of an answer.")
@click.option("--memory", default=1024, show_default=True, help="MiB that a query may need.")
def mcp(graph: Path, port: int | None, **limits: Any) -> None:
    """Offer a graph to language models: tools of the Model Context Protocol (MCP) on standard input and output.

    A client such as a chat program or an editor starts it; docs/mcp.md has what to put into its settings. The tools
    read only, and each query is limited. It needs an extra: pip install 'kgraph-papers[mcp]'.

    \b
    Examples:
      kgraph mcp papers.kg
      kgraph mcp papers.kg --port 8001
    """
    from kgraph.graph import open_graph
    from kgraph.serving import Limits

    # There is one model, whose query gives way to nobody.
    chosen = Limits(**limits, workers=1, patience=limits["timeout"])
    open_graph(graph).serve_mcp(limits=chosen, port=port)


@click.command()
@graph_argument
@click.argument("address")
@click.option(
    "--user", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="Who writes; '' where nobody is asked."
)
@click.option("--database", envvar="NEO4J_DATABASE", help="The database. [default: the server's own]")
@quiet_option
@verbose_option
@subset_options
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
    subset, password = read_subset(opened, options), ask_password(user, address)
    with ProgressBars(quiet=quiet) as bars:
        counts = opened.push(address, user=user, password=password, database=database, subset=subset, progress=bars)
    if not quiet:
        click.echo(f"{counts['nodes']:,} nodes and {counts['relationships']:,} relationships at {address}", err=True)
