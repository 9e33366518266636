"""What the shell offers when Tab is pressed, and the command that teaches it to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHELLS: Final = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands, options, named queries and export formats.

    \b
    Examples:
      eval "$(kgraph completion bash)"              in ~/.bashrc
      eval "$(kgraph completion zsh)"               in ~/.zshrc
      kgraph completion fish > ~/.config/fish/completions/kgraph.fish
    """
    kind = get_completion_class(shell)
    assert kind
    click.echo(kind(ctx.find_root().command, {}, "kgraph", "_KGRAPH_COMPLETE").source())


def complete_query(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the named queries that begin so, with what they answer."""
    from kgraph.querying import named_queries

    return _items(((query.name, query.title) for query in named_queries().values()), incomplete)


def complete_parameter(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return ``KEY=`` for the parameters of the query that ``--name`` names."""
    from kgraph.querying import named_queries

    query = named_queries().get(ctx.params.get("name") or "")
    return _items(((f"{p.name}=", p.about) for p in query.parameters), incomplete) if query else []


def complete_format(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the export formats that begin so, with what they carry."""
    from kgraph.exporting import TARGETS

    return _items(((name, target.carries) for name, target in TARGETS.items()), incomplete)


def _items(offers: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(value, help=about) for value, about in offers if value.startswith(incomplete)]
