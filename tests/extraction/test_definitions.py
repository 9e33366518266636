"""What a paper introduces under two names is one thing, and what extends the name of its own is its own."""

from dataclasses import replace

import numpy as np
import pytest

from kgraph.extraction.abbreviations import find_abbreviations
from kgraph.extraction.announcements import is_announced
from kgraph.extraction.crf import Chain, average_chains
from kgraph.extraction.definitions import join_own_names
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import PaperName, Tagged, group_names
from kgraph.extraction.extracting import extract_candidates
from kgraph.extraction.labels import find_whole
from kgraph.extraction.roles import choose_roles
from kgraph.records import FIELDS, ROLES, EntityType, Paper, Role


def name(document: Document, surface: str, score: float = 0.9, kind: EntityType = "method") -> PaperName:
    spans = [
        Tagged(field, *span, kind, score)
        for field in FIELDS
        for span in find_whole(surface, document.paper.text(field))
    ]
    return PaperName(kind, tuple(spans), (surface,), score)


def join(
    title: str, abstract: str, *surfaces: str, roles: tuple[Role, ...] = ("introduces", "introduces")
) -> list[str]:
    document = read_document(Paper("paper/1", title, abstract))
    names = group_names(document, [span for each in surfaces for span in name(document, each).occurrences])
    _, joined, _ = join_own_names(document, names, roles[: len(names)])
    return [" = ".join(sorted(each.surfaces)) for each in joined]


@pytest.mark.parametrize(
    ("title", "abstract", "long", "short"),
    [
        ("", "We propose a Mixture of Scales (BinaryMoS) for weights.", "Mixture of Scales", "BinaryMoS"),
        ("", "We propose a Mixture of Scales method (termed BinaryMoS).", "Mixture of Scales", "BinaryMoS"),
        ("", "We propose Mixture of Sparse Adapters, or MoSA, to tune.", "Mixture of Sparse Adapters", "MoSA"),
        ("", "We propose SoftRank, a Soft Ranking of layers.", "Soft Ranking", "SoftRank"),
        ("AutoL2S: Auto Long-Short Reasoning for LLMs", "", "Auto Long-Short Reasoning", "AutoL2S"),
        ("", r"Guided Regularization (A$^2$PR) is new.", "Guided Regularization", "A$^2$PR"),
        (
            "",
            "GAS is fast. It is what we call a Generalized Adversarial Solver.",
            "Generalized Adversarial Solver",
            "GAS",
        ),
        ("", "A timestep-aware uncertainty module (UM) is new.", "timestep-aware uncertainty module", "UM"),
        ("QUILLER: Quilted Layer Resizer for Vision", "", "Quilted Layer Resizer", "QUILLER"),
        ("", "We propose quilted layer tuning for LLMs (QuiLT).", "quilted layer tuning", "QuiLT"),
        ("", "Latent Quilt Tuning is new. We see quilt tuning work.", "Latent Quilt Tuning", "quilt tuning"),
        (
            "",
            "Inverse-Quilt Voting: inverse-quilt weighted voting.",
            "inverse-quilt weighted voting",
            "Inverse-Quilt Voting",
        ),
        ("", "Quilt Anything is new: a Quilt Anything System.", "Quilt Anything System", "Quilt Anything"),
        ("", "A Quilted Layer (QL) Controller, the QL Controller.", "Quilted Layer (QL) Controller", "QL Controller"),
        (
            "",
            "Quilted layer prediction, and quilted layer predictions.",
            "quilted layer predictions",
            "Quilted layer prediction",
        ),
        ("", "Quilt-Aware Layer Tuning is new. We see layer tuning.", "Quilt-Aware Layer Tuning", "layer tuning"),
    ],
)
def test_two_names_of_what_a_paper_introduces_are_one(title: str, abstract: str, long: str, short: str) -> None:
    assert join(title, abstract, long, short) == [" = ".join(sorted((long, short)))]


