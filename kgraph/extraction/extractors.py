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
from kgraph.extraction.llm_usage import Prices
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

#: How a setting given as text becomes a value, by the annotation of the loader's parameter.
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "str": str,
    "int": int,
    "float": float,
    "Path | None": Path,
    "Prices | None": lambda text: Prices(*(float(price) for price in text.split(","))),
    "Mapping[str, str]": lambda text: dict(pair.split("=", 1) for pair in text.split(";")),
}


def read_settings(name: str, settings: Sequence[str]) -> dict[str, object]:
    """Return settings given as ``key=value`` texts as options for :func:`load_extractor`.

    Prices are two numbers with a comma, labels are ``phrase=type`` pairs with semicolons. Raises :class:`UsageError`.

    >>> read_settings("gliner", ["model=my-model", "threshold=0.4"])
    {'model': 'my-model', 'threshold': 0.4}
    """
    parameters = signature(EXTRACTORS[name]).parameters if name in EXTRACTORS else {}
    options: dict[str, object] = {}
    for setting in settings:
        key, given, text = setting.partition("=")
        reader = _READERS.get(str(parameters[key].annotation)) if key in parameters else None
        if not given or reader is None:
            known = [each for each in parameters if str(parameters[each].annotation) in _READERS]
            raise UsageError(f"{setting!r} is no setting of {name!r}; write KEY=VALUE with one of {', '.join(known)}")
        try:
            options[key] = reader(text)
        except (ValueError, TypeError):
            raise UsageError(f"the setting {key!r} of {name!r} cannot be {text!r}") from None
    return options


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
