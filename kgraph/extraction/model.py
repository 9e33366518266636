"""The trained tagger and role classifier, and the file that holds both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import pycrfsuite

from kgraph.errors import InputError
from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.entities import PaperName, Tagged
from kgraph.extraction.features import WordFeatures, tagger_features
from kgraph.extraction.lexicon import Lexicon, load_lexicon
from kgraph.extraction.roles import role_features
from kgraph.records import ROLES, EntityType, Role
from kgraph.resources import data_path

SHIPPED: Final = "tagger.zip"
_TAGGER: Final = "tagger.crfsuite"
_ROLES: Final = "roles.crfsuite"


class TaggerModel:
    """Finds names with their types, and roles for names; made by ``train``, read by :func:`load_model`."""

    def __init__(self, tagger: bytes, roles: bytes, lexicon: Lexicon) -> None:
        # CRFsuite reads the weights in place: they must live as long as the taggers.
        self._weights = (tagger, roles)
        self._tagger = _open(tagger)
        self._roles = _open(roles)
        self.lexicon = lexicon
        self.words = WordFeatures(lexicon)

    def tag(self, document: Document) -> list[Tagged]:
        """Return the names in a document, in the order of the text, without overlap."""
        features = tagger_features(document, self.lexicon, self.words)
        return [
            span
            for sentence, rows in zip(document.sentences, features, strict=True)
            for span in self._tag_sentence(sentence, rows)
        ]

    def _tag_sentence(self, sentence: Sentence, rows: list[list[str]]) -> list[Tagged]:
        self._tagger.set(rows)
        labels = self._tagger.tag()
        spans: list[Tagged] = []
        for start, end, kind in read_spans(labels):
            score = min(self._tagger.marginal(labels[index], index) for index in range(start, end))
            spans.append(
                Tagged(sentence.field, sentence.spans[start][0], sentence.spans[end - 1][1], kind, float(score))
            )
        return spans

    def roles(self, document: Document, names: Sequence[PaperName]) -> list[Role]:
        """Return the role of each name of a paper."""
        if not names:
            return []
        labels = self._roles.tag(role_features(document, names, self.words))
        return [ROLES[ROLES.index(label)] for label in labels]


def read_spans(labels: Sequence[str]) -> list[tuple[int, int, EntityType]]:
    """Return (start, end, type) of the spans that B- and I- labels spell.

    >>> read_spans(["O", "B-task", "I-task", "B-task"])
    [(1, 3, 'task'), (3, 4, 'task')]
    """
    spans: list[tuple[int, int, EntityType]] = []
    for index, label in enumerate(labels):
        if label == "O":
            continue
        kind: EntityType = label[2:]  # type: ignore[assignment]
        if label.startswith("I") and spans and spans[-1][1] == index and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], index + 1, kind)
        else:
            spans.append((index, index + 1, kind))
    return spans


def save_model(path: Path, tagger: bytes, roles: bytes) -> None:
    """Write both classifiers into one file; the same bytes for the same classifiers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in ((_TAGGER, tagger), (_ROLES, roles)):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    path.write_bytes(buffer.getvalue())


@lru_cache(maxsize=2)
def load_model(path: Path | None = None) -> TaggerModel:
    """Read a model; without ``path`` the shipped one. Raises :class:`InputError` where there is none."""
    file = path or data_path(SHIPPED)
    try:
        with zipfile.ZipFile(file) as archive:
            tagger, roles = archive.read(_TAGGER), archive.read(_ROLES)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{file.name}: is not a model that `kgraph train` wrote: {error}") from None
    return TaggerModel(tagger, roles, load_lexicon())


def _open(weights: bytes) -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    return tagger
