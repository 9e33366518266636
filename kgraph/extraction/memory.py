"""What possible names turned out to be in labelled papers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgraph.extraction.groups import CLASSES, Group
from kgraph.extraction.network import Array


@dataclass(frozen=True)
class Memory:
    """What possible names turned out to be in labelled papers: group key → number of papers by class."""

    counts: Mapping[str, tuple[int, ...]]

    @cached_property
    def _share(self) -> list[float]:
        """The prior of each class, two papers in all."""
        total = [max(1, sum(column)) for column in zip(*self.counts.values(), strict=True)] or [1] * CLASSES
        return [2 * value / sum(total) for value in total]

    def rows(self, groups: Sequence[Group], own: Sequence[int] | None = None) -> Array:
        """Return a row of numbers for each group; ``own`` are classes to leave out (the paper's own labels)."""
        share = self._share
        return np.array(
            [self._row(group.key, share, own[at] if own is not None else None) for at, group in enumerate(groups)],
            np.float64,
        )

    def _row(self, key: str, share: Sequence[float], own: int | None) -> list[float]:
        counts = list(self.counts.get(key, (0,) * CLASSES))
        if own is not None:
            counts[own] -= 1
        seen = sum(counts)
        rates = [(value + prior) / (seen + 2) for value, prior in zip(counts, share, strict=True)]
        return [math.log(1 + seen), float(seen == 0), 1 - rates[0], *rates[1:]]


def remember(classified: Iterable[tuple[Sequence[Group], Sequence[int]]]) -> Memory:
    """Count what the possible names of labelled papers turned out to be."""
    counts: dict[str, list[int]] = {}
    for groups, classes in classified:
        for group, number in zip(groups, classes, strict=True):
            counts.setdefault(group.key, [0] * CLASSES)[number] += 1
    return Memory({key: tuple(counts[key]) for key in sorted(counts)})
