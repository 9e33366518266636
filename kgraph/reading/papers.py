"""From inputs to distinct papers."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from kgraph.errors import InputError
from kgraph.records import Paper, Source
from kgraph.terminal import one_line

from .cleaning import clean, web_address
from .formats import Format, find_format, sniff_format
from .identity import find_identifiers, merge_papers, name_paper
from .opening import DAMAGE, STANDARD_INPUT, Opened, base_name, is_folder, list_files, open_input
from .record import Fault, Item, Problem, Record, Refused

_LISTING_SUFFIXES = ("", ".txt", ".text")
#: Characters of a title or an abstract. Whole books are within it; more would fill the memory of later stages.
LONGEST_TEXT: Final = 1_000_000


def read_papers(
    inputs: Sequence[str | Path],
    *,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
    format: str | None = None,  # noqa: A002
    summaries: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Paper]:
    """Read the distinct papers in files, folders and standard input (``-``), sorted by id.

    The order of the inputs does not matter. The rest is as :func:`read_records` has it.
    """
    return merge_papers(
        read_records(
            inputs, strict=strict, on_problem=on_problem, format=format, summaries=summaries, progress=progress
        )
    )


def read_records(
    inputs: Sequence[str | Path],
    *,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
    format: str | None = None,  # noqa: A002
    summaries: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Paper]:
    """Yield the records in files, folders and standard input (``-``) as they are read; some may be the same paper.

    Formats and compression (gzip, Zstandard) are told by content, unless ``format`` names one. A bad record is
    skipped and told to ``on_problem`` (a warning where that is None); with ``strict`` it raises instead.
    ``summaries`` marks all texts as not the authors' own. ``progress`` is called with the number of records read
    so far.

    Raises InputError where an input is missing, is no text, or has no paper in it.
    """
    chosen = find_format(format) if format else None
    tell = on_problem or _warn
    given = [inputs] if isinstance(inputs, str | Path) else inputs
    count = 0
    for path in dict.fromkeys(map(str, given)):
        before = count
        problems: list[Problem] = []
        for item in _read_input(path, chosen, summaries, tell):
            if isinstance(item, Paper):
                count += 1
                yield item
                if progress:
                    progress(count)
                continue
            if strict:
                raise InputError(str(item))
            tell(item)
            problems = problems or [item]
        if count == before:
            raise InputError(_no_paper(path, problems))


def _warn(problem: Problem) -> None:
    warnings.warn(str(problem), stacklevel=3)


def _no_paper(path: str, problems: list[Problem]) -> str:
    return f"{_as_given(path)}: no paper in it" + "".join(f"; the first problem: {problem}" for problem in problems)


def _as_given(path: str) -> str:
    return base_name(path) if path == STANDARD_INPUT else clean(path)


def _read_input(
    path: str, chosen: Format | None, summaries: bool, pass_over: Callable[[Problem], None]
) -> Iterator[Paper | Problem]:
    if is_folder(path):
        yield from _read_folder(Path(path), chosen, summaries, pass_over)
        return
    try:
        yield from _read_file(path, lambda opened: chosen or _choose_format(opened), summaries)
    except Refused as refusal:
        raise InputError(f"{_as_given(path)}: {refusal.reason}") from None


def _read_folder(
    folder: Path, chosen: Format | None, summaries: bool, pass_over: Callable[[Problem], None]
) -> Iterator[Paper | Problem]:
    for file in list_files(folder):
        if isinstance(file, Problem):
            pass_over(file)  # no record gone bad: strictness has nothing to say
            continue
        empty = True
        try:
            for item in _read_file(file, lambda opened: chosen or _choose_format_in_folder(opened), summaries):
                empty = False
                yield item
            if empty:
                raise Refused("no paper in it")
        except Refused as refusal:
            yield Problem(base_name(file), "", refusal.reason)
        except InputError as error:
            yield Problem(base_name(file), "", str(error).removeprefix(f"{clean(str(file))}: "))


def _choose_format(opened: Opened) -> Format:
    entry = sniff_format(opened.head, opened.suffix)
    if entry is None:
        page = re.search("<html|<!doctype html", opened.head[:2000], re.IGNORECASE)
        raise Refused("in no format that kgraph reads" + (" (an HTML page: save it as text)" if page else ""))
    return entry


def _choose_format_in_folder(opened: Opened) -> Format:
    """Choose the format of a file that nobody named: prose in a README or a program is no listing."""
    entry = _choose_format(opened)
    if entry.name == "listing" and opened.suffix not in _LISTING_SUFFIXES:
        raise Refused("in no format that kgraph reads (a listing in a folder is a .txt file)")
    return entry


def _read_file(path: str | Path, choose: Callable[[Opened], Format], summaries: bool) -> Iterator[Paper | Problem]:
    with open_input(path) as opened:
        items = _read_items(opened, choose(opened))
        for number, item in enumerate(items, start=1):
            if isinstance(item, Fault):
                yield Problem(opened.name, item.position, one_line(item.reason))
            else:
                yield _make_paper(item, Source(opened.name, number), summaries)


def _read_items(opened: Opened, entry: Format) -> Iterator[Item]:
    try:
        yield from entry.read(opened.stream)
    except Refused as refusal:
        yield Fault(refusal.position, refusal.reason)
    except DAMAGE as error:
        yield Fault("", f"damaged, the rest is lost: {error}")


def _make_paper(record: Record, source: Source, summaries: bool) -> Paper | Problem:
    title, abstract = clean(record.title), clean(record.abstract)
    if not title.strip():
        return Problem(source.file, record.position, "no title")
    longest = max(len(title), len(abstract))
    if longest > LONGEST_TEXT:
        return Problem(source.file, record.position, f"a text of {longest:,} characters is no title and no abstract")
    found = (find_identifiers(clean(text)) for text in record.identifiers)
    identifiers = tuple(sorted(set().union(*found)))
    return Paper(
        id=name_paper(title, identifiers),
        title=title,
        abstract=abstract if abstract.strip() else "",
        text_kind="summary" if summaries or record.summary else "abstract",
        date=record.date,
        url=web_address(record.url),
        authors=tuple(name for name in (clean(author).strip() for author in record.authors) if name),
        identifiers=identifiers,
        sources=(source,),
    )
