"""Entries of formats of tagged lines (RIS, NBIB): from a line that starts one to the next such line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from .decoding import Line, read_lines
from .record import Fault, Item, Refused

_LONGEST_ENTRY: Final = 100_000


def read_entries(stream: BinaryIO, start: re.Pattern[str], read: Callable[[list[Line]], Item]) -> Iterator[Item]:
    """Yield what ``read`` makes of each entry, or the fault of its first bad line.

    An entry ends where the next begins, so that a lost end costs nothing; what stands before the first is passed over.
    Raises :class:`Refused` where one goes on for ever.
    """
    entry: list[Line] = []
    for line in read_lines(stream):
        starts = start.match(line.text)
        if starts and entry:
            yield _sound(entry, read)
            entry = []
        if entry or starts:
            entry.append(line)
        if len(entry) > _LONGEST_ENTRY:
            raise Refused("an entry without an end", f"line {entry[0].number}")
    if entry:
        yield _sound(entry, read)


def _sound(entry: list[Line], read: Callable[[list[Line]], Item]) -> Item:
    fault = next((line for line in entry if line.fault), None)
    return Fault(f"line {fault.number}", fault.fault) if fault else read(entry)
