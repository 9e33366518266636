"""Paper → candidates: every occurrence of the names that the tagger finds, with type and role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from kgraph.extraction.claims import paper_claims
from kgraph.extraction.definitions import join_own_names
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.extensions import add_extensions
from kgraph.extraction.labels import find_whole
from kgraph.extraction.model import TaggerModel, load_model
from kgraph.extraction.pool import CHUNK, FEWEST_FOR_POOL, count_processes, map_pieces, process_started
from kgraph.names import normal_form
from kgraph.notation import find_bare
from kgraph.records import FIELDS, Candidate, Field, Paper, Role
from kgraph.resources import collector_paused

_QUOTES: Final = "\"'`“”‘’«» \t\n"
_DASHES: Final = "-–—"


def extract_candidates(paper: Paper, model: TaggerModel | None = None) -> list[Candidate]:
    """Return the occurrences of names in one paper, in the order of the text, without overlap."""
    return extract_papers([paper], model or load_model())[0]


def extract_papers(papers: Sequence[Paper], model: TaggerModel) -> list[list[Candidate]]:
    """Return the occurrences of names in each paper; the same as one by one, but faster."""
    with collector_paused():
        documents = list(map(read_document, papers))
        names = list(map(complete_names, documents, model.find_all_names(documents)))
        likely = map(_drop_doubtful, names, model.find_all_roles(documents, names))
        return [make_candidates(document, *each) for document, each in zip(documents, likely, strict=True)]


def extract_all(
    papers: Iterable[Paper],
    *,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
    model_path: Path | None = None,
    vocabulary: Path | None = None,
    is_started: bool = False,
) -> Iterator[list[Candidate]]:
    """Yield the candidates of each paper, in the order of the papers whatever the number of processes.

    Papers are taken as they are needed. ``progress`` is told how many have been done since it was last told. With
    ``is_started`` even a few go to another process: the one of :func:`extraction_started`.
    """
    given = iter(papers)
    chunks = iter(lambda: list(islice(given, CHUNK)), [])
    work, fewest = partial(_extract_chunk, model_path, vocabulary), 1 if is_started else FEWEST_FOR_POOL
    for found in map_pieces(work, chunks, processes=processes, fewest=fewest):
        yield from found
        if progress:
            progress(len(found))


@contextmanager
def extraction_started(
    *, processes: int | None = None, model_path: Path | None = None, vocabulary: Path | None = None
) -> Iterator[bool]:
    """Begin to load a model in another process, while this one does other things; give whether there may be one."""
    if count_processes(processes) < 2:
        yield False
        return
    with process_started(_extract_chunk, model_path, vocabulary, []):
        yield True


def _extract_chunk(model_path: Path | None, vocabulary: Path | None, papers: Sequence[Paper]) -> list[list[Candidate]]:
    return extract_papers(papers, load_model(model_path, vocabulary))


def complete_names(document: Document, names: Sequence[PaperName]) -> list[PaperName]:
    """Add the occurrences of the same spellings that were not tagged, where nothing else was tagged."""
    claims = paper_claims(document.paper)
    for name in names:
        for span in name.occurrences:
            claims[span.field].take(span.start, span.end)
    surfaces = sorted(
        ((surface, name) for name in names for surface in name.surfaces),
        key=lambda pair: (-len(pair[0]), pair[0]),
    )
    added = [
        Tagged(field, start, end, name.type, name.score, name.own)
        for surface, name in surfaces
        for field in FIELDS
        for start, end in find_whole(surface, document.paper.text(field))
        if claims[field].claim(start, end)
    ]
    spans = [Tagged(s.field, s.start, s.end, name.type, s.score, s.own) for name in names for s in name.occurrences]
    return group_names(document, [*spans, *added])


def _drop_doubtful(names: Sequence[PaperName], roles: Sequence[Role | None]) -> tuple[list[PaperName], list[Role]]:
    kept = [(name, role) for name, role in zip(names, roles, strict=True) if role]
    return [name for name, _ in kept], [role for _, role in kept]


def make_candidates(document: Document, names: Sequence[PaperName], roles: Sequence[Role]) -> list[Candidate]:
    """Return the occurrences of names as candidates, in the order of the text; two names of its own thing are one."""
    document, names, roles = join_own_names(document, *add_extensions(document, names, roles))
    candidates = [
        _make_candidate(document, name, span, role)
        for name, role in zip(names, roles, strict=True)
        for span in name.occurrences
    ]
    return sorted(candidates, key=lambda each: (FIELDS.index(each.field), each.start))


def _make_candidate(document: Document, name: PaperName, span: Tagged, role: Role) -> Candidate:
    first, last = _bare(document.paper.text(span.field), span.start, span.end)
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


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without quotation marks, stray marks and white space at its ends and dashes behind.

    Where nothing is left it is returned as it is.
    """
    name = text[start:end]
    first, last = find_bare(name)
    inside = name[first:last]
    bare = inside.strip(_QUOTES).rstrip(_QUOTES + _DASHES)
    if not bare:
        return start, end
    first += start + len(inside) - len(inside.lstrip(_QUOTES))
    return first, first + len(bare)


def _sentence_around(document: Document, field: Field, at: int) -> tuple[int, int]:
    return next(
        (each.start, each.end) for each in document.sentences if each.field == field and each.start <= at < each.end
    )
