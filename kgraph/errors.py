"""What can go wrong, told so that the reader knows what to do. The command line prints the message alone."""

from __future__ import annotations


class KgraphError(Exception):
    """An error with a message for people; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class InputError(KgraphError):
    """An input is missing, unreadable, or held no paper."""


class GraphError(KgraphError):
    """A graph is missing, broken, of another format version, or stands in the way."""


class QueryError(KgraphError):
    """A query does not parse, names what is unknown, or asks for what is not allowed."""


class OutputError(KgraphError):
    """An output cannot be written."""


class UsageError(KgraphError):
    """Arguments that do not go together or a value that is not known."""

    exit_code = 2


class UnknownNode(KgraphError):
    """No paper or entity answers to the name that was given."""


class AmbiguousNode(KgraphError):
    """Several papers or entities answer to the name that was given."""

    exit_code = 2

    def __init__(self, text: str, candidates: list[str]) -> None:
        self.candidates = candidates
        super().__init__(
            f"{text!r} may be any of these; give the id:\n" + "\n".join(f"  {line}" for line in candidates)
        )
