"""What a paper calls its names, and how near they are to the words by which it proposes and compares."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extraction.appositions import KINDS, apposition_numbers
from kgraph.extraction.cues import cue_numbers, find_cues
from kgraph.extraction.documents import read_document
from kgraph.records import FIELDS, Field, Paper

MODEL, METHOD, DATASET, TASK = range(KINDS)


@dataclass(frozen=True)
class Here:
    field: Field
    start: int
    end: int


def numbers(title: str, abstract: str, name: str = "Quill") -> tuple[list[int], list[int], list[int], bool]:
    """Return the kinds that a name is called behind it, in front of it, and in the title; and whether it has sizes."""
    paper = Paper("paper/1", title, abstract)
    places = [Here(field, at, at + len(name)) for field in FIELDS if (at := paper.text(field).find(name)) >= 0]
    found = apposition_numbers(read_document(paper), places, name)
    parts = [found[at : at + KINDS] for at in range(0, 3 * KINDS, KINDS)]
    behind, before, head = ([kind for kind in range(KINDS) if part[kind]] for part in parts)
    return behind, before, head, bool(found[-1])


@pytest.mark.parametrize(
    ("abstract", "behind", "before"),
    [
        ("We propose Quill, a novel sparse network that learns.", [MODEL], []),
        ("We propose Quill, a framework for networks.", [METHOD], []),
        ("Quill is the first large benchmark of its kind.", [DATASET], []),
        ("We propose Quill, which helps.", [], []),
        ("We propose a new architecture, called Quill.", [], [MODEL]),
        ("Our framework Quill is fast.", [], [METHOD]),
        ("We study the task Quill on a network.", [], [TASK]),
    ],
)
def test_what_a_name_is_called(abstract: str, behind: list[int], before: list[int]) -> None:
    assert numbers("A title", abstract)[:2] == (behind, before)


def test_what_a_title_calls_a_name() -> None:
    assert numbers("Quill: A Dataset of Networks for Search", "")[2] == [DATASET]
    assert numbers("On Quill and other networks", "")[2] == []


def test_what_has_sizes() -> None:
    assert numbers("A title", "Quill beats others. Quill-7B is large.")[3]
    assert not numbers("A title", "Quill beats others. Quill-2 is large.")[3]


def test_cues_count_within_their_sentence() -> None:
    text = "We propose Quill to sort. Quill outperforms LoRA."
    document = read_document(Paper("paper/1", "A title", text))
    cues = find_cues(document)

    def at(name: str, first: int = 0) -> list[float]:
        start = text.index(name, first)
        return cue_numbers(document, [Here("abstract", start, start + len(name))], cues)

    # The first five are what stands before, by pattern: proposing, comparing, evaluating, "we", parts.
    assert at("Quill")[0] > 0.9
    assert at("Quill", 20)[0] == 0
    assert at("LoRA")[1] > 0.9
    assert at("Quill")[-1] == 0
    assert at("LoRA")[-1] == 1


@given(st.text(max_size=120), st.text(max_size=200))
def test_any_text_has_as_many_numbers(title: str, abstract: str) -> None:
    document = read_document(Paper("paper/1", title, abstract))
    cues = find_cues(document)
    lengths = set()
    for sentence in document.sentences:
        places = [Here(sentence.field, start, end) for start, end in sentence.spans[:3]]
        found = [*apposition_numbers(document, places, "x"), *cue_numbers(document, places, cues)]
        lengths.add(len(found))
        assert all(0 <= number <= 1 for number in found)
    assert len(lengths) <= 1
