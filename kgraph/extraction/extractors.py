"""The extractors by name; a new one is a file of its own and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from inspect import Parameter, signature
from pathlib import Path
from typing import Final

from kgraph.errors import UsageError
from kgraph.extraction.extracting import extract_all
from kgraph.extraction.gliner import load_gliner
from kgraph.extraction.llm import load_llm
from kgraph.records import Candidate, Paper

#: Papers → the candidates of each, in the order of the papers.
Extractor = Callable[[Sequence[Paper]], Iterator[list[Candidate]]]


def load_tagger(
    *,
    processes: int | None = None,
    model_path: Path | None = None,
    vocabulary: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Extractor:
    """Return the extractor that ships with kgraph; see :func:`kgraph.extraction.extract_all`."""
    return partial(extract_all, processes=processes, model_path=model_path, vocabulary=vocabulary, progress=progress)


EXTRACTORS: Final[Mapping[str, Callable[..., Extractor]]] = {
    "tagger": load_tagger,
    "gliner": load_gliner,
    "llm": load_llm,
}
DEFAULT_EXTRACTOR: Final = "tagger"


def load_extractor(name: str = DEFAULT_EXTRACTOR, **options: object) -> Extractor:
    """Return an extractor by name; the options are the parameters of its loader in :data:`EXTRACTORS`.

    Raises :class:`UsageError` for a name or an option that is not known, or an option that is missing.

    >>> list(load_extractor("tagger", processes=1)([]))
    []
    """
    loader = EXTRACTORS.get(name)
    if not loader:
        raise UsageError(f"there is no extractor {name!r}; there are {', '.join(EXTRACTORS)}")
    known = signature(loader).parameters
    unknown = [option for option in options if option not in known]
    missing = [each.name for each in known.values() if each.default is Parameter.empty and each.name not in options]
    if unknown:
        raise UsageError(f"the extractor {name!r} has no option {unknown[0]!r}; it has {', '.join(known)}")
    if missing:
        raise UsageError(f"the extractor {name!r} needs the option {missing[0]!r}")
    return loader(**options)
