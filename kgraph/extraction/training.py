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
from kgraph.extraction.convolution_training import Lesson, train_convnet, tune_convnet
from kgraph.extraction.crf import LABELS, Chain, average_chains, read_crfsuite
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_key, group_names
from kgraph.extraction.extracting import complete_names
from kgraph.extraction.features import WordFeatures, own_features, tagger_features
from kgraph.extraction.groups import CLASSES, Group, group_spans
from kgraph.extraction.labels import LabelledPaper, find_occurrences, read_labels, word_labels
from kgraph.extraction.lexicon import Lexicon, load_lexicon
from kgraph.extraction.memory import remember
from kgraph.extraction.model import SecondLayer, Tagger, TaggerModel, load_model, save_model
from kgraph.extraction.network import Array, train_network
from kgraph.extraction.ownership import OWNERSHIP, ownership_features
from kgraph.extraction.ranking import ranking_features
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
#: What is a paper's own is decided by one number: more members make it steadier.
OWNER_MEMBERS: Final = 8
OWNERSHIP_OPTIONS: Final = {
    "c1": 0.15,
    "c2": 0.7,
    "max_iterations": 80,
    "feature.minfreq": 3,
    "feature.possible_transitions": True,
}
#: A labelled paper with the groups of spans that a tagger proposes as its names.
Proposed = tuple[LabelledPaper, Document, list[Group]]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a model was trained on: counts of papers, labelled entities, and of their occurrences."""

    papers: int
    entities: int
    occurrences: int

    def __str__(self) -> str:
        return f"learnt from {self.papers:,} papers with {self.entities:,} names in {self.occurrences:,} places"


@dataclass(frozen=True, slots=True)
class _Classified:
    """The groups of spans of a paper, and for each its class and whether (1 or 0) it is the paper's own."""

    document: Document
    groups: list[Group]
    classes: list[int]
    own: list[int]


def train(
    labels: Sequence[Path],
    output: Path,
    more: Sequence[Path] = (),
    first: Sequence[Path] = (),
    own: Sequence[Path] = (),
) -> TrainingReport:
    """Train a model on files of labelled papers and write it to ``output``; for the others see :func:`train_model`.

    Its first layer goes on learning from where the shipped one stands, or from where the labels of ``first`` lead it.
    Raises :class:`InputError` for labels that cannot be read, :class:`OutputError` for an output that
    cannot be written.
    """
    papers, others, read_first = read_labels(labels), read_labels(more), read_labels(first)
    read_own = read_labels(own, only_own=True)
    lexicon = load_lexicon()
    start = train_tagger(read_first, lexicon) if first else load_model().tagger
    model = train_model(papers, start, others, propose_unseen(read_first, lexicon), read_own)
    try:
        save_model(output, model)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error}") from None
    papers += others + read_first + read_own
    entities = sum(len(paper.entities) for paper in papers)
    return TrainingReport(len(papers), entities, sum(len(find_occurrences(paper)) for paper in papers))


def train_model(
    papers: Sequence[LabelledPaper],
    start: Tagger,
    more: Sequence[LabelledPaper] = (),
    first: Sequence[Proposed] = (),
    own: Sequence[LabelledPaper] = (),
) -> TaggerModel:
    """Return a model trained on labelled papers, and on ``more`` that other readers labelled and that count half.

    Of the papers that the first layer began with, ``first`` (see :func:`propose_unseen`), the roles are learnt too,
    half of what decides them, and what is a paper's own; of those in which only that was labelled, ``own``, the words
    by which it is known.
    ``start`` is a first layer that has read none of the others; its network goes on learning from them. The second
    layer learns from spans which a tagger proposed that had not seen the paper: each half of the papers is tagged by a
    tagger that learnt from the other half.
    """
    whole = [*papers, *more]
    heavy = len(papers) if more else 0
    found = list(_tag_unseen(whole, [tune_tagger(start, others) for others in _other_halves(whole)]))
    second = train_second(found, start.words, heavy, first)
    tagger = tune_tagger(start, whole)
    ownership = train_ownership([*found[:heavy], *found, *first, *_tag_unseen(own, [tagger])], start.words, second)
    weighted = [*papers[:heavy], *whole]
    roles = train_roles(weighted, start.words)
    if first:
        roles = average_chains([roles, train_roles([*weighted, *(labelled for labelled, *_ in first)], start.words)])
    return TaggerModel(tagger, second, roles, ownership)


def propose_unseen(papers: Sequence[LabelledPaper], lexicon: Lexicon) -> list[Proposed]:
    """Return labelled papers with the spans that first layers propose which learnt from the other half of them."""
    return list(_tag_unseen(papers, [train_tagger(others, lexicon) for others in _other_halves(papers)]))


def train_tagger(papers: Sequence[LabelledPaper], lexicon: Lexicon) -> Tagger:
    """Train the first layer."""
    words = WordFeatures(lexicon)
    read = [_read(labelled) for labelled in papers]
    sequences = (
        pair for document, labels in read for pair in zip(tagger_features(document, words), labels, strict=True)
    )
    network = train_convnet([_lesson(document, labels, words) for document, labels in read], len(LABELS))
    return Tagger(read_crfsuite(fit(sequences, TAGGER_OPTIONS)), network, lexicon)


