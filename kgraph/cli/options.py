"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph.terminal import VERBOSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgraph.exploring.subset import Subset
    from kgraph.graph import Graph

TYPES = ("method", "model", "dataset", "task", "metric")
ROLES = ("introduces", "evaluates_on", "compares_with", "uses", "mentions")
EXTRACTORS = ("tagger", "gliner", "llm")
ENGINES = ("local", "spark")
EDGES = ("mentions", "co_mention", "shared_technique", "broader")

graph_argument = click.argument("graph", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")


def _note_verbosity(ctx: click.Context, _: click.Parameter, verbose: bool) -> None:
    ctx.meta[VERBOSE] = verbose


verbose_option = click.option(
    "-v", "--verbose", is_flag=True, expose_value=False, callback=_note_verbosity,
    help="A line a stage, with the seconds that it took, instead of bars.",
)  # fmt: skip


def knowledge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for what a build goes by beside what ships."""
    file = click.Path(path_type=Path, dir_okay=False)
    model = click.option("--model", type=file, help="Weights made by 'kgraph train'.")
    vocabulary = click.option("--vocabulary", type=file, help="Names of your own, SKOS (Turtle) or CSV.")
    curation = click.option("--curation", type=file, help="Corrections, CSV: merge, split, rename, retype, drop.")
    return model(vocabulary(curation(extractor_options(command))))


def extractor_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what finds the names."""
    name = click.option(
        "--extractor",
        "extractor_name",
        type=click.Choice(EXTRACTORS),
        default=EXTRACTORS[0],
        show_default=True,
        help="What finds the names; docs/extractors.md tells what the others need.",
    )
    setting = click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the extractor.")
    return name(setting(command))


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for extracting on a cluster."""
    options = [
        click.option(
            "--engine",
            type=click.Choice(ENGINES),
            default=ENGINES[0],
            show_default=True,
            help="What extracts: this machine, or a Spark cluster (docs/spark.md).",
        ),
        click.option("--master", metavar="URL", help="Spark's master: spark://HOST:7077, yarn, k8s://…, local[2]."),
        click.option(
            "--work",
            metavar="FOLDER",
            default="",
            help="Where Spark's machines share files: hdfs://…, s3a://…, a path.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def means_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for what a build may use."""
    memory = click.option(
        "--memory", metavar="SIZE", help="Memory of the relational engine before it turns to the disk, such as 4GB."
    )
    processes = click.option(
        "--processes", type=click.IntRange(1), help="Processes that extract. [default: one a core]"
    )
    return processes(memory(command))


def subset_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a part of a graph."""
    options = [
        click.option("--type", "types", multiple=True, type=click.Choice(TYPES), help="Entities of this type only."),
        click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Edges of this role only."),
        click.option("--edges", "edge_kinds", multiple=True, type=click.Choice(EDGES), help="Edges of this kind only."),
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


def read_subset(graph: Graph, options: dict[str, Any]) -> Subset:
    """Return the part of a graph that the options choose."""
    from kgraph.exploring.subset import Subset

    papers = tuple(graph.find(paper).id for paper in options.pop("papers"))
    focus = options.pop("focus")
    return Subset(papers=papers, focus=graph.find(focus).id if focus else "", **options)
