"""The table of formats. A new format is a file with a reader and a sniffer, and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kgraph.errors import UsageError

from .atom import looks_like_atom, read_atom
from .bibtex import looks_like_bibtex, read_bibtex
from .delimited import looks_like_table, read_table
from .json_records import looks_like_json, looks_like_json_lines, read_json, read_json_lines
from .listing import looks_like_listing, read_listing
from .nbib import looks_like_nbib, read_nbib
from .record import Reader
from .ris import looks_like_ris, read_ris


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, how its text is told from others by the first mebibyte, and its reader.

    ``suffixes`` decide only where the content does not.
    """

    name: str
    suffixes: tuple[str, ...]
    looks_like: Callable[[str], bool]
    read: Reader


#: In the order in which they are tried.
FORMATS: Final = (
    Format("atom", (".atom", ".xml"), looks_like_atom, read_atom),
    Format("jsonl", (".jsonl", ".ndjson"), looks_like_json_lines, read_json_lines),
    Format("json", (".json",), looks_like_json, read_json),
    Format("nbib", (".nbib",), looks_like_nbib, read_nbib),
    Format("ris", (".ris",), looks_like_ris, read_ris),
    Format("bibtex", (".bib", ".bibtex"), looks_like_bibtex, read_bibtex),
    Format("table", (".csv", ".tsv"), looks_like_table, read_table),
    Format("listing", (".txt", ".text"), looks_like_listing, read_listing),
)
FORMAT_NAMES: Final = tuple(sorted(entry.name for entry in FORMATS))


def find_format(name: str) -> Format:
    """Return the format of that name. Raises UsageError where there is none."""
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise UsageError(f"{name!r} is not a format; the formats are {', '.join(FORMAT_NAMES)}")


def sniff_format(head: str, suffix: str) -> Format | None:
    """Return the format that a text is in by its beginning, else by the suffix of its file; None where unknown."""
    by_content = next((entry for entry in FORMATS if entry.looks_like(head)), None)
    return by_content or next((entry for entry in FORMATS if suffix in entry.suffixes), None)
