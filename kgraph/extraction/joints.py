"""The weights of features of several words, found for many words at once.

A joint feature is a template and two or three values. Values have numbers, so that a feature is one whole number; the
numbers of all features that have weights stand sorted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

import numpy as np

from kgraph.extraction.crf import Chain, Whole
from kgraph.extraction.features import JOINTS
from kgraph.extraction.runs import Hashes, Sieve

#: The attributes that joint features are made of; a word has a code for each, 0 where no feature has its value.
ATTRIBUTES: Final = ("w", "b", "s")
#: Bits of a code: four numbers (template and up to three codes) fill 64 bits.
_BITS: Final = 20
#: The character after "=": features that begin with a template and "=" sort before it.
_AFTER_EQUALS: Final = chr(ord("=") + 1)


class Joints:
    """The joint features of a chain."""

    def __init__(self, chain: Chain) -> None:
        self._codes: dict[str, dict[str, int]] = {attribute: {} for attribute in ATTRIBUTES}
        keys: list[Hashes] = []
        rows: list[int] = []
        features = sorted(chain.index)
        for number, (start, parts) in enumerate(JOINTS.items()):
            begin = f"{start}="
            mine = features[bisect_left(features, begin) : bisect_left(features, f"{start}{_AFTER_EQUALS}")]
            rows += chain.rows(mine)
            key = np.full(len(mine), number, np.uint64)
            # No value has white space: what begins the features goes from all at once.
            values = "\n".join(["", *mine]).replace(f"\n{begin}", " ").split()
            for place, (_, attribute) in enumerate(parts):
                codes = self._codes[attribute]
                there = values[place :: len(parts)]
                for value in dict.fromkeys(there):
                    codes.setdefault(value, len(codes) + 1)
                numbers = np.fromiter(map(codes.__getitem__, there), np.uint64, len(there))
                key = (key << np.uint64(_BITS)) | numbers
            keys.append(key)
        unsorted = np.concatenate(keys)
        order = np.argsort(unsorted)
        self._keys: Hashes = np.append(unsorted[order], np.iinfo(np.uint64).max)
        self._rows: Whole = np.append(np.array(rows, np.int64)[order], -1)
        self._sieve = Sieve(unsorted)

    def codes(self, attributes: Mapping[str, str]) -> tuple[int, ...]:
        """Return the codes of a word."""
        return tuple(self._codes[attribute].get(attributes[attribute], 0) for attribute in ATTRIBUTES)

    def edge_codes(self, mark: str) -> tuple[int, ...]:
        """Return the codes of the edge of a sentence, whose attributes all have the same value."""
        return self.codes(dict.fromkeys(ATTRIBUTES, mark))

    def find(self, codes: Hashes, places: Whole) -> tuple[Whole, Whole]:
        """Return the numbers of the ``places`` of words that have a joint feature with weights, and its row.

        ``codes`` holds a row of codes for each word, with edges between sentences.
        """
        column = {attribute: codes[:, number] for number, attribute in enumerate(ATTRIBUTES)}
        found: list[tuple[Whole, Whole]] = []
        for number, parts in enumerate(JOINTS.values()):
            parted = [column[attribute][places + offset] for offset, attribute in parts]
            at = np.flatnonzero(np.logical_and.reduce(parted))
            key = np.full(len(at), number, np.uint64)
            for codes_there in parted:
                key = (key << np.uint64(_BITS)) | codes_there[at]
            passed = self._sieve(key)
            at, key = at[passed], key[passed]
            nearest = np.searchsorted(self._keys, key)
            same = self._keys[nearest] == key
            found.append((at[same], self._rows[nearest[same]]))
        words, rows = (np.concatenate(each) for each in zip(*found, strict=True))
        return words, rows
