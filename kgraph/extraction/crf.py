"""Inference in a linear-chain conditional random field, for all sentences of a paper at once.

Weights are learnt by CRFsuite; here they are a matrix (feature × label), and the forward-backward
algorithm (Rabiner 1989, scaled) gives the probability of each span, not only of the best labelling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pycrfsuite

from kgraph.records import ENTITY_TYPES, EntityType

# Double precision: what processors round differently is then far below the three digits of a confidence.
Array = npt.NDArray[np.float64]

LABELS: Final = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))
#: Spans less probable than this are not worth a look; none is longer than this many words.
LEAST: Final = 0.03
LONGEST: Final = 12
_SCALE: Final = 24.0


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Words ``start`` to ``end`` of a sentence, and the probability that they are a name of each type."""

    sentence: int
    start: int
    end: int
    scores: dict[EntityType, float]

    @property
    def total(self) -> float:
        """The probability that the span is a name of any type."""
        return sum(self.scores.values())


@dataclass(frozen=True, slots=True)
class Chain:
    """The weights of a chain: a row for each feature, and label-to-label weights.

    The last row is zero: it stands for every feature that is not known.
    """

    index: Mapping[str, int]
    weights: Array
    transitions: Array

    def rows(self, features: Sequence[str]) -> list[int]:
        """Return the rows of the features that are known."""
        index = self.index
        return [index[feature] for feature in features if feature in index]

    def total(self, features: Sequence[str]) -> Array:
        """Return the summed weights of some features."""
        total: Array = self.weights[self.rows(features)].sum(axis=0)
        return total


def read_crfsuite(weights: bytes, labels: Sequence[str] = LABELS) -> Chain:
    """Turn what CRFsuite wrote into a chain; weights become multiples of 1/24 within one byte."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    info = tagger.info()
    number = {label: at for at, label in enumerate(labels)}
    table: dict[str, Any] = {}
    for (feature, label), weight in sorted(info.state_features.items()):
        if abs(weight) * _SCALE >= 0.5:
            table.setdefault(feature, np.zeros(len(labels), np.float64))[number[label]] = weight
    matrix = np.zeros((len(table) + 1, len(labels)), np.float64)
    for row, values in enumerate(table.values()):
        matrix[row] = np.clip(np.round(values * _SCALE), -127, 127) / _SCALE
    transitions = np.zeros((len(labels), len(labels)), np.float64)
    for (left, right), weight in info.transitions.items():
        transitions[number[left], number[right]] = weight
    return Chain({feature: row for row, feature in enumerate(table)}, matrix, transitions)


def pack_chain(chain: Chain) -> dict[str, bytes]:
    """Return the parts of a chain as bytes; weights take one byte each."""
    whole = np.round(chain.weights[:-1] * _SCALE).astype(np.int8)
    # Column by column: runs of zeros, which pack well.
    return {
        "features": "\n".join(chain.index).encode(),
        "weights": np.ascontiguousarray(whole.T).tobytes(),
        "transitions": chain.transitions.astype("<f4").tobytes(),
    }


def unpack_chain(parts: Mapping[str, bytes]) -> Chain:
    """Return the chain that :func:`pack_chain` packed; raises ValueError where it does not fit."""
    features = parts["features"].decode().split("\n")
    transitions = np.frombuffer(parts["transitions"], "<f4")
    count = round(len(transitions) ** 0.5)
    whole = np.frombuffer(parts["weights"], np.int8).reshape(count, len(features)).T
    weights = np.zeros((len(features) + 1, count), np.float64)
    weights[:-1] = whole.astype(np.float64) / _SCALE
    index = {feature: row for row, feature in enumerate(features)}
    return Chain(index, weights, transitions.reshape(count, count).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Lattice:
    """Forward and backward variables of the sentences of a paper: (sentence, word, label), scaled."""

    forward: Array
    backward: Array
    emissions: Array
    scales: Array
    lengths: tuple[int, ...]
    transitions: Array


def run_chain(chain: Chain, emissions: Sequence[Array]) -> Lattice:
    """Run the forward-backward algorithm over the sentences of a paper."""
    lengths = tuple(len(rows) for rows in emissions)
    longest, labels = max(lengths), chain.transitions.shape[0]
    scores = np.ones((len(lengths), longest, labels), np.float64)
    for number, rows in enumerate(emissions):
        scores[number, : len(rows)] = np.exp(rows - rows.max(axis=1, keepdims=True))
    moves = np.exp(chain.transitions)
    forward = np.empty_like(scores)
    scales = np.empty(scores.shape[:2], np.float64)
    state = scores[:, 0]
    for at in range(longest):
        state = scores[:, at] if at == 0 else (state @ moves) * scores[:, at]
        total = state.sum(axis=1)
        state = state / total[:, None]
        forward[:, at], scales[:, at] = state, total
    backward = np.ones_like(scores)
    ends = np.array(lengths)
    state = np.ones((len(lengths), labels), np.float64)
    for at in range(longest - 2, -1, -1):
        after = (scores[:, at + 1] * state / scales[:, at + 1, None]) @ moves.T
        state = np.where((at < ends - 1)[:, None], after, np.float64(1))
        backward[:, at] = state
    return Lattice(forward, backward, scores, scales, lengths, moves)


def find_spans(lattice: Lattice, least: float = LEAST) -> list[SpanScore]:
    """Return the spans whose probability of being a name of some type is at least ``least``."""
    found: dict[tuple[int, int, int], dict[EntityType, float]] = {}
    starts = lattice.forward * lattice.backward
    for number, kind in enumerate(ENTITY_TYPES):
        begin, inside = 1 + 2 * number, 2 + 2 * number
        for sentence, at in np.argwhere(starts[:, :, begin] >= least).tolist():
            if at >= lattice.lengths[sentence]:
                continue
            for end, probability in _extend(lattice, sentence, at, begin, inside, least):
                found.setdefault((sentence, at, end), {})[kind] = probability
    return [SpanScore(*place, found[place]) for place in sorted(found)]


def _extend(
    lattice: Lattice, sentence: int, start: int, begin: int, inside: int, least: float
) -> list[tuple[int, float]]:
    """Return (end, probability) of the names that start at one word."""
    spans: list[tuple[int, float]] = []
    length = lattice.lengths[sentence]
    backward, emissions, scales = lattice.backward[sentence], lattice.emissions[sentence], lattice.scales[sentence]
    path, label = float(lattice.forward[sentence, start, begin]), begin
    for at in range(start, min(length, start + LONGEST)):
        going = 0.0
        if at + 1 < length:
            step = float(lattice.transitions[label, inside] * emissions[at + 1, inside] / scales[at + 1])
            going = step * float(backward[at + 1, inside])
        ending = path * (float(backward[at, label]) - going)
        if ending >= least:
            spans.append((at + 1, ending))
        if path * going < least:
            break
        path, label = path * step, inside
    return spans


def info_labels(weights: bytes) -> list[str]:
    """Return the labels that a CRFsuite model knows."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    return sorted(tagger.labels())
