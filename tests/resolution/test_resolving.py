from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kgraph.records import ENTITY_TYPES, EntityType
from kgraph.resolution import NameCount, Resolution, resolve
from kgraph.vocabulary import Concept


def name(surface: str, kind: EntityType = "method", long_form: str = "", papers: int = 1) -> NameCount:
    return NameCount(surface, kind, long_form, papers, papers)


def same(resolution: Resolution, *names: NameCount) -> bool:
    return len({resolution.ids[n.surface, n.type, n.long_form, n.own] for n in names}) == 1


def test_case_hyphens_and_plurals_make_no_other_entity() -> None:
    names = [name("large language models"), name("Large-Language Model")]
    assert same(resolve(names), *names)


def test_tex_and_greek_letters_make_no_other_entity() -> None:
    written = [r"$\tau^2$-Bench", r"{\tau}^2-bench", "τ²-bench", "tau2-bench", "tau^2-Bench"]
    names = [name(each, "dataset", papers=number) for number, each in enumerate(written[::-1], 1)]
    resolution = resolve(names)
    assert same(resolution, *names)
    assert resolution.entities[0].name == "τ²-bench"
    assert resolution.entities[0].id == "entity/tau2-bench"
    reasons = {alias.alias: alias.reason for alias in resolution.aliases}
    assert reasons[r"{\tau}^2-bench"] == "the same in another notation"


def test_what_a_letter_is_raised_to_is_no_part_of_a_word() -> None:
    for one, other in (("$L^p$", "LP"), ("KV$", "KV"), ("x^n", "XN")):
        names = [name(one), name(other)]
        assert not same(resolve(names), *names)


def test_sizes_and_versions_stay_apart_and_stand_under_their_family() -> None:
    names = [name(n, "model") for n in ("LLaMA-7B", "LLaMA-13B", "LLaMA", "Llama 2-7B", "Llama-2")]
    resolution = resolve(names)
    assert len(resolution.entities) == 5
    broader = {entity.name: entity.broader for entity in resolution.entities}
    assert broader["LLaMA-7B"] == broader["LLaMA-13B"] == "entity/llama"
    assert broader["Llama 2-7B"] == "entity/llama-2"


def test_an_abbreviation_is_its_long_form_also_where_it_stands_bare() -> None:
    defined, bare, spelled = name("LST", long_form="Ladder Side-Tuning"), name("LST"), name("ladder side tuning")
    assert same(resolve([defined, bare, spelled]), defined, bare, spelled)


def test_an_abbreviation_with_two_meanings_is_two_entities() -> None:
    one = name("ANN", long_form="artificial neural network", papers=3)
    other = name("ANN", long_form="approximate nearest neighbor", papers=3)
    resolution = resolve([one, other, name("ANN")])
    assert not same(resolution, one, other)
    assert len({entity.id for entity in resolution.entities}) == len(resolution.entities)


def test_long_forms_that_differ_in_spelling_only_are_one() -> None:
    one = name("LoRA", long_form="low-rank adaptation", papers=3)
    other = name("LoRA", long_form="low-rank adaption")
    assert same(resolve([one, other]), one, other)


def test_an_abbreviation_inside_a_name_is_spelled_out() -> None:
    names = [
        name("LLM serving", "task"),
        name("large language model serving", "task"),
        name("LLM", long_form="large language model", papers=5),
    ]
    assert same(resolve(names), *names[:2])


def test_lm_is_not_llm() -> None:
    names = [name("LM", long_form="language model"), name("LLM", long_form="large language model")]
    assert not same(resolve(names), *names)


def test_types_that_are_confused_join_under_the_majority() -> None:
    names = [name("Mamba", "model", papers=5), name("Mamba", "method", papers=2)]
    resolution = resolve(names)
    assert same(resolution, *names)
    assert resolution.entities[0].type == "model"


def test_types_that_nobody_confuses_stay_apart() -> None:
    names = [name("SPEED", "metric"), name("SPEED", "dataset")]
    resolution = resolve(names)
    assert not same(resolution, *names)
    assert all(entity.id.startswith("entity/speed-") for entity in resolution.entities)


def test_a_piece_of_a_coordination_is_no_alias() -> None:
    resolution = resolve([name("tensor", long_form="tensor parallelism"), name("tensor parallelism")])
    assert [entity.name for entity in resolution.entities] == ["tensor parallelism"]
    assert [alias.alias for alias in resolution.aliases] == ["tensor parallelism"]


def test_every_alias_tells_its_reason() -> None:
    names = [name("early exit", papers=3), name("early exiting"), name("LLMs", long_form="large language models")]
    assert all(alias.reason for alias in resolve(names).aliases)


def test_the_vocabulary_gives_names_aliases_and_broader_entities() -> None:
    vocabulary = [
        Concept("structured pruning", "method", ("structural pruning",), "pruning"),
        Concept("pruning", "method"),
    ]
    names = [name("structural pruning"), name("Structured Pruning"), name("pruning")]
    resolution = resolve(names, vocabulary)
    assert {entity.name: entity.broader for entity in resolution.entities} == {
        "pruning": "",
        "structured pruning": "entity/pruning",
    }


