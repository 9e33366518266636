"""CSV and TSV with a header line; the columns may have any of the names in ``fields``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final

from .decoding import Line, read_lines
from .fields import TITLE_KEYS, fold_key, record_from
from .record import Fault, Item, Refused

_DELIMITERS: Final = (",", ";", "\t", "|")
#: Abstracts are short, but full texts stand in cells too; the default of 128 KiB would lose these rows.
_LONGEST_CELL: Final = 16 * 2**20


def looks_like_table(head: str) -> bool:
    """Tell a text whose first line is a header with a title column."""
    return _delimiter(_first_line(head)) is not None


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _delimiter(header: str) -> str | None:
    """Return the delimiter which makes most columns of a header, one of them the title's."""
    rows = {delimiter: _columns(header, delimiter) for delimiter in _DELIMITERS}
    fitting = [delimiter for delimiter, row in rows.items() if not set(TITLE_KEYS).isdisjoint(row)]
    return max(fitting, key=lambda delimiter: len(rows[delimiter]), default=None)


def _columns(header: str, delimiter: str) -> list[str]:
    try:
        return [fold_key(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:
        return []


def read_table(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of the rows. A row with a fault costs the lines that it spans, no more."""
    lines = read_lines(stream)
    header = next((line for line in lines if line.text.strip()), Line(1, "", ""))
    delimiter = _delimiter(header.text)
    if delimiter is None:
        raise Refused("no header with a title column", f"line {header.number}")
    names = next(csv.reader([header.text], delimiter=delimiter))
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    for number, row in _read_rows(_Feed(lines), delimiter, len(names)):
        position = f"line {number}"
        if isinstance(row, str):
            yield Fault(position, row)
        elif len(row) > len(names):
            yield Fault(position, f"{len(row)} cells under a header of {len(names)}")
        elif any(cell.strip() for cell in row):
            yield record_from(dict(zip(names, row, strict=False)), position)


class _Feed:
    """Hands lines to the csv module, remembers those of the row at work, and can take them back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._returned: list[Line] = []
        self.row: list[Line] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.row.append(line)
        return line.text + "\n"

    def take_back_all_but_first(self) -> None:
        self._returned += reversed(self.row[1:])


def _read_rows(feed: _Feed, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the rows with the numbers of their first lines; in place of a bad row what is wrong."""
    # Strict, for a quote that never closes would otherwise swallow the rest of the file in silence.
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.row = []
        try:
            row: list[str] | str = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            feed.take_back_all_but_first()
            plain = feed.row[0].text.split(delimiter)
            # Tables with tabs are often written without any quoting.
            row = plain if delimiter == "\t" and len(plain) == width else f"not a row of the table: {error}"
        fault = next((line.fault for line in feed.row if line.fault), None)
        yield feed.row[0].number, fault or row
