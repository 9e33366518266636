"""Commands that make a graph: build, extract, train, index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kgraph.cli.options import (
    cluster_options,
    graph_argument,
    knowledge_options,
    means_options,
    quiet_option,
    verbose_option,
)


@click.command()
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
@click.option(
    "--candidates",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Files of 'kgraph extract --shard'; nothing is extracted then.",
)
@means_options
@cluster_options
@knowledge_options
@quiet_option
@verbose_option
def build(
    inputs: tuple[str, ...], output: Path, force: bool, base_iri: str, no_store: bool, strict: bool, summaries: bool,
    candidates: tuple[Path, ...], processes: int | None, memory: str | None, quiet: bool, extractor_name: str,
    settings: tuple[str, ...], engine: Any, master: str | None, work: str, **knowledge: Any,
) -> None:  # fmt: skip
    """Build a graph from papers.

    INPUTS are files, folders, or - for standard input: listing pages saved as text, JSON, JSON Lines, CSV,
    BibTeX, RIS, PubMed's NBIB, or arXiv Atom, plain or compressed (.gz, .zst). The format is told by the content.

    \b
    Examples:
      kgraph build library.bib -o library.kg
      kgraph build pages/ more.jsonl.gz -o papers.kg --force
      curl -s URL | kgraph build - -o papers.kg
      kgraph build papers.jsonl -o papers.kg --candidates part-*.parquet
      kgraph build papers.jsonl -o papers.kg --engine spark --master yarn --work hdfs:///tmp
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_cost, report_problems, summarise_build

    # A shell makes of part*.parquet one option and further arguments.
    more = [given for given in inputs if candidates and given.endswith(".parquet")]
    papers, parts = [given for given in inputs if given not in more], [*candidates, *map(Path, more)]
    extractor = choose_extractor(extractor_name, settings, knowledge)
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        graph = kgraph.build(
            papers, output, force=force, base_iri=base_iri, store=not no_store, strict=strict,
            summaries=summaries, candidates=parts, processes=processes, memory=memory, extractor=extractor,
            on_problem=on_problem, progress=bars, engine=engine, master=master, work=work, **knowledge,
        )  # fmt: skip
    report_cost(extractor)
    if not quiet:
        click.echo(summarise_build(output, graph.info()), err=True)


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Stop at the first bad record instead of skipping it.")
@means_options
@click.option("--shard", metavar="K/N", help="Write the candidates of part K of N, for 'kgraph build --candidates'.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file for the part, with --shard.")
@knowledge_options
@click.option("--dry-run", is_flag=True, help="Only tell what a language model would read, write and cost.")
@quiet_option
@verbose_option
def extract(
    inputs: tuple[str, ...], strict: bool, processes: int | None, memory: str | None, quiet: bool, dry_run: bool,
    shard: str | None, output: Path | None, extractor_name: str, settings: tuple[str, ...], **knowledge: Any,
) -> None:  # fmt: skip
    """Print what the papers mention, a JSON object a paper, without building a graph.

    \b
    Examples:
      kgraph extract papers.jsonl > entities.jsonl
      kgraph extract papers.jsonl --shard 1/8 -o part-1.parquet
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, read_shard, report_cost, report_problems

    if bool(shard) != bool(output):
        raise click.UsageError("--shard K/N and -o FILE go together")

    extractor = choose_extractor(extractor_name, settings, knowledge)
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        if dry_run:
            click.echo(kgraph.estimate(list(inputs), extractor, strict=strict, on_problem=on_problem))
            return
        if shard and output:
            if knowledge.pop("curation"):
                raise click.UsageError("--curation is for the build: a part holds what was found before corrections")
            part, of = read_shard(shard)
            kgraph.extract_part(
                list(inputs), output, shard=part, of=of, strict=strict, processes=processes, memory=memory,
                extractor=extractor, on_problem=on_problem, progress=bars, **knowledge,
            )  # fmt: skip
            return
        papers = kgraph.extract(
            list(inputs), strict=strict, processes=processes, memory=memory, extractor=extractor,
            on_problem=on_problem, progress=bars, **knowledge,
        )  # fmt: skip
        for paper in papers:
            click.echo(json.dumps(paper, ensure_ascii=False))
    report_cost(extractor)


@click.command()
@click.argument("labels", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The weights to write.")
@click.option(
    "--more", multiple=True, type=click.Path(path_type=Path), help="Labels by other readers: they count half."
)
@click.option(
    "--first", multiple=True, type=click.Path(path_type=Path),
    help="Many labels to begin with, in place of what the shipped tagger knows.",
)  # fmt: skip
@click.option(
    "--own", multiple=True, type=click.Path(path_type=Path),
    help="Papers in which only what they introduce was labelled.",
)  # fmt: skip
def train(
    labels: tuple[Path, ...], output: Path, more: tuple[Path, ...], first: tuple[Path, ...], own: tuple[Path, ...]
) -> None:
    """Train the tagger on papers that you have labelled.

    LABELS are JSON Lines with title, abstract and entities (name, type, role, surfaces); docs/training.md tells how
    to write them.

    \b
    Example:
      kgraph train my-labels.jsonl -o my-field.model
      kgraph build papers.bib -o papers.kg --model my-field.model
    """
    import kgraph

    click.echo(kgraph.train(list(labels), output, more=list(more), first=list(first), own=list(own)), err=True)


@click.command()
@graph_argument
@quiet_option
def index(graph: Path, quiet: bool) -> None:
    """Make the triple store of a graph anew from its tables.

    \b
    Example:
      kgraph build papers.bib -o papers.kg --no-store && kgraph index papers.kg
    """
    from kgraph.graph import open_graph

    triples = open_graph(graph).index()
    if not quiet:
        click.echo(f"{triples:,} triples", err=True)
