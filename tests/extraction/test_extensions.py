"""Sizes, parts and marks behind a paper's own name make names of its own."""

import pytest

from kgraph.extraction.documents import read_document
from kgraph.extraction.entities import PaperName, Tagged
from kgraph.extraction.extensions import add_extensions
from kgraph.extraction.labels import find_whole
from kgraph.records import EntityType, Paper, Role


def extend(
    text: str, *surfaces: str, kind: EntityType = "method", role: Role = "introduces"
) -> dict[tuple[str, ...], tuple[str, Role]]:
    document = read_document(Paper("paper/1", "", text))
    names = [
        PaperName(
            kind, tuple(Tagged("abstract", *span, kind, 0.9, 0.8) for span in find_whole(each, text)), (each,), 0.9, 0.8
        )
        for each in surfaces
    ]
    found, roles = add_extensions(document, names, [role] * len(names))
    for name in found:
        assert {text[span.start : span.end] for span in name.occurrences} == set(name.surfaces)
    return {name.surfaces: (name.type, each) for name, each in zip(found, roles, strict=True)}


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("QuillNet+", "method"),
        ("QuillNet++", "method"),
        ("QuillNet-7B", "model"),
        ("QuillNet-1.5B-Chat", "model"),
        ("QuillNet-Bench", "dataset"),
        ("QuillNet-Image", "method"),
        ("QuillNet-s", "method"),
        ("QuillNet-v2", "method"),
    ],
)
def test_what_extends_a_name_of_its_own_is_a_name(extension: str, kind: EntityType) -> None:
    found = extend(f"We propose QuillNet and {extension}. It is {extension}.", "QuillNet")
    assert found == {("QuillNet",): ("method", "introduces"), (extension,): (kind, "introduces")}


@pytest.mark.parametrize(
    "word",
    [
        "QuillNet-based",
        "QuillNet-trained",
        "QuillNet-a",
        "QuillNet-S/M",
        "QuillNet's",
        "web/QuillNet-Page",
        "QuillNets",
    ],
)
def test_other_words_that_begin_like_it_are_none(word: str) -> None:
    assert extend(f"We propose QuillNet; {word} works.", "QuillNet").keys() == {("QuillNet",)}


def test_only_what_a_paper_introduces_is_extended() -> None:
    assert len(extend("We use QuillNet and QuillNet-7B.", "QuillNet", role="uses")) == 1
    assert len(extend("We solve QuillNet and QuillNet-7B.", "QuillNet", kind="task")) == 1
    assert len(extend("We propose Quill and Quill-7B.", "Quill")) == 1


def test_a_name_that_stands_only_in_a_longer_one_goes() -> None:
    assert extend("We propose QuillNet-7B.", "QuillNet").keys() == {("QuillNet-7B",)}


def test_a_longer_name_keeps_its_place() -> None:
    text = "We propose QuillNet. A QuillNet-7B Agent is one."
    assert extend(text, "QuillNet", "QuillNet-7B Agent").keys() == {("QuillNet",), ("QuillNet-7B Agent",)}