def tune_tagger(tagger: Tagger, papers: Sequence[LabelledPaper]) -> Tagger:
    """Return a first layer whose network went on learning from more papers."""
    lessons = [_lesson(*_read(labelled), tagger.words) for labelled in papers]
    return Tagger(tagger.chain, tune_convnet(tagger.network, lessons), tagger.words.lexicon)


def _read(labelled: LabelledPaper) -> tuple[Document, list[list[str]]]:
    document = read_document(labelled.paper)
    return document, word_labels(document, labelled, find_occurrences(labelled))


def _lesson(document: Document, labels: Sequence[Sequence[str]], words: WordFeatures) -> Lesson:
    return Lesson(
        [row for rows in own_features(document, words) for row in rows],
        words.lexicon.find_vectors([word for sentence in document.sentences for word in sentence.words]),
        [LABELS.index(label) for row in labels for label in row],
        [len(sentence.words) for sentence in document.sentences],
    )


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


def _other_halves(papers: Sequence[LabelledPaper]) -> list[Sequence[LabelledPaper]]:
    """Return, for each half of the papers, those that are not in it; a paper that is alone has nothing else."""
    halves = range(HALVES if papers else 0)
    return [[each for number, each in enumerate(papers) if number % HALVES != half] or papers for half in halves]


def _tag_unseen(papers: Sequence[LabelledPaper], taggers: Sequence[Tagger]) -> Iterator[Proposed]:
    """Yield papers, in their order, with the spans that a tagger proposes which has not seen them: the next in turn."""
    for number, labelled in enumerate(papers):
        document = read_document(labelled.paper)
        yield labelled, document, group_spans(document, taggers[number % len(taggers)].find_spans(document))


def train_second(
    found: Iterable[Proposed], words: WordFeatures, heavy: int = 0, further: Iterable[Proposed] = ()
) -> SecondLayer:
    """Train the second layer on the groups of spans that a tagger found in papers which it had not seen.

    The network that tells the paper's own learns from ``further`` papers too. The first ``heavy`` papers count twice.
    """
    known = [_classify(*each) for each in found]
    heavy = sum(bool(each.groups) for each in known[:heavy])
    known = [each for each in known if each.groups]
    others = [each for each in (_classify(*each) for each in further) if each.groups]
    memory = remember((each.groups, each.classes) for each in known)
    rows = [_ranker_rows(each, words, memory.rows(each.groups, each.classes)) for each in known]
    other_rows = [_ranker_rows(each, words, memory.rows(each.groups)) for each in others]
    classes = np.array([number for each in [*known, *known[:heavy]] for number in each.classes])
    own = np.array([number for each in [*known, *others, *known[:heavy]] for number in each.own])
    ranker = train_network(np.concatenate([*rows, *rows[:heavy]]), classes, CLASSES)
    owner = train_network(np.concatenate([*rows, *other_rows, *rows[:heavy]]), own, 2, OWNER_MEMBERS)
    return SecondLayer(memory, ranker, owner)


def _ranker_rows(paper: _Classified, words: WordFeatures, remembered: Array) -> Array:
    return np.concatenate([ranking_features(paper.document, paper.groups, words), remembered], axis=1)


def _classify(labelled: LabelledPaper, document: Document, groups: list[Group]) -> _Classified:
    return _Classified(
        document, groups, group_classes(labelled, document, groups), own_groups(labelled, document, groups)
    )


def train_ownership(found: Iterable[Proposed], words: WordFeatures, second: SecondLayer) -> Chain:
    """Train the chain that tells a paper's own names by their words, on the names that the second layer finds.

    ``found`` are papers with the spans of a tagger that had not seen them.
    """
    sequences = (
        (ownership_features(document, names, role_features(document, names, words)), labels)
        for labelled, document, groups in found
        for names in [complete_names(document, second.choose(document, groups, words))]
        for labels in [_own_labels(labelled, document, names)]
        if names
    )
    return read_crfsuite(fit(sequences, OWNERSHIP_OPTIONS), OWNERSHIP)


def _own_labels(labelled: LabelledPaper, document: Document, names: Sequence[PaperName]) -> list[str]:
    own = _own_keys(labelled, document)
    keys = ({group_key(surface, document.long_forms) for surface in name.surfaces} for name in names)
    return [OWNERSHIP[own.isdisjoint(each)] for each in keys]


def group_classes(labelled: LabelledPaper, document: Document, groups: Sequence[Group]) -> list[int]:
    """Return the class of each group: 0 for no name, else 1 + the number of its type."""
    types = {
        group_key(surface, document.long_forms): entity.type
        for entity in labelled.entities
        for surface in entity.surfaces
    }
    return [1 + ENTITY_TYPES.index(types[group.key]) if group.key in types else 0 for group in groups]


def own_groups(labelled: LabelledPaper, document: Document, groups: Sequence[Group]) -> list[int]:
    """Return 1 for each group that the paper introduces, metrics aside, and 0 for each other."""
    own = _own_keys(labelled, document)
    return [int(group.key in own) for group in groups]


def _own_keys(labelled: LabelledPaper, document: Document) -> set[str]:
    return {group_key(surface, document.long_forms) for surface in labelled.own_surfaces()}


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
