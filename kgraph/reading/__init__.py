"""Files, folders and standard input to distinct papers: a file a format, told by content."""

from kgraph.reading.formats import FORMAT_NAMES
from kgraph.reading.identity import (
    find_identifiers,
    fold_title,
    group_records,
    merge_papers,
    merge_records,
    name_paper,
)
from kgraph.reading.papers import read_papers, read_records
from kgraph.reading.record import Problem

__all__ = [
    "FORMAT_NAMES",
    "Problem",
    "find_identifiers",
    "fold_title",
    "group_records",
    "merge_papers",
    "merge_records",
    "name_paper",
    "read_papers",
    "read_records",
]
