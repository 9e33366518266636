"""Which runs of words spell a known key: a rolling hash (Karp and Rabin 1987) over many sentences at once.

The keys are folded words without gaps ("neuralnetwork"), so that the hash of a run follows from those of its words:
hash(ab) = hash(a) · base^|b| + hash(b), modulo 2^64. A table of bits tells which hashes no key has. What passes it
may still be no key: the caller looks it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint8]

#: What a word is in a run: its end, nothing, a word inside only, or one with which a run may start and end.
STOP, SKIP, INNER, CONTENT = range(4)
_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
#: A table has at least 2^4 slots for each key.
_SPARSE: Final = 4


class Sieve:
    """A set of 64-bit numbers that lets through all its members and few others."""

    def __init__(self, members: Hashes) -> None:
        bits = len(members).bit_length() + _SPARSE
        self._shift = np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, np.bool_)
        self._table[self._slots(members)] = True

    def __call__(self, numbers: Hashes) -> npt.NDArray[np.bool_]:
        """Return which numbers may be members."""
        return self._table[self._slots(numbers)]

    def _slots(self, numbers: Hashes) -> Hashes:
        mixed = numbers * np.uint64(_BASE)
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(_BASE)
        mixed >>= self._shift
        return mixed


def hash_words(words: Sequence[str]) -> tuple[Hashes, Hashes]:
    """Return the hash of each word and the power of the base by which a hash before it is multiplied."""
    text = "".join(words)
    encoded = text.encode("utf-8", "surrogatepass")
    sizes = map(len, words) if text.isascii() else (len(word.encode("utf-8", "surrogatepass")) for word in words)
    lengths = np.fromiter(sizes, np.int64, len(words))
    ends = np.cumsum(lengths)
    size = int(lengths.sum())
    powers, inverses = _powers(_BASE, size), _powers(_INVERSE, size)
    digits = np.frombuffer(encoded, np.uint8).astype(np.uint64) * inverses[:-1]
    sums = np.append(np.uint64(0), np.cumsum(digits))
    # Digit number n counts base^-n in the sums, and base^(end - 1 - n) in the hash of its word.
    hashes = (sums[ends] - sums[ends - lengths]) * powers[ends] * np.uint64(_INVERSE)
    return hashes, powers[lengths]


def _powers(base: int, most: int) -> Hashes:
    factors = np.full(most + 1, base, np.uint64)
    factors[0] = 1
    powers: Hashes = np.cumprod(factors, dtype=np.uint64)
    return powers


class KnownRuns:
    """Finds the runs of at most so many words, and so many words and symbols, that may spell one of the keys."""

    def __init__(self, keys: Iterable[str], most_words: int, most_tokens: int) -> None:
        self._sieve = Sieve(hash_words(list(keys))[0])
        self._most_words = most_words
        self._most_tokens = most_tokens

    def find(self, kinds: Kinds, hashes: Hashes, powers: Hashes) -> tuple[Places, Places]:
        """Return where the runs start and end, in this order.

        Words that are nothing in a run have hash 0 and power 1; the last word of all must be a stop.
        """
        starts = np.flatnonzero(kinds == CONTENT)
        state, words = hashes[starts], np.ones(len(starts), np.int64)
        found: list[tuple[Places, Places]] = []
        for size in range(1, self._most_tokens + 1):
            ends = starts + size
            passed = self._sieve(state)
            passed &= kinds[ends - 1] == CONTENT
            found.append((starts[passed], ends[passed]))
            going = (kinds[ends] != STOP) & (words < self._most_words)
            if not going.any():
                break
            starts, ends = starts[going], ends[going]
            state = state[going] * powers[ends] + hashes[ends]
            words = words[going] + (kinds[ends] >= INNER)
        first, last = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((last, first))
        return first[order], last[order]
