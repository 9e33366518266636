"""What a format reader yields: raw records, and problems where there was no record to be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Problem:
    """A record (or a file of a folder) that was skipped: where it stands and why.

    ``file`` is a base name or ``<stdin>``; ``position`` is empty where the whole file is meant.

    >>> str(Problem("papers.jsonl", "line 12", "no title"))
    'papers.jsonl:line 12: no title'
    """

    file: str
    position: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.position}" if self.position else self.file
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as one format tells it, not yet cleaned.

    ``date`` is ISO 8601 or empty. ``identifiers`` are strings that may hold a DOI or an arXiv id
    (ids, addresses); what holds none is ignored. ``position`` is as in :class:`Problem`.
    """

    position: str
    title: str
    abstract: str = ""
    summary: bool = False
    date: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that a reader could not make out. It becomes a :class:`Problem` of the file."""

    position: str
    reason: str


class Refused(Exception):
    """Nothing more can be read from a file. ``position`` is empty where the whole file is meant."""

    def __init__(self, reason: str, position: str = "") -> None:
        self.reason = reason
        self.position = position
        super().__init__(reason)


Item = Record | Fault
#: A format reader: the UTF-8 bytes of a file (no byte order mark) to its records, in order.
Reader = Callable[[BinaryIO], Iterator[Item]]
