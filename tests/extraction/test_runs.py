from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extraction.runs import CONTENT, INNER, SKIP, STOP, KnownRuns, Sieve, hash_words

SPELLINGS = {"neural": CONTENT, "net": CONTENT, "of": INNER, "-": SKIP, "é": CONTENT, ".": STOP}
words_of_a_text = st.lists(st.sampled_from(sorted(SPELLINGS)), max_size=20)


def runs(words: list[str], most_words: int, most_tokens: int) -> list[tuple[int, int, str]]:
    """All runs by looking at each: (start, end, spelling)."""
    found = []
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + most_tokens) + 1):
            kinds = [SPELLINGS[word] for word in words[start:end]]
            counted = sum(kind >= INNER for kind in kinds)
            if STOP not in kinds and kinds[0] == kinds[-1] == CONTENT and counted <= most_words:
                found.append((start, end, "".join(words[start:end]).replace("-", "")))
    return found


@given(words_of_a_text, st.sets(st.integers(0, 400)), st.integers(1, 5), st.integers(1, 8))
def test_every_run_that_spells_a_key_is_found(
    words: list[str], chosen: set[int], most_words: int, most_tokens: int
) -> None:
    possible = runs(words, most_words, most_tokens)
    keys = {spelling for number, (*_, spelling) in enumerate(possible) if number in chosen}
    kinds = np.array([*(SPELLINGS[word] for word in words), STOP], np.uint8)
    hashes, powers = hash_words([word if SPELLINGS[word] >= INNER else "" for word in [*words, "."]])
    starts, ends = KnownRuns(sorted(keys), most_words, most_tokens).find(kinds, hashes, powers)
    found = list(zip(starts.tolist(), ends.tolist(), strict=True))
    assert found == sorted(found)
    assert {(start, end) for start, end, spelling in possible if spelling in keys} <= set(found)
    assert set(found) <= {(start, end) for start, end, _ in possible}


@given(st.text(max_size=10), st.text(max_size=10))
def test_the_hash_of_two_words_follows_from_those_of_each(left: str, right: str) -> None:
    hashes, powers = hash_words([left, right, left + right])
    with np.errstate(over="ignore"):
        assert hashes[0] * powers[1] + hashes[1] == hashes[2]


def test_a_sieve_lets_all_members_and_few_others_through() -> None:
    numbers = np.random.default_rng(1).integers(0, 2**64, 40_000, np.uint64)
    sieve = Sieve(numbers[:20_000])
    assert sieve(numbers[:20_000]).all()
    assert sieve(numbers[20_000:]).mean() < 0.1
