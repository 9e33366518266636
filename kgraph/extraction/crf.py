"""Inference in a linear-chain conditional random field, for all sentences of many papers at once.

Weights are learnt by CRFsuite; here they are a matrix (feature × label), and the forward-backward
algorithm (Rabiner 1989, scaled) gives the probability of each span, not only of the best labelling.

Weights are whole numbers of 24ths, so that their sums are exact in any order; and what is computed for a
sentence never depends on the sentences beside it: sums over labels run along the first axis of an array,
which NumPy adds up row by row, not through BLAS. The same paper gives the same bits in any company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pycrfsuite

from kgraph.records import ENTITY_TYPES, EntityType

# Double precision: what processors round differently is then far below the three digits of a confidence.
Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LABELS: Final = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))
#: Spans less probable than this are not worth a look; none is longer than this many words.
LEAST: Final = 0.03
LONGEST: Final = 12
SCALE: Final = 24


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
    """The weights of a chain in 24ths: a row for each feature; and label-to-label weights."""

    index: Mapping[str, int]
    weights: npt.NDArray[np.int8]
    transitions: Array

    def rows(self, features: Iterable[str]) -> list[int]:
        """Return the rows of the features that are known."""
        find = self.index.get
        return [row for feature in features if (row := find(feature)) is not None]

    def total(self, features: Iterable[str]) -> Array:
        """Return the summed weights of some features."""
        total: Array = self.weights[self.rows(features)].sum(axis=0, dtype=np.int64) / SCALE
        return total


def read_crfsuite(weights: bytes, labels: Sequence[str] = LABELS) -> Chain:
    """Turn what CRFsuite wrote into a chain; weights become multiples of 1/24 within one byte."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    info = tagger.info()
    number = {label: at for at, label in enumerate(labels)}
    table: dict[str, Any] = {}
    for (feature, label), weight in sorted(info.state_features.items()):
        if abs(weight) * SCALE >= 0.5:
            table.setdefault(feature, np.zeros(len(labels), np.float64))[number[label]] = weight
    matrix = np.array(list(table.values()), np.float64).reshape(-1, len(labels))
    transitions = np.zeros((len(labels), len(labels)), np.float64)
    for (left, right), weight in info.transitions.items():
        transitions[number[left], number[right]] = weight
    whole = np.clip(np.round(matrix * SCALE), -127, 127).astype(np.int8)
    return Chain({feature: row for row, feature in enumerate(table)}, whole, transitions)


def average_chains(chains: Sequence[Chain]) -> Chain:
    """Return the chain whose weights are the mean of those of several (a model soup, Wortsman et al. 2022)."""
    index = {feature: row for row, feature in enumerate(dict.fromkeys(f for chain in chains for f in chain.index))}
    weights = np.zeros((len(index), chains[0].weights.shape[1]), np.int64)
    for chain in chains:
        weights[[index[feature] for feature in chain.index]] += chain.weights
    transitions: Array = np.mean([chain.transitions for chain in chains], axis=0)
    return Chain(index, np.round(weights / len(chains)).astype(np.int8), transitions)


def pack_chain(chain: Chain) -> dict[str, bytes]:
    """Return the parts of a chain as bytes; weights take one byte each."""
    # Column by column: runs of zeros, which pack well.
    return {
        "features": "\n".join(chain.index).encode(),
        "weights": np.ascontiguousarray(chain.weights.T).tobytes(),
        "transitions": chain.transitions.astype("<f4").tobytes(),
    }


