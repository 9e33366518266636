"""Training of the tagger and the role classifier from labelled papers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pycrfsuite

from kgraph.errors import OutputError
from kgraph.extraction.crf import Chain, read_crfsuite
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_key, group_names
from kgraph.extraction.features import WordFeatures, tagger_features
from kgraph.extraction.labels import LabelledPaper, find_occurrences, read_labels, word_labels
from kgraph.extraction.lexicon import Lexicon, load_lexicon
from kgraph.extraction.model import Tagger, TaggerModel, save_model
from kgraph.extraction.network import Network, train_network
from kgraph.extraction.ranking import CLASSES, Group, Memory, group_spans, ranking_features, remember
from kgraph.extraction.roles import role_features
from kgraph.records import ENTITY_TYPES, ROLES

TAGGER_OPTIONS: Final = {
    "c1": 0.15,
    "c2": 0.1,
    "max_iterations": 45,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
}
ROLE_OPTIONS: Final = {"c1": 0.2, "c2": 1.5, "max_iterations": 100, "feature.possible_transitions": True}
HALVES: Final = 2


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a model was trained on: counts of papers, labelled entities, and of their occurrences."""

    papers: int
    entities: int
    occurrences: int


def train(labels: Sequence[Path], output: Path, more: Sequence[Path] = ()) -> TrainingReport:
    """Train a model on files of labelled papers and write it to ``output``; for ``more`` see :func:`train_model`.

    Raises :class:`InputError` for labels that cannot be read, :class:`OutputError` for an output that
    cannot be written.
    """
    papers, others = read_labels(labels), read_labels(more)
    model = train_model(papers, load_lexicon(), others)
    try:
        save_model(output, model)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error}") from None
    papers += others
    entities = sum(len(paper.entities) for paper in papers)
    return TrainingReport(len(papers), entities, sum(len(find_occurrences(paper)) for paper in papers))


def train_model(papers: Sequence[LabelledPaper], lexicon: Lexicon, more: Sequence[LabelledPaper] = ()) -> TaggerModel:
    """Return a model trained on labelled papers, and on ``more`` that other readers labelled.

    The ranker learns from spans which a tagger proposed that had not seen the paper: each half of the
    papers is tagged by a tagger trained on the other half. Readers agree on names and differ on roles: there
    ``papers`` count twice what ``more`` count.
    """
    words = WordFeatures(lexicon)
    whole = [*papers, *more]
    memory, ranker = train_ranker(_tag_unseen(whole, lexicon), words)
    tagger = Tagger(train_tagger(whole, words), lexicon)
    return TaggerModel(tagger, memory, ranker, train_roles([*papers, *whole] if more else papers, words))


def train_tagger(papers: Sequence[LabelledPaper], words: WordFeatures) -> Chain:
    """Train the first layer."""
    sequences = (
        pair
        for labelled in papers
        for document in [read_document(labelled.paper)]
        for pair in zip(
            tagger_features(document, words),
            word_labels(document, labelled, find_occurrences(labelled)),
            strict=True,
        )
    )
    return read_crfsuite(fit(sequences, TAGGER_OPTIONS))


def train_roles(papers: Sequence[LabelledPaper], words: WordFeatures) -> Chain:
    """Train the role classifier on the labelled names."""
    sequences = (
        (role_features(document, names, words), labels)
        for labelled in papers
        for document in [read_document(labelled.paper)]
        for names, labels in [labelled_names(document, labelled)]
        if names
    )
    return read_crfsuite(fit(sequences, ROLE_OPTIONS), ROLES)


def _tag_unseen(
    papers: Sequence[LabelledPaper], lexicon: Lexicon
) -> Iterator[tuple[LabelledPaper, Document, list[Group]]]:
    for half in range(HALVES):
        seen = [labelled for number, labelled in enumerate(papers) if number % HALVES != half]
        tagger = Tagger(train_tagger(seen, WordFeatures(lexicon)), lexicon)
        for labelled in papers[half::HALVES]:
            document = read_document(labelled.paper)
            yield labelled, document, group_spans(document, tagger.find_spans(document))


def train_ranker(
    found: Iterable[tuple[LabelledPaper, Document, list[Group]]], words: WordFeatures
) -> tuple[Memory, Network]:
    """Train the second layer on the groups of spans that a tagger found in papers which it had not seen."""
    known = [(document, groups, group_classes(labelled, document, groups)) for labelled, document, groups in found]
    memory = remember((groups, classes) for _, groups, classes in known)
    rows = [
        np.concatenate([ranking_features(document, groups, words), memory.rows(groups, classes)], axis=1)
        for document, groups, classes in known
        if groups
    ]
    targets = np.array([number for _, _, classes in known for number in classes])
    return memory, train_network(np.concatenate(rows), targets, CLASSES)


def group_classes(labelled: LabelledPaper, document: Document, groups: Sequence[Group]) -> list[int]:
    """Return the class of each group: 0 for no name, else 1 + the number of its type."""
    types = {
        group_key(surface, document.long_forms): entity.type
        for entity in labelled.entities
        for surface in entity.surfaces
    }
    return [1 + ENTITY_TYPES.index(types[group.key]) if group.key in types else 0 for group in groups]


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
