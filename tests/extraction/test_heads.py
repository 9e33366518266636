"""A name in capitals ends in front of the noun that says what it is."""

import pytest

from kgraph.extraction.crf import SpanScore
from kgraph.extraction.documents import read_document
from kgraph.extraction.groups import Place
from kgraph.extraction.heads import cut_head
from kgraph.records import Paper


def cut(surface: str, text: str) -> str:
    document = read_document(Paper("paper/1", "", text))
    start = text.index(surface)
    place = Place("abstract", start, start + len(surface), len(surface.split()), SpanScore(0, 0, 1, {}), 0.0, 0.0)
    left = cut_head(document, place)
    assert left.words == len(surface.split()) - (left.end < place.end)
    return text[left.start : left.end]


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("Quilt Enhancement module", "Quilt Enhancement"),
        ("Quilt-Triggered Repair engine", "Quilt-Triggered Repair"),
        ("Quilting of Layers benchmarks", "Quilting of Layers"),
        ("Quilt-Net framework", "Quilt-Net"),
        ("Quilt module", "Quilt module"),
        ("quilt enhancement module", "quilt enhancement module"),
        ("Quilt Enhancement Module", "Quilt Enhancement Module"),
        ("Quilted Language model", "Quilted Language model"),
        ("Quilt enhancement module", "Quilt enhancement module"),
    ],
)
def test_a_noun_in_small_letters_is_no_part_of_a_name_in_capitals(surface: str, name: str) -> None:
    assert cut(surface, f"We propose a {surface} for phones.") == name


def test_a_noun_that_an_abbreviation_stands_for_too_is_part_of_it() -> None:
    assert cut("Quilt Enhancement module", "A Quilt Enhancement module (QEM) helps.") == "Quilt Enhancement module"
