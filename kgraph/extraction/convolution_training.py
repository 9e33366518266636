"""Training of the convolutional network: back-propagation and Adam (Kingma and Ba 2015), in NumPy; deterministic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from kgraph.extraction.convolution import GAPS, HIDDEN, TINY, WIDTH, ConvNet, gather, neighbours, normalise
from kgraph.extraction.crf import Whole

# Single precision; double where the slopes are tested.
Single = npt.NDArray[np.floating[Any]]

#: Rounds over all papers and the first step's size: when all is learnt, and when a network goes on learning.
EPOCHS: Final = 8
RATE: Final = 2e-3
MORE_EPOCHS: Final = 2
MORE_RATE: Final = 7e-4
#: Papers a step, features that are left out and hidden numbers that are left out.
BATCH: Final = 16
DECAY: Final = 1e-2
WARM: Final = 100
DROP_FEATURES: Final = 0.2
DROP: Final = 0.2
MOST_SLOPE: Final = 5.0
#: A feature that stands on fewer words has no row in the table.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A labelled paper: the features, vector and label of each word, and the words of each sentence."""

    features: Sequence[Sequence[str]]
    vectors: npt.NDArray[np.floating[Any]]
    labels: Sequence[int]
    lengths: Sequence[int]


def train_convnet(lessons: Sequence[Lesson], labels: int, seed: int = 1) -> ConvNet:
    """Fit a network with dropout of features and of hidden numbers, weight decay and a falling rate."""
    index = _number_features(lessons)
    random = np.random.default_rng(seed)
    weights = _first_weights(len(index), lessons[0].vectors.shape[1], labels, random)
    _descend(weights, [_encode(lesson, index) for lesson in lessons], random, EPOCHS, RATE)
    return _from_weights(index, weights)


def tune_convnet(network: ConvNet, lessons: Sequence[Lesson], seed: int = 1) -> ConvNet:
    """Let a network go on learning from other papers: in small steps, with the features that it knows."""
    weights = _to_weights(network)
    papers = [_encode(lesson, network.index) for lesson in lessons]
    _descend(weights, papers, np.random.default_rng(seed), MORE_EPOCHS, MORE_RATE)
    return _from_weights(network.index, weights)


def _from_weights(index: Mapping[str, int], weights: dict[str, Single]) -> ConvNet:
    # A row that was never left out while learning would be too strong.
    table = weights["table"] * np.float32(1 - DROP_FEATURES)
    step = max(float(np.abs(table).max()), 1e-9) / 127
    return ConvNet(
        index,
        np.round(table / step).astype(np.int8),
        step,
        weights["vectors"],
        weights["inner"],
        weights["inner_bias"],
        tuple((weights[f"layer-{at}"], weights[f"layer-{at}-bias"]) for at in range(len(GAPS))),
        weights["outer"],
        weights["outer_bias"],
    )


def _to_weights(network: ConvNet) -> dict[str, Single]:
    weights: dict[str, Any] = {
        "table": network.table * (network.step / (1 - DROP_FEATURES)),
        "vectors": network.vectors,
        "inner": network.inner,
        "inner_bias": network.inner_bias,
        "outer": network.outer,
        "outer_bias": network.outer_bias,
    }
    for at, (matrix, bias) in enumerate(network.layers):
        weights |= {f"layer-{at}": matrix, f"layer-{at}-bias": bias}
    return {name: each.astype(np.float32) for name, each in weights.items()}


@dataclass(frozen=True, slots=True)
class _Paper:
    """A lesson in numbers: word → rows of the table (CSR)."""

    ends: Whole
    rows: npt.NDArray[np.int32]
    vectors: Single
    labels: Whole
    lengths: Sequence[int]


def _number_features(lessons: Sequence[Lesson]) -> dict[str, int]:
    counts = Counter(chain.from_iterable(row for lesson in lessons for row in lesson.features))
    return {feature: row for row, feature in enumerate(sorted(f for f, count in counts.items() if count >= FEWEST))}


def _encode(lesson: Lesson, index: Mapping[str, int]) -> _Paper:
    known = [[index[feature] for feature in row if feature in index] for row in lesson.features]
    return _Paper(
        np.cumsum([len(row) for row in known], dtype=np.int64),
        np.fromiter(chain.from_iterable(known), np.int32),
        lesson.vectors.astype(np.float32),
        np.asarray(lesson.labels, np.int64),
        lesson.lengths,
    )


def _first_weights(features: int, vector: int, labels: int, random: np.random.Generator) -> dict[str, Single]:
    def matrix(rows: int, columns: int, size: float) -> Single:
        return random.normal(0, size, (rows, columns)).astype(np.float32)

    weights = {
        "table": matrix(features, WIDTH, 0.05),
        "vectors": matrix(vector, WIDTH, vector**-0.5),
        "inner": matrix(WIDTH, HIDDEN, WIDTH**-0.5),
        "inner_bias": np.zeros(HIDDEN, np.float32),
        "outer": matrix(HIDDEN + WIDTH, labels, (HIDDEN + WIDTH) ** -0.5),
        "outer_bias": np.zeros(labels, np.float32),
    }
    for at in range(len(GAPS)):
        weights[f"layer-{at}"] = matrix(3 * HIDDEN, HIDDEN, (3 * HIDDEN) ** -0.5)
        weights[f"layer-{at}-bias"] = np.zeros(HIDDEN, np.float32)
    return weights