def unpack_chain(parts: Mapping[str, bytes]) -> Chain:
    """Return the chain that :func:`pack_chain` packed; raises ValueError where it does not fit."""
    features = parts["features"].decode().split("\n") if parts["features"] else []
    transitions = np.frombuffer(parts["transitions"], "<f4")
    count = round(len(transitions) ** 0.5)
    weights = np.frombuffer(parts["weights"], np.int8).reshape(count, len(features))
    index = dict(zip(features, range(len(features)), strict=True))
    return Chain(index, np.ascontiguousarray(weights.T), transitions.reshape(count, count).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Lattice:
    """Forward and backward variables (label, place), scaled, of words in the order in which they are computed.

    All first words of the sentences come first, the longest sentence's in front, then all second words, and so on:
    each step of the algorithm works on one slice. ``place`` holds the place of each word of the text, ``following``
    the place of the next word of the same sentence (or -1).
    """

    forward: Array
    backward: Array
    emissions: Array
    scales: Array
    transitions: Array
    place: Whole
    following: Whole

    def marginals(self) -> Array:
        """Return the probability of each label of each word (word, label)."""
        return (self.forward * self.backward).T[self.place]


def run_chain(chain: Chain, emissions: Array, lengths: Sequence[int]) -> Lattice:
    """Run the forward-backward algorithm; ``emissions`` has a row for each word of all sentences in turn."""
    bounds, place, following = _interleave(np.asarray(lengths, np.int64))
    scores = np.empty(emissions.T.shape, np.float64)
    scores[:, place] = np.exp(emissions - emissions.max(axis=1, keepdims=True)).T
    moves = np.exp(chain.transitions)
    steps = list(pairwise(bounds))
    forward, backward = np.empty_like(scores), np.ones_like(scores)
    scales = np.empty(len(place), np.float64)
    for step, (low, high) in enumerate(steps):
        state = scores[:, low:high]
        if step:
            state = _move(moves, forward[:, steps[step - 1][0] :][:, : high - low]) * state
        scales[low:high] = np.cumsum(state, axis=0)[-1]
        forward[:, low:high] = state / scales[low:high]
    weighted = scores / scales
    back = np.ascontiguousarray(moves.T)
    for (low, _), (later, end) in reversed(list(pairwise(steps))):
        backward[:, low : low + end - later] = _move(back, weighted[:, later:end] * backward[:, later:end])
    return Lattice(forward, backward, scores, scales, moves, place, following)


def _interleave(lengths: Whole) -> tuple[list[int], Whole, Whole]:
    """Return the bounds of the steps, the place of each word of the text, and the place that follows each place."""
    order = np.argsort(-lengths, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    longest = int(lengths.max())
    # How many sentences have a first word, a second word, ...
    going = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(longest + 1), side="right")
    bounds = np.concatenate([[0], np.cumsum(going)])
    first = np.cumsum(lengths) - lengths
    step = np.arange(lengths.sum()) - np.repeat(first, lengths)
    place = bounds[step] + np.repeat(rank, lengths)
    following = np.empty_like(place)
    following[place] = np.append(place[1:], -1)
    following[place[np.cumsum(lengths) - 1]] = -1
    return bounds[: longest + 1].tolist(), place, following


def _move(moves: Array, state: Array) -> Array:
    total: Array = (moves[:, :, None] * state[:, None, :]).sum(axis=0)
    return total


def find_spans(lattice: Lattice, lengths: Sequence[int], papers: Sequence[int]) -> list[list[SpanScore]]:
    """Return for each paper the spans that are probable enough as names of some type.

    ``lengths`` are the words of the sentences, ``papers`` the sentences of the papers.
    """
    starts, sizes, kinds, scores = _extend(lattice, LEAST)
    words = np.empty_like(lattice.place)
    words[lattice.place] = np.arange(len(words))
    first = words[starts]
    order = np.lexsort((kinds, sizes, first))
    sentence, start = _share_out(first[order], lengths)
    paper, number = _share_out(sentence, papers)
    columns = (paper, number, start, start + sizes[order], kinds[order], scores[order])
    found: list[dict[tuple[int, int, int], dict[EntityType, float]]] = [{} for _ in papers]
    for which, *place, kind, score in zip(*(column.tolist() for column in columns), strict=True):
        found[which].setdefault((place[0], place[1], place[2]), {})[ENTITY_TYPES[kind]] = score
    return [[SpanScore(*place, scores) for place, scores in spans.items()] for spans in found]


def _share_out(items: Whole, sizes: Sequence[int]) -> tuple[Whole, Whole]:
    """Return the group that each item is in, and its number there, where groups of these sizes follow each other."""
    ends = np.cumsum(np.asarray(sizes, np.int64))
    group = np.searchsorted(ends, items, side="right")
    return group, items - (ends - sizes)[group]


def _extend(lattice: Lattice, least: float) -> tuple[Whole, Whole, Whole, Array]:
    """Return first place, number of words, number of the type, and probability of the probable names."""
    kinds, starts = np.nonzero((lattice.forward * lattice.backward)[1::2] >= least)
    inside = 2 + 2 * kinds
    path, label, at = lattice.forward[inside - 1, starts], inside - 1, starts
    found = []
    for size in range(1, LONGEST + 1):
        after = lattice.following[at]
        step = lattice.transitions[label, inside] * lattice.emissions[inside, after] / lattice.scales[after]
        going = np.where(after < 0, 0.0, step * lattice.backward[inside, after])
        ending = path * (lattice.backward[label, at] - going)
        here = ending >= least
        found.append((starts[here], np.full(int(here.sum()), size), inside[here] // 2 - 1, ending[here]))
        on = (path * going >= least) & (after >= 0)
        starts, inside, at, path = starts[on], inside[on], after[on], (path * step)[on]
        label = inside
    whole = [np.concatenate(column) for column in zip(*found, strict=True)]
    return whole[0], whole[1], whole[2], whole[3]