@pytest.mark.parametrize(
    ("title", "abstract", "one", "other"),
    [
        ("", "We propose EViP (EViP++) for video.", "EViP", "EViP++"),
        ("", "We propose AuPairs, a set of golden pairs.", "golden pairs", "AuPairs"),
        ("FBNet: Joint Architecture Search", "", "FBNet", "Joint Architecture Search"),
        ("", "We propose BigNet. It has (SmallNet) inside.", "BigNet", "SmallNet"),
        ("", "We propose BigNet (SmallNet and others).", "BigNet", "SmallNet"),
        ("", "We propose Quilt Tuning 2 and Quilt Tuning.", "Quilt Tuning 2", "Quilt Tuning"),
        ("", "We propose Quilt Tuning and its Quilt Tuning Bench.", "Quilt Tuning Bench", "Quilt Tuning"),
    ],
)
def test_names_that_nothing_says_are_one_stay_two(title: str, abstract: str, one: str, other: str) -> None:
    assert join(title, abstract, one, other) == [one, other] or join(title, abstract, one, other) == [other, one]


def test_names_of_others_are_left_alone() -> None:
    text = "We use a Mixture of Scales (BinaryMoS) for weights."
    assert len(join("", text, "Mixture of Scales", "BinaryMoS", roles=("introduces", "uses"))) == 2


def test_a_paper_with_two_names_for_its_method_has_one_of_them_as_the_long_form() -> None:
    text = "We propose Layer Weaving (QuillNet), a new method. QuillNet outperforms LoRA on ImageNet."
    found = [each for each in extract_candidates(Paper("p", "", text)) if each.surface in ("Layer Weaving", "QuillNet")]
    assert {(each.surface, each.long_form, each.role) for each in found} == {
        ("Layer Weaving", "", "introduces"),
        ("QuillNet", "Layer Weaving", "introduces"),
    }


@pytest.mark.parametrize(
    ("surface", "kind", "is_own"),
    [
        ("ETHER+", "method", True),
        ("ETHER-Bench", "dataset", True),
        ("ETHER-linear", "model", True),
        ("ETHER Agent", "method", True),
        ("ETHERScore", "method", True),
        ("Sparse ETHER", "method", True),
        ("Q-ETHER", "model", True),
        ("TETHER", "method", False),
        ("ETHER accuracy", "metric", False),
        ("ETHER tuning", "task", False),
        ("ETHER-based OFT", "method", False),
        ("OFT", "method", False),
        ("ETH", "dataset", False),
    ],
)
def test_what_extends_the_name_of_its_own_is_its_own(surface: str, kind: EntityType, is_own: bool) -> None:
    document = read_document(Paper("p", "", f"ETHER beats the others. {surface} is one."))
    names = [name(document, "ETHER"), name(document, surface, kind=kind)]
    assert ROLES[:2] == ("introduces", "evaluates_on")
    roles = choose_roles(document, names, np.array([[0.9, 0.1, 0, 0, 0], [0.1, 0.9, 0, 0, 0]]))
    assert roles == ["introduces", "introduces" if is_own else "evaluates_on"]


def test_what_may_be_no_name_is_introduced_only_if_it_is_likely() -> None:
    document = read_document(Paper("p", "", "Layer weaving helps."))
    own = np.array([[0.9, 0.1, 0, 0, 0]])
    half = np.array([[0.38, 0.62, 0, 0, 0]])
    assert choose_roles(document, [name(document, "Layer weaving", 0.6)], own) == ["introduces"]
    assert choose_roles(document, [name(document, "Layer weaving", 0.35)], own) == [None]
    assert choose_roles(document, [name(document, "Layer weaving", 0.8)], half) == ["evaluates_on"]


def test_a_phrase_that_is_surely_not_its_own_is_not_for_what_stands_beside_it() -> None:
    text = "We propose a new quilt learning (QL) framework. QuillNet, a novel one. We introduce Quill. QLNs, a new net."
    document = read_document(Paper("p", "", text))
    for surface, least in (("quilt learning", 0.4), ("QLNs", 0.4), ("QuillNet", 0.01), ("Quill", 0.01)):
        assert is_announced(document, name(document, surface), least)
        assert is_announced(document, name(document, surface), 0.01) == (least == 0.01)


