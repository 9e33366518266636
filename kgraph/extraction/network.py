"""A small feed-forward network in NumPy: numbers of a possible name → probability of each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

# Learnt in single precision, run in double: see crf.py.
Array = npt.NDArray[np.floating[Any]]

HIDDEN: Final = 48
MEMBERS: Final = 4
EPOCHS: Final = 24
BATCH: Final = 256
RATE: Final = 2e-3
DECAY: Final = 3e-3
DROP: Final = 0.2
#: Rows that are run at once: too few for BLAS to share them out among threads, whose waiting costs more than they gain.
BLOCK: Final = 16


@dataclass(frozen=True, slots=True)
class Network:
    """An ensemble of networks with one hidden layer; the probabilities are the mean of the members'."""

    mean: Array
    scale: Array
    inner: Array
    inner_bias: Array
    outer: Array
    outer_bias: Array

    def run(self, rows: Array) -> Array:
        """Return a row of class probabilities for each row of numbers."""
        scaled = (rows - self.mean) / self.scale
        return np.concatenate([self._run(scaled[at : at + BLOCK]) for at in range(0, len(scaled), BLOCK)])

    def _run(self, scaled: Array) -> Array:
        hidden = np.maximum(scaled @ self.inner + self.inner_bias, 0)
        logits = hidden @ self.outer + self.outer_bias
        exponents = np.exp(logits - logits.max(axis=2, keepdims=True))
        mean: Array = (exponents / exponents.sum(axis=2, keepdims=True)).mean(axis=0)
        return mean


def train_network(rows: Array, classes: npt.NDArray[np.int64], count: int, members: int = MEMBERS) -> Network:
    """Fit the ensemble by Adam with dropout and weight decay; deterministic."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
    scaled = ((rows - mean) / scale).astype(np.float32)
    trained = [_train_member(scaled, classes, count, 1 + number) for number in range(members)]
    inner, inner_bias, outer, outer_bias = (np.stack(part) for part in zip(*trained, strict=True))
    return Network(
        mean.astype(np.float32), scale.astype(np.float32), inner, inner_bias[:, None], outer, outer_bias[:, None]
    )


def _train_member(rows: Array, classes: npt.NDArray[np.int64], count: int, seed: int) -> tuple[Array, ...]:
    random = np.random.default_rng(seed)
    width = rows.shape[1]
    weights = [
        random.normal(0, (2 / width) ** 0.5, (width, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        random.normal(0, (1 / HIDDEN) ** 0.5, (HIDDEN, count)).astype(np.float32),
        np.zeros(count, np.float32),
    ]
    first = [np.zeros_like(each) for each in weights]
    second = [np.zeros_like(each) for each in weights]
    targets = np.eye(count, dtype=np.float32)[classes]
    steps = -(-len(rows) // BATCH) * EPOCHS
    step = 0
    for _ in range(EPOCHS):
        order = random.permutation(len(rows))
        for at in range(0, len(rows), BATCH):
            step += 1
            chosen = order[at : at + BATCH]
            slopes = _gradients(weights, rows[chosen], targets[chosen], random)
            rate = RATE * (1 - step / (steps + 1))
            for number, slope in enumerate(slopes):
                first[number] = 0.9 * first[number] + 0.1 * slope
                second[number] = 0.999 * second[number] + 0.001 * slope * slope
                move = first[number] / (1 - 0.9**step) / (np.sqrt(second[number] / (1 - 0.999**step)) + 1e-8)
                weights[number] -= (rate * (move + (DECAY * weights[number] if number % 2 == 0 else 0))).astype(
                    np.float32
                )
    return tuple(weights)


def _gradients(weights: list[Array], rows: Array, targets: Array, random: np.random.Generator) -> list[Array]:
    inner, inner_bias, outer, outer_bias = weights
    rows = rows * (random.random(rows.shape, dtype=np.float32) > DROP / 2) / np.float32(1 - DROP / 2)
    kept = (random.random((len(rows), HIDDEN), dtype=np.float32) > DROP) / np.float32(1 - DROP)
    active = rows @ inner + inner_bias
    hidden = np.maximum(active, 0) * kept
    logits = hidden @ outer + outer_bias
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = (exponents / exponents.sum(axis=1, keepdims=True) - targets) / len(rows)
    back = (error @ outer.T) * kept * (active > 0)
    return [rows.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def pack_network(network: Network) -> dict[str, bytes]:
    """Return the parts of a network as bytes (half precision; shapes follow from the lengths)."""
    parts: dict[str, Any] = {
        "shape": np.array(network.inner.shape + network.outer.shape[2:], "<i4"),
        "mean": network.mean.astype("<f4"),
        "scale": network.scale.astype("<f4"),
        "inner": network.inner.astype("<f2"),
        "inner_bias": network.inner_bias.astype("<f4"),
        "outer": network.outer.astype("<f4"),
        "outer_bias": network.outer_bias.astype("<f4"),
    }
    return {name: part.tobytes() for name, part in parts.items()}


def unpack_network(parts: Mapping[str, bytes]) -> Network:
    """Return the network that :func:`pack_network` packed; raises ValueError where it does not fit."""
    members, width, hidden, count = np.frombuffer(parts["shape"], "<i4").tolist()

    def read(name: str, kind: str, *shape: int) -> Array:
        return np.frombuffer(parts[name], kind).reshape(shape).astype(np.float64)

    return Network(
        read("mean", "<f4", width),
        read("scale", "<f4", width),
        read("inner", "<f2", members, width, hidden),
        read("inner_bias", "<f4", members, 1, hidden),
        read("outer", "<f4", members, hidden, count),
        read("outer_bias", "<f4", members, 1, count),
    )
