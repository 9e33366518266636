"""Long forms that stand beside their short form without brackets."""

import time

import pytest

from kgraph.extraction.documents import read_document
from kgraph.extraction.expansions import find_expansions, spells_out
from kgraph.extraction.extracting import extract_candidates
from kgraph.records import Paper


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("QLAW: Quilted Layers with Adaptive Widths for Phones", "QLAW", "Quilted Layers with Adaptive Widths"),
        ("QLAW -- A Quilted Layer Adaptation Wizard", "QLAW", "Quilted Layer Adaptation Wizard"),
        ("MFLA: Monotonic Finite Look-ahead Attention for Speech", "MFLA", "Monotonic Finite Look-ahead Attention"),
        (
            "We propose QDAR, a Quilted Diffusion-AutoRegression paradigm that",
            "QDAR",
            "Quilted Diffusion-AutoRegression",
        ),
        ("QLN is a quilted layer network. It is fast.", "QLN", "quilted layer network"),
        ("We use LSTMs, short for long short-term memories.", "LSTMs", "long short-term memories"),
        ("We call Quilting of Layers at Inference, dubbed QLI, new.", "QLI", "Quilting of Layers at Inference"),
        ("Mixtures of Quilted Experts, or MQE, are sparse.", "MQE", "Mixtures of Quilted Experts"),
    ],
)
def test_letters_that_begin_the_words_beside_them_are_spelled_out(text: str, short: str, long: str) -> None:
    found = list(find_expansions(text))
    assert [(each.short, each.long) for each in found] == [(short, long)]
    (each,) = found
    assert text[each.long_start :].startswith(long) and text[each.short_start :].startswith(short)


@pytest.mark.parametrize(
    "text",
    [
        "SAQ: Stabilizer-Aware Quantum Error Correction Decoder",  # goes on behind the letters
        "DRAG: Distilling RAG for small models",
        "We show QLAW: Quilted Layers with Adaptive Widths",  # a colon within a sentence gives reasons
        "VLM, VLP leverages the model",
        "AB: All Beams in one",  # two letters agree with anything
        "LQA, a lightweight, quantized adapter",
        "We build quilted layers. It names QL, dubbed QLN, so.",
    ],
)
def test_what_the_letters_do_not_spell_is_none(text: str) -> None:
    assert list(find_expansions(text)) == []


def test_a_text_of_small_words_takes_no_time() -> None:
    began = time.process_time()
    assert list(find_expansions(f"AAAAAAAAAAAA: {'a-' * 5000}a")) == []
    assert not spells_out("a" * 12, "a-" * 80)
    assert time.process_time() - began < 5


def test_a_title_that_words_it_otherwise_is_the_same_name() -> None:
    text = "We propose Quilted Layers and Adaptive Widths (QLAW), a new method. QLAW outperforms LoRA on ImageNet."
    document = read_document(Paper("p", "QLAW: Quilted Layers with Adaptive Widths", text))
    assert document.long_forms["qlaw"] == "Quilted Layers and Adaptive Widths"
    assert document.long_forms["quiltedlayerwithadaptivewidth"] == "Quilted Layers and Adaptive Widths"


def test_a_long_form_is_one_name_with_its_abbreviation_and_keeps_its_place() -> None:
    title = "QALDAS: Quilted Attention with Linear Distillation for Adapters at Scale"
    found = extract_candidates(Paper("p", title, "QALDAS is a new method. We show that QALDAS outperforms LoRA."))
    in_title = [(each.surface, each.long_form) for each in found if each.field == "title"]
    long = "Quilted Attention with Linear Distillation for Adapters at Scale"
    assert in_title == [("QALDAS", long), (long, "")]


def test_what_tex_would_have_replaced_is_no_name() -> None:
    text = r"We propose \ourmethod, a new framework. \ourmethod outperforms LoRA on ImageNet."
    assert not [
        each for each in extract_candidates(Paper("p", r"\ourmethod: Fast Tuning", text)) if "our" in each.surface
    ]
