"""Commands that change graphs: add, remove, merge, diff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kgraph.cli.options import (
    extractor_options,
    graph_argument,
    json_option,
    means_options,
    quiet_option,
    verbose_option,
)


@click.command()
@graph_argument
@click.argument("inputs", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Stop at the first bad record instead of skipping it.")
@means_options
@extractor_options
@quiet_option
@verbose_option
def add(
    graph: Path, inputs: tuple[str, ...], strict: bool, quiet: bool, extractor_name: str, settings: tuple[str, ...],
    **means: Any,
) -> None:  # fmt: skip
    """Add papers to a graph: it is then what a build of all its papers would be.

    Only new papers are extracted, by the options, weights, vocabulary and corrections that the graph was built with.

    \b
    Example:
      kgraph add papers.kg this-week.jsonl
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_cost, report_problems, summarise_build

    extractor = choose_extractor(extractor_name, settings, {"model": None, "vocabulary": None})
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        opened = kgraph.add(
            graph, list(inputs), strict=strict, extractor=extractor, on_problem=on_problem, progress=bars, **means
        )
    report_cost(extractor)
    if not quiet:
        click.echo(summarise_build(graph, opened.info()), err=True)


@click.command()
@graph_argument
@click.argument("papers", nargs=-1, required=True)
@means_options
@extractor_options
@quiet_option
@verbose_option
def remove(
    graph: Path, papers: tuple[str, ...], quiet: bool, extractor_name: str, settings: tuple[str, ...], **means: Any
) -> None:
    """Remove papers from a graph: nothing of them stays in its folder.

    PAPERS are ids, arXiv ids, DOIs or titles.

    \b
    Example:
      kgraph remove papers.kg 2106.09685
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_problems, summarise_build

    extractor = choose_extractor(extractor_name, settings, {"model": None, "vocabulary": None})
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        opened = kgraph.remove(graph, papers, extractor=extractor, on_problem=on_problem, progress=bars, **means)
    if not quiet:
        click.echo(summarise_build(graph, opened.info()), err=True)


@click.command()
@click.argument("graphs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The graph to write, NAME.kg.")
@click.option("--force", is_flag=True, help="Replace a graph that is there.")
@means_options
@extractor_options
@quiet_option
@verbose_option
def merge(
    graphs: tuple[Path, ...], output: Path, force: bool, quiet: bool, extractor_name: str, settings: tuple[str, ...],
    **means: Any,
) -> None:  # fmt: skip
    """Make one graph of several that were built with the same options.

    \b
    Example:
      kgraph merge vision.kg language.kg -o both.kg
    """
    import kgraph
    from kgraph.console import ProgressBars, choose_extractor, report_problems, summarise_build

    extractor = choose_extractor(extractor_name, settings, {"model": None, "vocabulary": None})
    with ProgressBars(quiet=quiet) as bars, report_problems() as on_problem:
        made = kgraph.merge(
            graphs, output, force=force, extractor=extractor, on_problem=on_problem, progress=bars, **means
        )
    if not quiet:
        click.echo(summarise_build(output, made.info()), err=True)


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(0), help="How many of each to show.")
@json_option
def diff(old: Path, new: Path, limit: int, as_json: bool) -> None:
    """Tell which papers, entities and edges came and went from one graph to another.

    \b
    Examples:
      kgraph diff last-week.kg papers.kg
      kgraph diff last-week.kg papers.kg --json > changes.json
    """
    import kgraph
    from kgraph.console import format_difference, to_json

    found = kgraph.diff(old, new)
    click.echo(to_json(found) if as_json else format_difference(found, limit))