@pytest.mark.parametrize(
    ("title", "is_own"),
    [
        ("QuillNet", True),
        ("QuillNet Technical Report", True),
        ("The QuillNet System Card: Addendum", True),
        ("QuillNet: Small Networks", True),
        ("Is QuillNet Small?", False),
        ("QuillNet, a Smaller Net: Phones and More", True),
        ("QuillNet for Phones", False),
        ("A Report on QuillNet", False),
    ],
)
def test_a_title_that_is_a_name_announces_it(title: str, is_own: bool) -> None:
    document = read_document(Paper("p", title, "QuillNet is small."))
    assert is_announced(document, name(document, "QuillNet")) == is_own
    assert not is_announced(document, name(document, "QuillNet", kind="task"))


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("We propose QuillNet, which is small.", True),
        ("We introduce QuillNet - a network for phones.", True),
        ("We introduce QuillNet-based layers.", False),
        ("QuillNet, a simple yet novel network, is small.", True),
        ("Quill Tuning (QT), an innovative method, is small.", True),
        ("We build a network upon ResNet, which we name QuillNet.", True),
        ("In this paper we design a layer for phones dubbed “QuillNet”.", True),
        ("We call our method QuillNet.", True),
        ("We propose a best-practice recipe, QuillNet, and its code.", True),
        ("We release QuillNet on the web.", True),
        ("We propose a network based on a method called QuillNet.", True),  # eight of 420 such names are not
        ("A network called QuillNet is small. We propose another.", False),
        ("We build a corpus from ResNet, QuillNet and BERT.", False),
        ("We propose layers for ResNet, QuillNet and BERT.", False),
        ("They release QuillNet on the web.", False),
        ("QuillNet, a network, is small.", False),
        ("Inspired by QuillNet, a novel network is built.", False),
        ("As we use QuillNet, our key novel insight is small.", False),
        ("We use QuillNet (3M instructions), a novel BiQuill and more.", False),
    ],
)
def test_what_a_paper_says_that_it_makes_is_its_own(text: str, is_own: bool) -> None:
    document = read_document(Paper("p", "Small Networks", text))
    surface = "QuillNet" if "QuillNet" in text else "Quill Tuning"
    assert is_announced(document, name(document, surface)) == is_own


def test_what_a_paper_proposes_with_its_name_in_brackets_is_its_own_unless_that_is_improbable() -> None:
    for text, is_own in (
        ("This paper introduces pruning by quilted layers (QuillNet), which is small.", True),
        ("We propose a new layer for phones (QuillNet).", False),
        ("We propose BigNet, a mixture of layers (QuillNet).", False),
    ):
        document = read_document(Paper("p", "Small Networks", text))
        assert is_announced(document, name(document, "QuillNet"), 0.3) == is_own
        assert not is_announced(document, name(document, "QuillNet"), 0.01)


def test_both_views_of_what_is_the_papers_own_count() -> None:
    document = read_document(Paper("p", "", "Layer weaving helps."))
    row = np.array([[0.6, 0.1, 0.0, 0.3, 0.0]])
    weaving = name(document, "Layer weaving", 0.8)
    for own, role in ((None, None), (0.8, "introduces"), (0.0, "uses")):
        assert choose_roles(document, [replace(weaving, score=0.5 if own is None else 0.8, own=own)], row) == [role]


def test_a_dash_in_a_title_announces_as_a_colon_does() -> None:
    found = extract_candidates(Paper("p", "HEAPO -- An Open Dataset for Heat Pumps", "We describe meters."))
    assert (found[0].surface, found[0].role) == ("HEAPO", "introduces")


def test_a_long_form_begins_with_its_word_and_behind_a_dash() -> None:
    text = "an Action-aware Rotational Embedding (A-RoE), and modeling--Primitive World Models (PWM)"
    assert [each.long for each in find_abbreviations(text)] == [
        "Action-aware Rotational Embedding",
        "Primitive World Models",
    ]


def test_chains_are_averaged_feature_by_feature() -> None:
    one = Chain({"a": 0, "b": 1}, np.array([[4, 0], [2, 2]], np.int8), np.eye(2))
    other = Chain({"b": 0, "c": 1}, np.array([[4, 0], [0, 8]], np.int8), np.zeros((2, 2)))
    mean = average_chains([one, other])
    assert list(mean.index) == ["a", "b", "c"]
    assert mean.weights.tolist() == [[2, 0], [3, 1], [0, 4]]
    assert mean.transitions.tolist() == [[0.5, 0], [0, 0.5]]


def test_marks_without_a_partner_are_no_part_of_a_name() -> None:
    text = r"We call it the \textbf{Accessibility Capability Boundary} (ACB), or **Layer Cake Rule** (**LCR**)."
    assert "Accessibility Capability Boundary" in {each.long for each in find_abbreviations(text)}
    surfaces = {each.surface for each in extract_candidates(Paper("p", "", text))}
    assert not [surface for surface in surfaces if "}" in surface or "*" in surface]
