"""How the command line ends: one line on standard error for what went wrong, and an exit code that tells its kind."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from kgraph.errors import AmbiguousNode, KgraphError
from kgraph.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Exit codes beside those of :mod:`kgraph.errors`: 0 fine, 1 cannot be done or found, 2 wrongly asked.
INTERNAL: Final = 70
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
#: An environment variable that shows where an error came from.
TRACEBACK: Final = "KGRAPH_TRACEBACK"
_GIVEN: Final = "kgraph.arguments"


class Manners(click.Group):
    """A group of commands that never ends in a traceback, unless ``KGRAPH_TRACEBACK=1`` asks for it."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command; see :meth:`click.Command.main`."""
        try:
            return super().main(args, *more, **options)
        except BrokenPipeError:
            _leave_pipe()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments apart, and remember them."""
        ctx.meta[_GIVEN] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named, and end as the module says."""
        try:
            result = super().invoke(ctx)
            # What is still in the buffer may find no reader either.
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort, EOFError):
            raise
        except AmbiguousNode as error:
            _end(str(error), error.exit_code, error)
        except KgraphError as error:
            _end(one_line(str(error)), error.exit_code, error)
        except KeyboardInterrupt as error:
            _end("interrupted", INTERRUPTED, error)
        except BrokenPipeError:
            # The reader of our output has had enough (kgraph … | head).
            _leave_pipe()
        except MemoryError as error:
            _end("memory is at its end; --memory and --processes use less of it, where a command has them", 1, error)
        except OSError as error:
            _end(_told(error), 1, error)
        except Exception as error:  # noqa: BLE001 - the last resort
            if "query interrupted" in str(error).lower():
                # So the relational engine tells of Ctrl-C.
                _end("interrupted", INTERRUPTED, error)
            strange = next((value for value in ctx.meta[_GIVEN] if not _is_unicode(value)), None)
            if strange is not None:
                _end(f"{os.fsencode(strange)!r} is no text in UTF-8", 2, error)
            if type(error).__module__.strip("_").startswith("duckdb"):
                _end(_told_by_engine(error), 1, error)
            kind = f"{type(error).__name__}: {one_line(str(error))[:300]}"
            _end(f"an error that should not be ({kind}); {TRACEBACK}=1 shows where, please report it", INTERNAL, error)
        return result


def _end(message: str, code: int, error: BaseException) -> NoReturn:
    if os.environ.get(TRACEBACK, "") not in ("", "0"):
        import traceback

        traceback.print_exception(error)
    click.echo(f"kgraph: {message}", err=True)
    sys.exit(code)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _told(error: OSError) -> str:
    """Return what the system says, and of which file; what a full disk needs is plain.

    >>> _told(PermissionError(13, "Permission denied", "papers.kg"))
    'papers.kg: Permission denied'
    """
    reason = error.strerror or str(error) or type(error).__name__
    return f"{os.fsdecode(error.filename)}: {reason}" if isinstance(error.filename, str | bytes) else reason


def _told_by_engine(error: Exception) -> str:
    """Return what stopped the relational engine; its own message goes on with the SQL."""
    first = str(error).partition("LINE 1")[0].strip().partition("\n")[0][:200]
    is_full = any(sign in str(error) for sign in ("Could not write", "No space left"))
    if is_full or "OutOfMemory" in type(error).__name__:
        return f"memory or disk is at its end ({first}); give --memory less where the disk has room, else free some"
    return f"the tables of the graph cannot be read ({first}); build it anew"


def _leave_pipe() -> NoReturn:
    """End without a word; the interpreter, which flushes at its end, gets somewhere to write to."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    sys.exit(BROKEN_PIPE)
