from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kgraph.errors import InputError
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES
from kgraph.vocabulary import Concept, load_vocabulary


def test_the_shipped_vocabulary_is_large_and_knows_all_types() -> None:
    types = Counter(concept.type for concept in load_vocabulary())
    assert set(types) == set(ENTITY_TYPES)
    assert types.total() >= 2500


def test_every_name_of_a_type_stands_once_and_no_alias_is_shared() -> None:
    concepts = load_vocabulary()
    names = Counter((normal_form(concept.name), concept.type) for concept in concepts)
    assert [name for name, count in names.items() if count > 1] == []
    aliases = Counter((form, c.type) for c in concepts for form in {normal_form(alias) for alias in c.aliases})
    assert [alias for alias, count in aliases.items() if count > 1] == []
    # Within a concept only another alphabet makes another alias: the tagger tells μP from muP.
    written = Counter((normal_form(alias), alias.isascii(), c.type) for c in concepts for alias in c.aliases)
    assert [alias for alias, count in written.items() if count > 1] == []


def test_broader_concepts_exist_and_make_no_circle() -> None:
    concepts = load_vocabulary()
    broader: dict[str, str] = {}
    for concept in concepts:
        broader.setdefault(concept.name, concept.broader)
    for concept in concepts:
        seen, at = {concept.name}, concept.broader
        while at:
            assert at in broader
            assert at not in seen, concept
            seen.add(at)
            at = broader[at]


def test_a_csv_adds_to_it_and_overrides_it(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("name,type,aliases,broader\nMathBowl,dataset,MBowl|,\nlora,method,,MathBowl\n")
    concepts = {(c.name, c.type): c for c in load_vocabulary(tmp_path / "own.csv")}
    assert concepts["MathBowl", "dataset"] == Concept("MathBowl", "dataset", ("MBowl",))
    assert ("LoRA", "method") not in concepts
    assert concepts["lora", "method"].broader == "MathBowl"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("v.csv", "type,name\n", "first line"),
        ("v.csv", "name,type\nx,thing\n", ":2: unknown type 'thing'"),
        ("v.csv", "name,type\n,method\n", ":2: the name is missing"),
        ("v.ttl", "this is no turtle", "Turtle"),
    ],
)
def test_a_malformed_vocabulary_tells_what_is_wrong(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        load_vocabulary(tmp_path / name)
