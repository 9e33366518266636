"""The words of a name, and those beside it, have their say in what is a paper's own."""

from dataclasses import replace

import numpy as np

from kgraph.extraction.documents import read_document
from kgraph.extraction.entities import PaperName, Tagged
from kgraph.extraction.ownership import ownership_features
from kgraph.extraction.roles import choose_roles
from kgraph.records import Paper

TEXT = "We propose layer-aware Quilting, which helps."


def quilting() -> PaperName:
    start = TEXT.index("layer-aware")
    span = Tagged("abstract", start, start + len("layer-aware Quilting"), "method", 0.8)
    return PaperName("method", (span,), ("layer-aware Quilting",), 0.8)


def test_words_and_their_neighbours_are_features() -> None:
    document = read_document(Paper("p", "Quilting", TEXT))
    (row,) = ownership_features(document, [quilting()], [["t=method"]])
    assert row[0] == "t=method"
    assert {"W=aware", "h1=aware", "Wl=quilting", "b1l=propose|quilting", "a2=, which", "low=False2"} <= set(row)


def test_no_order_of_words_changes_from_run_to_run() -> None:
    document = read_document(Paper("p", "Quilting", TEXT))
    assert ownership_features(document, [quilting()], [[]]) == ownership_features(document, [quilting()], [[]])


def test_three_views_count_a_third_each() -> None:
    document = read_document(Paper("p", "", TEXT.replace("propose", "see")))
    row = np.array([[0.3, 0.1, 0.0, 0.6, 0.0]])
    name = replace(quilting(), own=0.08)
    assert choose_roles(document, [name], row, [0.08]) == ["uses"]
    assert choose_roles(document, [name], row, [0.8]) == ["introduces"]
    assert choose_roles(document, [replace(name, own=0.8)], row, [0.08]) == ["introduces"]
    assert choose_roles(document, [replace(name, own=None)], row) == ["uses"]
