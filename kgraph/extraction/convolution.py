"""The second opinion of the first layer: a convolutional network over the words of a sentence, in NumPy.

A word goes in as the sum of the vectors of its own features (spelling, statistics, known names, title; the table is
learnt) and of its distributional vector. Residual convolutions of three words each, with growing gaps (Strubell et al.
2017), show it its neighbours; what comes out is how probable each label is. Sentences do not see each other.

What is computed for a paper never depends on the papers beside it: one paper is run at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kgraph.extraction.crf import Whole

# Learnt in single precision, run in double: see crf.py.
Array = npt.NDArray[np.floating[Any]]

#: Numbers that a word goes in as, and numbers that stand for it inside.
WIDTH: Final = 64
HIDDEN: Final = 128
#: How far the outer two of the three words stand from the middle one, layer by layer.
GAPS: Final = (1, 2, 4, 1)
#: What a variance is at least, as far as a row is divided by it.
TINY: Final = 1e-5


@dataclass(frozen=True, slots=True)
class ConvNet:
    """The weights of a network.

    ``table`` holds a row of ``WIDTH`` whole numbers for each feature of ``index``, in steps of ``step``; ``layers``
    the matrices and biases of the convolutions.
    """

    index: Mapping[str, int]
    table: npt.NDArray[np.int8]
    step: float
    vectors: Array
    inner: Array
    inner_bias: Array
    layers: tuple[tuple[Array, Array], ...]
    outer: Array
    outer_bias: Array

    def run(self, sums: npt.NDArray[np.int32], vectors: Array, lengths: Sequence[int]) -> Array:
        """Return the logarithm of the probability of each label of each word (word, label) of one paper.

        ``sums`` holds the summed rows of the table of each word, ``vectors`` its distributional vector, ``lengths`` the
        words of the sentences.
        """
        words = normalise(sums * self.step + vectors @ self.vectors)
        hidden = words @ self.inner + self.inner_bias
        for gap, (matrix, bias) in zip(GAPS, self.layers, strict=True):
            near = gather(normalise(hidden), neighbours(lengths, gap))
            hidden += np.maximum(near @ matrix + bias, 0)
        logits = np.concatenate([hidden, words], axis=1) @ self.outer + self.outer_bias
        logits -= logits.max(axis=1, keepdims=True)
        log: Array = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return log


def normalise(rows: Array) -> Array:
    """Return the rows with mean 0 and variance 1 (Ba et al. 2016, without gain and bias)."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    scaled: Array = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + TINY)
    return scaled


def neighbours(lengths: Sequence[int], gap: int) -> Whole:
    """Return for each word the word ``gap`` before it and ``gap`` behind it in its sentence, or one behind the last.

    >>> neighbours([2, 1], 1).tolist()
    [[3, 1], [0, 3], [3, 3]]
    """
    ends = np.repeat(np.cumsum(lengths), lengths)
    starts = ends - np.repeat(lengths, lengths)
    words = np.arange(len(ends))
    before, after = words - gap, words + gap
    return np.stack([np.where(before < starts, len(ends), before), np.where(after < ends, after, len(ends))], axis=1)


def gather(rows: Array, beside: Whole) -> Array:
    """Return for each word its row between those of its neighbours; zeros stand beyond the edges of a sentence."""
    padded = np.concatenate([rows, np.zeros((1, rows.shape[1]), rows.dtype)])
    return np.concatenate([padded[beside[:, 0]], rows, padded[beside[:, 1]]], axis=1)


def pack_convnet(network: ConvNet) -> dict[str, bytes]:
    """Return the parts of a network as bytes: one byte a number in the table, two in the matrices."""
    parts = {
        "features": "\n".join(network.index).encode(),
        "table": np.ascontiguousarray(network.table.T).tobytes(),
        "step": np.array([network.step], "<f8").tobytes(),
        "vectors": network.vectors.astype("<f2").tobytes(),
        "inner": network.inner.astype("<f2").tobytes(),
        "inner_bias": network.inner_bias.astype("<f4").tobytes(),
        "outer": network.outer.astype("<f2").tobytes(),
        "outer_bias": network.outer_bias.astype("<f4").tobytes(),
    }
    for number, (matrix, bias) in enumerate(network.layers):
        parts[f"layer-{number}"] = matrix.astype("<f2").tobytes()
        parts[f"layer-{number}-bias"] = bias.astype("<f4").tobytes()
    return parts


def unpack_convnet(parts: Mapping[str, bytes]) -> ConvNet:
    """Return the network that :func:`pack_convnet` packed; raises ValueError where it does not fit."""

    def read(name: str, *shape: int) -> Array:
        kind = "<f4" if name.endswith("bias") else "<f2"
        return np.frombuffer(parts[name], kind).astype(np.float64).reshape(shape)

    features = parts["features"].decode().split("\n")
    table = np.frombuffer(parts["table"], np.int8).reshape(WIDTH, len(features))
    return ConvNet(
        dict(zip(features, range(len(features)), strict=True)),
        np.ascontiguousarray(table.T),
        float(np.frombuffer(parts["step"], "<f8")[0]),
        read("vectors", -1, WIDTH),
        read("inner", WIDTH, HIDDEN),
        read("inner_bias", HIDDEN),
        tuple((read(f"layer-{at}", 3 * HIDDEN, HIDDEN), read(f"layer-{at}-bias", HIDDEN)) for at in range(len(GAPS))),
        read("outer", HIDDEN + WIDTH, -1),
        read("outer_bias", -1),
    )
