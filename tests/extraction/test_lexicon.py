from __future__ import annotations

import gc

import pytest

from kgraph.extraction.lexicon import Match, index_names, load_lexicon
from kgraph.extraction.phrases import COLUMNS, LEFT, RIGHT, PhraseStatistics
from kgraph.resources import collector_paused
from kgraph.vocabulary import Concept


def digits(left: str, right: str) -> str:
    row = ["0"] * COLUMNS
    row[LEFT], row[RIGHT] = left, right
    return "".join(row)


def test_a_name_of_two_types_has_both_and_all_its_spellings() -> None:
    names = index_names(
        [Concept("Fine-Tuning", "method", ("finetuning",)), Concept("fine tuning", "task"), Concept("X", "task")]
    )
    assert names == {"finetuning": ("method|task", frozenset({"Fine-Tuning", "finetuning"}))}


def test_the_longest_known_name_is_found_across_hyphens_and_in_any_case() -> None:
    lexicon = load_lexicon()
    words = ["We", "use", "Low", "-", "Rank", "adaptation", "."]
    match = next(match for match in lexicon.find_names(words) if match.start == 2)
    assert isinstance(match, Match)
    assert (match.end, match.exact) == (6, False)


def test_statistics_of_phrases_are_a_mapping_and_know_which_are_whole() -> None:
    known = PhraseStatistics(["a", "b", "c"], digits("5", "f") + digits("4", "f") + digits("a", "5"))
    assert dict(known) == {"a": digits("5", "f"), "b": digits("4", "f"), "c": digits("a", "5")}
    assert "b" in known
    assert known.get("d", "0") == "0"
    assert known.whole() == ["a", "c"]
    with pytest.raises(ValueError, match="2 phrases with 1 digits"):
        PhraseStatistics(["a", "b"], "0")


def test_a_pause_leaves_the_garbage_collector_as_it_was() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
