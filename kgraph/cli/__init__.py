"""The command ``kgraph``: every command parses its arguments, makes one call of the Python API, and prints."""

from __future__ import annotations

import click

from kgraph.cli.asking import entities, info, path, query, related, search, show, validate
from kgraph.cli.changing import add, diff, merge, remove
from kgraph.cli.completion import completion
from kgraph.cli.making import build, extract, index, train
from kgraph.cli.manners import Manners
from kgraph.cli.taking import export, mcp, push, serve, view
from kgraph.version import __version__

_EXIT_CODES = """\b
Exit codes: 0 fine; 1 it cannot be done, found, or does not conform; 2 wrongly asked, or a name that several
share; 130 interrupted. Results go to standard output, all else to standard error. KGRAPH_TRACEBACK=1 shows
where an error came from. docs/command-line.md tells more.
"""


@click.group(cls=Manners, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EXIT_CODES)
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


for _command in (
    build,
    add,
    remove,
    merge,
    diff,
    extract,
    train,
    index,
    info,
    search,
    show,
    related,
    path,
    entities,
    query,
    validate,
    export,
    view,
    serve,
    mcp,
    push,
    completion,
):
    main.add_command(_command)
