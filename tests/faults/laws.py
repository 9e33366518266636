"""What must hold whatever somebody throws at kgraph: an outcome, or a :class:`KgraphError` of one line."""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import seeds
from marking import SMALL_CORPUS, make_tables, mark
from pyoxigraph import Store

from kgraph.errors import KgraphError
from kgraph.exploring.nodes import find_node
from kgraph.exploring.searching import search_nodes
from kgraph.extraction.extracting import extract_candidates
from kgraph.extraction.labels import read_labels
from kgraph.querying import run_query
from kgraph.rdf.store import memory_store
from kgraph.rdf.triples import ntriples
from kgraph.reading import FORMAT_NAMES, Problem, read_papers
from kgraph.records import Candidate, Paper
from kgraph.resolution.curation import read_curation
from kgraph.terminal import one_line
from kgraph.vocabulary import read_csv, read_skos

if TYPE_CHECKING:
    from kgraph.storing.tables import MemoryTables

_BASE: Final = "https://w3id.org/kgraph/"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
#: More than this nobody reads: a message that repeats a whole file is as bad as none.
_LONGEST_MESSAGE: Final = 1_000
_SUFFIXES: Final = ("", ".txt", ".json", ".jsonl.gz", ".bib", ".csv", ".xml", ".ris", ".zst")


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Let a :class:`KgraphError` pass that is one line, and nothing else."""
    try:
        yield
    except KgraphError as error:
        # The command line shows it so.
        _check_line(one_line(str(error)))


def _check_line(line: str) -> None:
    assert line.strip()
    assert "\n" not in line, line
    assert len(line) < _LONGEST_MESSAGE, line
    line.encode()


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="kgraph-faults-", dir=memory if memory.is_dir() else None))


def _file(data: bytes, name: str = "input") -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def check_reading(data: bytes, format_name: str | None = None) -> None:
    """Papers come out that are clean, or one line; by the format's reader and by whatever it looks like."""
    number = zlib.crc32(data)
    path = _file(data, f"input{_SUFFIXES[number % len(_SUFFIXES)]}")
    _read(path, format_name if number & 256 else None, strict=number % 7 == 0)


def check_folder(data: bytes) -> None:
    """A folder of files of which one is damaged."""
    folder = _folder() / "folder"
    folder.mkdir(exist_ok=True)
    (folder / "good.jsonl").write_bytes(seeds.FILES["jsonl"][0])
    (folder / f"damaged{_SUFFIXES[zlib.crc32(data) % len(_SUFFIXES)]}").write_bytes(data)
    papers = _read(folder, None, strict=False)
    assert papers
    for path in folder.iterdir():
        path.unlink()


def _read(path: Path, format_name: str | None, *, strict: bool) -> list[Paper]:
    problems: list[Problem] = []
    papers: list[Paper] = []
    with one_clear_line():
        papers = read_papers([path], format=format_name, strict=strict, on_problem=problems.append)
    for problem in problems:
        _check_line(str(problem))
    for paper in papers:
        assert paper.title.strip()
        assert paper.url == "" or paper.url.startswith(("http://", "https://"))
        for text in (paper.id, paper.title, paper.abstract, paper.url, paper.date, *paper.authors):
            assert not _CONTROLS.search(text), text
        assert re.fullmatch(r"paper/[\w.~%-]+", paper.id, re.ASCII), paper.id
    return papers


def check_tagging(data: bytes) -> None:
    """Names stand in the text at their offsets, in their sentences, and do not overlap."""
    text = _CONTROLS.sub("", data.decode(errors="replace"))
    title, _, abstract = text.partition("\n")
    paper = Paper("paper/a", title, abstract)
    check_candidates(paper, extract_candidates(paper))


def check_candidates(paper: Paper, candidates: Sequence[Candidate]) -> None:
    """See :func:`check_tagging`."""
    ends = {"title": 0, "abstract": 0}
    for each in candidates:
        assert each.paper == paper.id
        assert ends[each.field] <= each.start < each.end
        assert paper.text(each.field)[each.start : each.end] == each.surface
        assert each.sentence_start <= each.start
        assert each.start < each.sentence_end <= len(paper.text(each.field))
        assert 0 <= each.confidence <= 1
        ends[each.field] = each.end


def check_curation(data: bytes) -> None:
    """A file of corrections is read or told."""
    with one_clear_line():
        read_curation(_file(data, "curation.csv"))


def check_vocabulary(data: bytes) -> None:
    """A vocabulary is read or told, in Turtle and as CSV."""
    for read, name in ((read_skos, "own.ttl"), (read_csv, "own.csv")):
        with one_clear_line():
            read(_file(data, name))


def check_labels(data: bytes) -> None:
    """Labelled papers are read or told."""
    with one_clear_line():
        read_labels([_file(data, "labels.jsonl")])


#: Queries of so many groups are held to be joins without end.
_MOST_GROUPS: Final = 8


@cache
def _graph() -> tuple[MemoryTables, Store]:
    paper, names, long_forms = SMALL_CORPUS[0]
    tables = make_tables([(paper, mark(paper, names, long_forms))])
    return tables, memory_store(ntriples(tables, _BASE))


def check_query(data: bytes) -> None:
    """A query is answered or told, and what is answered can be written in its forms."""
    # What joins everything with everything again and again takes all memory, in any engine: it is asked of nothing.
    store = _graph()[1] if data.count(b"{") < _MOST_GROUPS else Store()
    with one_clear_line():
        result = run_query(store, data.decode(errors="replace"), max_rows=5)
        if result.kind == "select":
            rows = list(result)
            assert len(rows) <= 5


def check_name(data: bytes) -> None:
    """Any text is looked for, and found or not."""
    text = data.decode(errors="replace")
    search_nodes(_graph()[0], text, limit=3)
    with one_clear_line():
        find_node(_graph()[0], text, _BASE)


#: What is tried by its name: the law, and the inputs that damage begins with.
TARGETS: Final[dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]]] = {
    **{name: (partial(check_reading, format_name=name), seeds.FILES[name]) for name in FORMAT_NAMES},
    "any": (check_reading, seeds.EVERYTHING),
    "gzip": (check_reading, seeds.GZIPPED),
    "zstandard": (check_reading, seeds.ZSTANDARD),
    "folder": (check_folder, seeds.EVERYTHING),
    "tagger": (check_tagging, seeds.PROSE),
    "curation": (check_curation, seeds.CURATION),
    "vocabulary": (check_vocabulary, seeds.VOCABULARIES),
    "labels": (check_labels, seeds.LABELS),
    "query": (check_query, seeds.QUERIES),
    "name": (check_name, seeds.NAMES),
}
