"""Zero-shot extraction with a GLiNER model that the user names; needs the extra ``gliner``."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from kgraph.errors import InputError, KgraphError, UsageError
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import Tagged
from kgraph.extraction.model import TaggerModel, load_model
from kgraph.extraction.proposals import Passage, cut_passages, keep_apart, propose_candidates
from kgraph.records import ENTITY_TYPES, Candidate, EntityType, Paper

#: What a model is asked to find, and the type of what it finds. Several phrases may stand for one type.
LABELS: Final[Mapping[str, EntityType]] = {
    "method or algorithm": "method",
    "machine learning technique": "method",
    "software framework": "method",
    "named neural network model": "model",
    "dataset": "dataset",
    "benchmark": "dataset",
    "machine learning task": "task",
    "evaluation metric": "metric",
}
#: Words and symbols of a passage: models see 384 words of their own (which are longer), less the labels.
PASSAGE_WORDS: Final = 200
#: Papers whose passages are handed over together.
BLOCK: Final = 32


class Predictor(Protocol):
    """What is used of a GLiNER model."""

    def inference(
        self,
        texts: list[str],
        labels: list[str],
        *,
        flat_ner: bool,
        threshold: float,
        multi_label: bool,
        batch_size: int,
    ) -> Sequence[Sequence[Mapping[str, Any]]]:
        """Return the entities of each text: ``start``, ``end``, ``text``, ``label`` and ``score`` of each."""


class GlinerExtractor:
    """Extracts with a GLiNER model; made by :func:`load_gliner`.

    ``dropped`` counts what the model returned that could not be used, by reason.
    """

    def __init__(
        self,
        predictor: Predictor,
        roles: TaggerModel,
        *,
        name: str = "",
        labels: Mapping[str, str] = LABELS,
        threshold: float = 0.5,
        batch_size: int = 8,
        passage_words: int = PASSAGE_WORDS,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        if not 0 <= threshold <= 1:
            raise UsageError("the threshold of a GLiNER model is between 0 and 1")
        if batch_size < 1 or passage_words < 1:
            raise UsageError("a batch has 1 passage or more, and a passage 1 word or more")
        self._predictor = predictor
        self._roles = roles
        self._name = name
        self._types = _check_labels(labels)
        self._threshold = threshold
        self._batch_size = batch_size
        self._passage_words = passage_words
        self._progress = progress
        self.dropped: Counter[str] = Counter()

    def describe(self) -> dict[str, str]:
        """Return what the candidates depend on, for the manifest of a graph."""
        labels = "; ".join(f"{phrase}={kind}" for phrase, kind in self._types.items())
        return {"extractor": "gliner", "model": self._name, "labels": labels, "threshold": f"{self._threshold:g}"}

    def __call__(self, papers: Sequence[Paper]) -> Iterator[list[Candidate]]:
        """Yield the candidates of each paper, in the order of the papers. Raises :class:`KgraphError`."""
        for at in range(0, len(papers), BLOCK):
            documents = [read_document(paper) for paper in papers[at : at + BLOCK]]
            for document, spans in zip(documents, self._predict(documents), strict=True):
                yield self._candidates(document, spans)
                if self._progress:
                    self._progress(1)

    def _predict(self, documents: Sequence[Document]) -> list[list[Tagged]]:
        """Return the spans that the model finds in each document."""
        places = [
            (number, passage)
            for number, document in enumerate(documents)
            for passage in cut_passages(document, self._passage_words)
        ]
        texts = [documents[number].paper.text(passage.field)[passage.start : passage.end] for number, passage in places]
        spans: list[list[Tagged]] = [[] for _ in documents]
        for (number, passage), text, found in zip(places, texts, self._ask(texts), strict=True):
            spans[number] += [span for each in found if (span := self._read(passage, text, each))]
        return spans

    def _ask(self, texts: list[str]) -> Sequence[Sequence[Mapping[str, Any]]]:
        if not texts:
            return []
        try:
            return self._predictor.inference(
                texts,
                list(self._types),
                flat_ner=True,
                threshold=self._threshold,
                multi_label=False,
                batch_size=self._batch_size,
            )
        except Exception as error:  # noqa: BLE001 - the library and those below it raise what they like
            raise KgraphError(f"the GLiNER model {self._name!r} failed: {error}") from None

    def _read(self, passage: Passage, text: str, found: Mapping[str, Any]) -> Tagged | None:
        """Return a found entity as a span of its field, or None where it is not in the text."""
        start, end, score = int(found["start"]), int(found["end"]), float(found["score"])
        kind = self._types.get(str(found["label"]))
        if not 0 <= start < end <= len(text) or text[start:end] != found["text"] or text[start:end].isspace():
            self.dropped["not in the text"] += 1
        elif kind is None:
            self.dropped["of unknown type"] += 1
        elif not 0 <= score <= 1:
            self.dropped["without a score"] += 1
        else:
            return Tagged(passage.field, passage.start + start, passage.start + end, kind, score)
        return None

    def _candidates(self, document: Document, spans: Sequence[Tagged]) -> list[Candidate]:
        best_first = sorted(spans, key=lambda span: (-span.score, span.start - span.end, span.start))
        return propose_candidates(document, keep_apart(document, best_first, self.dropped), self._roles, {})


def _check_labels(labels: Mapping[str, str]) -> dict[str, EntityType]:
    types = {phrase: kind for phrase, given in labels.items() for kind in ENTITY_TYPES if kind == given}
    if not labels or len(types) < len(labels):
        raise UsageError(f"each label of a GLiNER model stands for one of {', '.join(ENTITY_TYPES)}")
    return types


def load_gliner(
    *,
    model: str,
    labels: Mapping[str, str] = LABELS,
    threshold: float = 0.5,
    batch_size: int = 8,
    passage_words: int = PASSAGE_WORDS,
    device: str = "cpu",
    model_path: Path | None = None,
    vocabulary: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> GlinerExtractor:
    """Return an extractor that asks a GLiNER model.

    ``model`` is a folder, or the name of a model on the hub, which the library then downloads. ``labels`` maps the
    phrases that the model is asked for to types; ``passage_words`` is how much of a text it gets at once;
    ``model_path`` is a tagger whose role classifier gives the roles, and ``vocabulary`` adds to the names that it
    knows. ``progress`` is told how many papers have been done since it was last told. Raises :class:`UsageError`
    where the extra is not installed, :class:`InputError` for a model that cannot be loaded.
    """
    return GlinerExtractor(
        _load_predictor(model, device),
        load_model(model_path, vocabulary),
        name=Path(model).name if Path(model).is_dir() else model,
        labels=labels,
        threshold=threshold,
        batch_size=batch_size,
        passage_words=passage_words,
        progress=progress,
    )


def _load_predictor(model: str, device: str) -> Predictor:
    is_folder = Path(model).is_dir()
    if not is_folder and (not model or model.startswith((".", "/", "~")) or model.count("/") > 1):
        raise InputError(f"{model!r}: there is no such folder with a GLiNER model")
    try:
        library = importlib.import_module("gliner")
    except ImportError as error:
        raise UsageError(
            f"the extractor 'gliner' needs a library that is not installed ({error}): "
            "pip install 'kgraph-papers[gliner]'"
        ) from None
    try:
        predictor: Predictor = library.GLiNER.from_pretrained(model, local_files_only=is_folder, map_location=device)
    except Exception as error:  # noqa: BLE001 - the library and those below it raise what they like
        raise InputError(f"{model!r}: cannot be loaded as a GLiNER model: {error}") from None
    return predictor
