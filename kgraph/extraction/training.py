"""Training of the tagger and the role classifier from labelled papers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pycrfsuite

from kgraph.errors import OutputError
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.features import WordFeatures, tagger_features
from kgraph.extraction.labels import LabelledPaper, find_occurrences, read_labels, word_labels
from kgraph.extraction.lexicon import Lexicon, load_lexicon
from kgraph.extraction.model import save_model
from kgraph.extraction.roles import role_features

TAGGER_OPTIONS: Final = {"c1": 0.15, "c2": 0.1, "max_iterations": 120, "feature.possible_transitions": True}
ROLE_OPTIONS: Final = {"c1": 0.3, "c2": 0.1, "max_iterations": 120, "feature.possible_transitions": True}


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a model was trained on: counts of papers, labelled entities, and of their occurrences."""

    papers: int
    entities: int
    occurrences: int


def train(labels: Sequence[Path], output: Path) -> TrainingReport:
    """Train a model on files of labelled papers and write it to ``output``.

    Raises :class:`InputError` for labels that cannot be read, :class:`OutputError` for an output that
    cannot be written.
    """
    papers = read_labels(labels)
    tagger, roles = train_weights(papers, load_lexicon())
    try:
        save_model(output, tagger, roles)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error}") from None
    entities = sum(len(paper.entities) for paper in papers)
    return TrainingReport(len(papers), entities, sum(len(find_occurrences(paper)) for paper in papers))


def train_weights(papers: Sequence[LabelledPaper], lexicon: Lexicon) -> tuple[bytes, bytes]:
    """Return the weights of the tagger and of the role classifier."""
    words = WordFeatures(lexicon)
    documents = [read_document(labelled.paper) for labelled in papers]
    occurrences = [find_occurrences(labelled) for labelled in papers]
    tagger = fit(
        (
            (rows, labels)
            for document, labelled, found in zip(documents, papers, occurrences, strict=True)
            for rows, labels in zip(
                tagger_features(document, lexicon, words), word_labels(document, labelled, found), strict=True
            )
        ),
        TAGGER_OPTIONS,
    )
    roles = fit(
        (
            (role_features(document, names, words), labels)
            for document, labelled in zip(documents, papers, strict=True)
            for names, labels in [labelled_names(document, labelled)]
            if names
        ),
        ROLE_OPTIONS,
    )
    return tagger, roles


def labelled_names(document: Document, labelled: LabelledPaper) -> tuple[list[PaperName], list[str]]:
    """Return the labelled entities of a paper as names with occurrences, and their roles."""
    spans = {
        Tagged(found.field, found.start, found.end, labelled.entities[found.entity].type, 1.0): found.entity
        for found in find_occurrences(labelled)
    }
    names = group_names(document, spans)
    return names, [labelled.entities[spans[name.occurrences[0]]].role for name in names]


def fit(sequences: Iterable[tuple[list[list[str]], list[str]]], options: dict[str, Any]) -> bytes:
    """Train a linear-chain CRF (L-BFGS) and return its weights."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(options)
    for rows, labels in sequences:
        trainer.append(rows, labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights"
        trainer.train(str(path))
        return path.read_bytes()
