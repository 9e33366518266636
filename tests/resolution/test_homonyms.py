"""Names that several papers announce as their own: each has one for itself, and says so."""

import pytest
from marking import make_tables, mark

from kgraph.errors import AmbiguousNode
from kgraph.exploring.nodes import find_node
from kgraph.records import Candidate, Paper, Role
from kgraph.resolution import Correction, NameCount, resolve
from kgraph.storing.tables import MemoryTables
from kgraph.vocabulary import Concept

OWN = "what this paper announces under a name that others announce too"


def announce(number: int, name: str, rest: str = "", role: Role = "introduces") -> tuple[Paper, list[Candidate]]:
    paper = Paper(f"paper/{number}", f"{name}: a thing", f"We propose {name}. {rest}")
    return paper, mark(paper, [(name, "method", role)])


def mention(number: int, name: str) -> tuple[Paper, list[Candidate]]:
    paper = Paper(f"paper/{number}", "A study", f"We compare {name} with others.")
    return paper, mark(paper, [(name, "method", "compares_with")])


def entities(tables: MemoryTables) -> dict[str, list[str]]:
    rows = tables.rows("SELECT paper, entity FROM paper_entity ORDER BY paper, entity")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["entity"]), []).append(str(row["paper"]))
    return found


def test_what_several_papers_announce_is_several_things() -> None:
    tables = make_tables([announce(1, "PRISM"), announce(2, "PRISM"), mention(3, "PRISM")])
    assert sorted(entities(tables).values()) == [["paper/1"], ["paper/2"], ["paper/3"]]
    reasons = sorted(str(row["reason"]) for row in tables.rows("SELECT reason FROM aliases"))
    assert reasons == ["the name itself", OWN, OWN]
    assert tables.rows("SELECT * FROM shared_techniques") == []


def test_what_one_paper_announces_is_one_thing() -> None:
    tables = make_tables([announce(1, "PRISM"), mention(2, "PRISM"), announce(3, "PRISM", role="uses")])
    assert list(entities(tables)) == ["entity/prism"]


def test_a_title_that_goes_on_with_what_is_done_announces_nothing() -> None:
    paper = Paper("paper/2", "TokaMind for power grids", "We study TokaMind.")
    tables = make_tables([announce(1, "TokaMind"), (paper, mark(paper, [("TokaMind", "method", "introduces")]))])
    assert list(entities(tables)) == ["entity/tokamind"]


def test_what_most_papers_use_is_one_thing_whoever_calls_it_their_own() -> None:
    tables = make_tables([announce(1, "LoRA"), announce(2, "LoRA"), *(mention(n, "LoRA") for n in (3, 4, 5))])
    assert list(entities(tables)) == ["entity/lora"]


def test_words_that_say_what_they_name_are_one_thing() -> None:
    tables = make_tables([announce(1, "Token Pruning"), announce(2, "Token Pruning")])
    assert list(entities(tables)) == ["entity/token-pruning"]


def test_whoever_asks_for_one_of_them_is_told_by_whom_it_is_introduced() -> None:
    tables = make_tables([announce(1, "PRISM"), announce(2, "PRISM"), mention(3, "PRISM")])
    with pytest.raises(AmbiguousNode, match="introduced by “PRISM: a thing”") as caught:
        find_node(tables, "PRISM", "https://example.org/")
    assert sum("introduced by" in each for each in caught.value.candidates) == 2


def test_what_the_vocabulary_knows_is_told_apart_too() -> None:
    names = [NameCount("EfficientViT", "model", "", 3, 1, own=f"paper/{number}") for number in (1, 2)]
    bare = NameCount("EfficientViT", "model", "", 1, 1)
    resolution = resolve([*names, bare], [Concept("EfficientViT", "model", (), "vision transformer")])
    assert len({resolution.ids["EfficientViT", "model", "", own] for own in ("", "paper/1", "paper/2")}) == 3


def test_two_that_are_one_after_all_can_be_merged_by_hand() -> None:
    names = [NameCount("PRISM", "method", "", 3, 1, own=f"paper/{number}") for number in (1, 2)]
    assert len(resolve(names).entities) == 2
    merged = resolve(names, corrections=[Correction(1, "merge", "PRISM", "method", "PRISM")])
    assert [entity.id for entity in merged.entities] == ["entity/prism"]
    assert not merged.unused
