from hypothesis import given
from hypothesis import strategies as st

from kgraph.extraction.abbreviations import find_abbreviations
from kgraph.extraction.tokens import find_sentences, find_tokens


@given(st.text(max_size=200))
def test_tokens_and_sentences_of_any_text_are_ordered_and_stay_inside(text: str) -> None:
    for spans in (find_tokens(text), find_sentences(text)):
        last = 0
        for start, end in spans:
            assert last <= start < end <= len(text)
            last = end


@given(st.text(max_size=200))
def test_sentences_hold_every_token(text: str) -> None:
    sentences = find_sentences(text)
    assert all(any(left <= start < right for left, right in sentences) for start, _ in find_tokens(text))


@given(st.text(alphabet=st.sampled_from("ABab ()-s,.:İß1"), max_size=80) | st.text(max_size=80))
def test_abbreviations_of_any_text_stand_where_they_say(text: str) -> None:
    for found in find_abbreviations(text):
        assert text[found.short_start :].startswith(found.short)
        assert text[found.long_start :].startswith(found.long)


def test_long_form_before_and_inside_parentheses() -> None:
    text = "We study Mixture of Experts (MoE) and LoRA (Low-Rank Adaptation) in large language models (LLMs)."
    assert [(found.short, found.long) for found in find_abbreviations(text)] == [
        ("MoE", "Mixture of Experts"),
        ("LoRA", "Low-Rank Adaptation"),
        ("LLMs", "large language models"),
    ]


def test_each_letter_of_an_abbreviation_begins_a_word_where_that_can_be() -> None:
    text = (
        "Self-supervised learning (SSL) and Proximal Policy Optimization (PPO) for test-time adaptation (TTA), "
        "by area under the receiver operating characteristic curve (AUROC); PPG (Phasic Policy Gradient) "
        "in a Multi-Modal Language Model (MLM) against a modern linear-time baseline (Mamba)."
    )
    assert [(found.short, found.long) for found in find_abbreviations(text)] == [
        ("SSL", "Self-supervised learning"),
        ("PPO", "Proximal Policy Optimization"),
        ("TTA", "test-time adaptation"),
        ("AUROC", "area under the receiver operating characteristic curve"),
        ("PPG", "Phasic Policy Gradient"),
        ("MLM", "Multi-Modal Language Model"),
    ]


def test_a_remark_in_parentheses_is_no_abbreviation() -> None:
    assert find_abbreviations("It is fast (see below) and small (e.g. for phones).") == []
    assert find_abbreviations("The best result (SOTA) was reported.") == []


def test_abbreviated_words_do_not_end_a_sentence() -> None:
    text = "Models, e.g. BERT, win (Smith et al. 2019). They are slow vs. CNNs."
    assert len(find_sentences(text)) == 2
