"""The command ``kgraph``: every command parses its arguments, makes one call of the Python API, and prints."""

from __future__ import annotations

import sys
from typing import Any

import click

from kgraph.cli.asking import entities, info, path, query, related, search, show, validate
from kgraph.cli.changing import add, diff, merge, remove
from kgraph.cli.making import build, extract, index, train
from kgraph.cli.taking import export, push, serve, view
from kgraph.errors import KgraphError
from kgraph.version import __version__


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
    push,
):
    main.add_command(_command)