def test_a_qualified_technique_stands_under_the_bare_one() -> None:
    resolution = resolve([name("weight quantization"), name("post-training weight quantization"), name("quantization")])
    broader = {entity.name: entity.broader for entity in resolution.entities}
    assert broader["post-training weight quantization"] == "entity/weight-quantization"
    assert broader["weight quantization"] == "entity/quantization"


_names = st.lists(
    st.builds(
        NameCount,
        st.sampled_from(
            ["LLM", "LLMs", "large language model", "LM", "C++", "x", " ", "SAM", "É", "LLaMA-7B", "weight pruning"]
        )
        | st.text(min_size=1, max_size=12),
        st.sampled_from(ENTITY_TYPES),
        st.sampled_from(["", "", "large language model", "language model", "segment anything model"]),
        st.integers(1, 9),
        st.integers(1, 9),
    ),
    max_size=25,
    unique_by=lambda n: (n.surface, n.type, n.long_form),
)  # fmt: skip


@given(_names, st.randoms())
def test_resolution_is_whole_unique_acyclic_and_does_not_depend_on_order(
    names: list[NameCount], shuffler: random.Random
) -> None:
    resolution = resolve(names)
    ids = [entity.id for entity in resolution.entities]
    assert len(ids) == len(set(ids))
    assert set(resolution.ids.values()) == set(ids)
    broader = {entity.id: entity.broader for entity in resolution.entities}
    for entity in ids:
        seen, at = set(), entity
        while at:
            assert at not in seen
            seen.add(at)
            at = broader[at]
    shuffler.shuffle(names)
    assert resolve(names) == resolution


def test_a_word_is_not_the_acronym_that_folds_to_it() -> None:
    names = [name("math", "task", papers=5), name("MATH", "dataset", papers=2)]
    resolution = resolve(names, [Concept("MATH", "dataset")])
    assert not same(resolution, *names)
    assert {entity.name for entity in resolution.entities} == {"math", "MATH"}


def test_a_word_that_is_sometimes_capitalised_is_still_no_acronym() -> None:
    names = [name("math", "task", papers=8), name("Math", "task", papers=2), name("MATH", "dataset", papers=5)]
    resolution = resolve(names, [Concept("MATH", "dataset")])
    assert {entity.name for entity in resolution.entities} == {"math", "MATH"}
    assert resolve([name("code")], [Concept("CodeS", "model")]).entities[0].name == "code"


def test_two_concepts_of_the_vocabulary_are_never_one() -> None:
    names = [
        name("SSL", long_form="self-supervised learning", papers=9),
        name("SSL", long_form="supervised learning", papers=3),
        name("self-supervised learning", papers=5),
        name("supervised learning", papers=5),
    ]
    resolution = resolve(
        names, [Concept("self-supervised learning", "method"), Concept("supervised learning", "method")]
    )
    assert not same(resolution, *names[2:])
    assert same(resolution, names[0], names[2])


def test_long_forms_with_a_word_more_stay_apart() -> None:
    names = [
        name("SWE", "task", "software engineering", papers=4),
        name("SWE", "task", "software engineering agents", papers=2),
    ]
    assert not same(resolve(names), *names)


def test_a_known_name_does_not_follow_one_paper_that_takes_it_for_another() -> None:
    concepts = [Concept("RAG", "method"), Concept("region adjacency graph", "method")]
    odd = name("RAG", long_form="region adjacency graph")
    assert not same(resolve([name("RAG", papers=20), odd], concepts), name("RAG"), odd)


def test_what_is_short_for_a_known_name_is_known() -> None:
    concepts = [Concept("GPT-4", "model"), Concept("visual question answering", "task", ("VQA",))]
    names = [name("GPT-4", "model", papers=9), name("GPT-4", "model", "Generative Pre-trained Transformer 4")]
    resolution = resolve(names, concepts)
    assert [entity.id for entity in resolution.entities] == ["entity/gpt-4"]
    names = [name("VQA", "task", "visual question answering", papers=9), name("VQA", "dataset"), name("VQA", "task")]
    assert same(resolve(names, concepts), *names)


def test_each_spelling_tells_the_reason_of_its_own() -> None:
    names = [
        name("TTS", long_form="text-to-speech", papers=9),
        name("TTS", long_form="tensor train"),
        name("TTS"),
    ]
    reasons = {(alias.entity, alias.alias): alias.reason for alias in resolve(names).aliases}
    assert reasons["entity/text-to-speech", "TTS"] == "papers that spell it out agree (10 of them)"


def test_a_proper_name_is_of_the_type_that_the_vocabulary_knows() -> None:
    names = [name("Mamba", "dataset"), name("Mamba", "model", papers=3)]
    assert not same(resolve(names), *names)
    resolution = resolve(names, [Concept("Mamba", "model")])
    assert same(resolution, *names)
    assert resolution.entities[0].type == "model"
