"""Paper → candidates: every occurrence of the names that the tagger finds, with type and role."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from loky import ProcessPoolExecutor

from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.labels import find_whole
from kgraph.extraction.model import TaggerModel, load_model
from kgraph.names import normal_form
from kgraph.records import FIELDS, Candidate, Field, Paper, Role

#: Papers that one process takes at a time, and the number below which no pool is worth its start.
CHUNK: Final = 64
FEWEST_FOR_POOL: Final = 150
_QUOTES: Final = "\"'`“”‘’«» \t\n"
#: The matrices of one paper are too small to be shared out among threads.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def extract_candidates(paper: Paper, model: TaggerModel | None = None) -> list[Candidate]:
    """Return the occurrences of names in one paper, in the order of the text, without overlap."""
    model = model or load_model()
    document = read_document(paper)
    names = complete_names(document, model.find_names(document))
    return make_candidates(document, names, model.find_roles(document, names))


def extract_all(
    papers: Sequence[Paper],
    *,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
    model_path: Path | None = None,
    vocabulary: Path | None = None,
) -> Iterator[list[Candidate]]:
    """Yield the candidates of each paper, in the order of the papers whatever the number of processes.

    ``progress`` is told how many papers have been done since it was last told.
    """
    count = min(processes or os.cpu_count() or 1, -(-len(papers) // CHUNK))
    chunks = [papers[at : at + CHUNK] for at in range(0, len(papers), CHUNK)]
    work = partial(_extract_chunk, model_path, vocabulary)
    if count < 2 or len(papers) < FEWEST_FOR_POOL:
        yield from _report(map(work, chunks), progress)
        return
    # Loky's workers do not import the caller's script anew, which would run it again where nothing guards it.
    with ProcessPoolExecutor(count, env=ONE_THREAD) as pool:
        yield from _report(pool.map(work, chunks), progress)


def _extract_chunk(model_path: Path | None, vocabulary: Path | None, papers: Sequence[Paper]) -> list[list[Candidate]]:
    model = load_model(model_path, vocabulary)
    return [extract_candidates(paper, model) for paper in papers]


def _report(
    chunks: Iterator[list[list[Candidate]]], progress: Callable[[int], None] | None
) -> Iterator[list[Candidate]]:
    for chunk in chunks:
        yield from chunk
        if progress:
            progress(len(chunk))


def complete_names(document: Document, names: Sequence[PaperName]) -> list[PaperName]:
    """Add the occurrences of the same spellings that were not tagged, where nothing else was tagged."""
    taken = {field: bytearray(len(document.paper.text(field))) for field in FIELDS}
    for name in names:
        for span in name.occurrences:
            taken[span.field][span.start : span.end] = b"\1" * (span.end - span.start)
    surfaces = sorted(
        ((surface, name) for name in names for surface in name.surfaces),
        key=lambda pair: (-len(pair[0]), pair[0]),
    )
    added = [
        Tagged(field, start, end, name.type, name.score)
        for surface, name in surfaces
        for field in FIELDS
        for start, end in _free_spans(surface, document.paper.text(field), taken[field])
    ]
    spans = [Tagged(s.field, s.start, s.end, name.type, s.score) for name in names for s in name.occurrences]
    return group_names(document, [*spans, *added])


def _free_spans(surface: str, text: str, taken: bytearray) -> Iterator[tuple[int, int]]:
    for start, end in find_whole(surface, text):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield start, end


def make_candidates(document: Document, names: Sequence[PaperName], roles: Sequence[Role]) -> list[Candidate]:
    """Return the occurrences of names as candidates, in the order of the text."""
    candidates = [
        _make_candidate(document, name, span, role)
        for name, role in zip(names, roles, strict=True)
        for span in name.occurrences
    ]
    return sorted(candidates, key=lambda each: (FIELDS.index(each.field), each.start))


def _make_candidate(document: Document, name: PaperName, span: Tagged, role: Role) -> Candidate:
    first, last = _inside_quotes(document.paper.text(span.field), span.start, span.end)
    surface = document.paper.text(span.field)[first:last]
    start, end = _sentence_around(document, span.field, first)
    return Candidate(
        paper=document.paper.id,
        field=span.field,
        start=first,
        end=last,
        surface=surface,
        type=name.type,
        role=role,
        confidence=round(min(max(span.score, 0.0), 1.0), 3),
        long_form=document.long_forms.get(normal_form(surface), ""),
        sentence_start=start,
        sentence_end=end,
    )


def _inside_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without quotation marks and white space at its ends, unless it is nothing else."""
    name = text[start:end]
    bare = name.strip(_QUOTES)
    if not bare:
        return start, end
    first = start + len(name) - len(name.lstrip(_QUOTES))
    return first, first + len(bare)


def _sentence_around(document: Document, field: Field, at: int) -> tuple[int, int]:
    return next(
        (each.start, each.end) for each in document.sentences if each.field == field and each.start <= at < each.end
    )