def _descend(
    weights: dict[str, Single], papers: Sequence[_Paper], random: np.random.Generator, epochs: int, most: float
) -> None:
    """Change the weights, in ``epochs`` rounds over the papers, at a rate that rises to ``most`` and then falls."""
    first = {name: np.zeros_like(each) for name, each in weights.items()}
    second = {name: np.zeros_like(each) for name, each in weights.items()}
    steps = epochs * -(-len(papers) // BATCH)
    for step, batch in enumerate(_batches(papers, random, epochs), 1):
        slopes = _slopes(weights, batch, random)
        size = sum(float((slope * slope).sum()) for slope in slopes.values()) ** 0.5
        shrink = np.float32(min(1.0, MOST_SLOPE / max(size, 1e-9)))
        rate = np.float32(most * min(1, step / WARM) * (1 - step / (steps + 1)))
        for name, slope in slopes.items():
            slope *= shrink
            first[name] += np.float32(0.1) * (slope - first[name])
            second[name] += np.float32(0.001) * (slope * slope - second[name])
            depth = np.sqrt(second[name] / np.float32(1 - 0.999**step)) + np.float32(1e-8)
            if name != "table" and not name.endswith("bias"):
                weights[name] *= 1 - rate * np.float32(DECAY)
            weights[name] -= rate / np.float32(1 - 0.9**step) * first[name] / depth


def _batches(papers: Sequence[_Paper], random: np.random.Generator, epochs: int) -> Iterator[list[_Paper]]:
    for _ in range(epochs):
        order = random.permutation(len(papers))
        for at in range(0, len(order), BATCH):
            yield [papers[number] for number in order[at : at + BATCH]]


def _slopes(weights: Mapping[str, Single], batch: Sequence[_Paper], random: np.random.Generator) -> dict[str, Single]:
    """Return the slope of the mean cross-entropy by each weight."""
    chosen = _draw_features(batch, len(weights["table"]), random)
    vectors = np.concatenate([paper.vectors for paper in batch])
    labels = np.concatenate([paper.labels for paper in batch])
    lengths = [length for paper in batch for length in paper.lengths]

    summed: Single = chosen @ weights["table"] + vectors @ weights["vectors"]
    plain = normalise(summed)
    kept = _draw(plain.shape, random)
    words = plain * kept
    hidden = words @ weights["inner"] + weights["inner_bias"]
    trace = []
    for at, gap in enumerate(GAPS):
        even = normalise(hidden)
        beside = neighbours(lengths, gap)
        near = gather(even, beside)
        active = near @ weights[f"layer-{at}"] + weights[f"layer-{at}-bias"]
        gate = _draw(active.shape, random) * (active > 0)
        trace.append((hidden, even, beside, near, gate))
        hidden = hidden + active * gate
    last = _draw(hidden.shape, random)
    out = np.concatenate([hidden * last, words], axis=1)
    logits = out @ weights["outer"] + weights["outer_bias"]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = exponents / exponents.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)

    slopes = {"outer": out.T @ error, "outer_bias": error.sum(axis=0)}
    back = error @ weights["outer"].T
    to_hidden, to_words = back[:, :HIDDEN] * last, back[:, HIDDEN:]
    for at, (before, even, beside, near, gate) in reversed(list(enumerate(trace))):
        moved = to_hidden * gate
        slopes[f"layer-{at}"], slopes[f"layer-{at}-bias"] = near.T @ moved, moved.sum(axis=0)
        spread = _ungather(moved @ weights[f"layer-{at}"].T, beside)
        to_hidden = to_hidden + _unnormalise(spread, before, even)
    slopes["inner"], slopes["inner_bias"] = words.T @ to_hidden, to_hidden.sum(axis=0)
    to_words = (to_words + to_hidden @ weights["inner"].T) * kept
    to_sum: Single = _unnormalise(to_words, summed, plain)
    slopes["vectors"] = vectors.T @ to_sum
    slopes["table"] = chosen.T @ to_sum
    return slopes


def _draw_features(batch: Sequence[_Paper], features: int, random: np.random.Generator) -> Any:
    """Return which features each word has (word × feature), some of them left out."""
    rows = np.concatenate([paper.rows for paper in batch])
    before = np.cumsum([0, *(len(paper.rows) for paper in batch[:-1])])
    ends = np.concatenate([paper.ends + start for paper, start in zip(batch, before, strict=True)])
    kept = (random.random(len(rows), np.float32) >= DROP_FEATURES).astype(np.float32)
    return csr_array((kept, rows, np.concatenate([[0], ends])), shape=(len(ends), features))


def _draw(shape: tuple[int, ...], random: np.random.Generator) -> Single:
    """Return a mask of dropout."""
    kept: Single = (random.random(shape, np.float32) >= DROP) / np.float32(1 - DROP)
    return kept


def _unnormalise(slope: Single, rows: Single, normal: Single) -> Single:
    """Return the slope by ``rows``, whose normal form is ``normal``, from the slope by the normal form."""
    centred = slope - slope.mean(axis=1, keepdims=True) - normal * (slope * normal).mean(axis=1, keepdims=True)
    back: Single = centred / np.sqrt(rows.var(axis=1, keepdims=True) + np.float32(TINY))
    return back


def _ungather(slope: Single, beside: Whole) -> Single:
    """Return the slope by the rows from the slope by the rows and their neighbours."""
    back: Single = np.concatenate([slope[:, HIDDEN : 2 * HIDDEN], np.zeros((1, HIDDEN), np.float32)])
    # No word is the neighbour of two on the same side, but the one that stands for none.
    back[beside[:, 0]] += slope[:, :HIDDEN]
    back[beside[:, 1]] += slope[:, 2 * HIDDEN :]
    return back[:-1]
