from __future__ import annotations

import pytest
from marking import make_tables, mark

from kgraph.errors import AmbiguousNode, UnknownNode, UsageError
from kgraph.exploring.neighbours import find_evidence, find_neighbours, view_node
from kgraph.exploring.nodes import find_node
from kgraph.exploring.paths import find_path
from kgraph.exploring.searching import search_nodes
from kgraph.exploring.subset import Subset, select
from kgraph.records import Paper
from kgraph.storing.tables import MemoryTables

BASE = "https://example.org/"


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("entity/lora", "entity/lora"),
        (f"{BASE}entity/lora", "entity/lora"),
        ("LoRA", "entity/lora"),
        ("low rank adaptation", "entity/lora"),
        ("2101.00001", "paper/arxiv-2101.00001"),
        ("arXiv:2101.00001v3", "paper/arxiv-2101.00001"),
        ("https://arxiv.org/abs/2101.00001", "paper/arxiv-2101.00001"),
        ("paper/doi-10.1000%2Fq", "paper/doi-10.1000%2Fq"),
        ("on quantization", "paper/doi-10.1000%2Fq"),
        ("LoRA (method)", "entity/lora"),
    ],
)
def test_a_node_is_found_by_whatever_names_it(small_tables: MemoryTables, text: str, node: str) -> None:
    assert find_node(small_tables, text, BASE).id == node


def test_an_unknown_node_points_to_search(small_tables: MemoryTables) -> None:
    with pytest.raises(UnknownNode, match="kgraph search"):
        find_node(small_tables, "no such thing", BASE)


def test_an_ambiguous_name_lists_the_candidates() -> None:
    paper = Paper("paper/t-000000000001", "SPEED on SPEED", "SPEED is measured.")
    found = mark(paper, [("SPEED", "metric", "evaluates_on")])
    as_dataset = [*mark(Paper(paper.id, paper.title), [("SPEED", "dataset", "uses")])]
    tables = make_tables([(paper, [c for c in found if c.field == "abstract"] + as_dataset)])
    with pytest.raises(AmbiguousNode) as caught:
        find_node(tables, "speed", BASE)
    assert len(caught.value.candidates) == 2
    assert find_node(tables, "speed (metric)", BASE).kind == "metric"


@pytest.mark.parametrize("typed", ["lora", "Low-Rank Adaptaton", "low rank adaptation", "LORA", "low-rnak adap"])
def test_search_forgives_typing_errors(small_tables: MemoryTables, typed: str) -> None:
    assert search_nodes(small_tables, typed)[0].id == "entity/lora"


def test_search_finds_papers_by_a_part_of_the_title(small_tables: MemoryTables) -> None:
    assert "paper/arxiv-2101.00001" in [hit.id for hit in search_nodes(small_tables, "cheap adapters")]


def test_search_for_nothing_finds_nothing(small_tables: MemoryTables) -> None:
    assert search_nodes(small_tables, " -- ") == []


def test_evidence_is_the_sentence_with_the_name_in_it(small_tables: MemoryTables) -> None:
    for evidence in find_evidence(small_tables, limit=100):
        assert evidence.sentence[evidence.start : evidence.end].casefold() in (
            "lora", "low-rank adaptation", "tinytune", "zebra-7b", "mathbowl", "full fine-tuning", "quanttune",
            "weight quantization", "zebra-13b", "codebowl", "quantization", "zebra",
        )  # fmt: skip


def test_neighbours_come_by_log_likelihood(small_tables: MemoryTables) -> None:
    scores = [n.log_likelihood for n in find_neighbours(small_tables, "entity/mathbowl")]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 3


def test_showing_an_entity_tells_aliases_roles_and_family(small_tables: MemoryTables) -> None:
    view = view_node(small_tables, find_node(small_tables, "Zebra", BASE))
    assert [node.name for node in view.narrower] == ["Zebra-13B", "Zebra-7B"]
    assert [node.id for node in view.by_role["uses"]] == ["paper/doi-10.1000%2Fq"]


def test_showing_a_paper_tells_what_it_does_with_what(small_tables: MemoryTables) -> None:
    view = view_node(small_tables, find_node(small_tables, "2101.00001", BASE))
    assert [node.name for node in view.by_role["introduces"]] == ["TinyTune"]
    assert view.related[0].id == "paper/arxiv-2102.00002"


def test_a_path_takes_the_fewest_steps(small_tables: MemoryTables) -> None:
    start, goal = (find_node(small_tables, text, BASE) for text in ("TinyTune", "CodeBowl"))
    path = find_path(small_tables, start, goal)
    assert (path[0].node, path[-1].node) == (start, goal)
    assert len(path) == 3


def test_no_path_is_an_empty_one(small_tables: MemoryTables) -> None:
    start, goal = (find_node(small_tables, text, BASE) for text in ("TinyTune", "paper/t-0123456789ab"))
    assert find_path(small_tables, start, goal) == []
    assert [step.node for step in find_path(small_tables, start, start)] == [start]


def test_a_subset_keeps_edges_between_what_it_keeps(small_tables: MemoryTables) -> None:
    selection = select(small_tables, Subset(types=("dataset",)), title="t", base_iri=BASE)
    assert set(selection.entities["type"].to_pylist()) == {"dataset"}
    kept = set(selection.entities["id"].to_pylist())
    assert set(selection.paper_entity["entity"].to_pylist()) <= kept
    assert set(selection.comentions["source"].to_pylist()) <= kept


def test_a_subset_around_a_node_grows_with_the_depth(small_tables: MemoryTables) -> None:
    sizes = [
        len(select(small_tables, Subset(focus="entity/codebowl", depth=depth), title="t", base_iri=BASE).entities)
        for depth in range(3)
    ]
    assert sizes[0] == 1 < sizes[1] < sizes[2]


def test_a_subset_of_a_role_drops_entities_without_edges(small_tables: MemoryTables) -> None:
    selection = select(small_tables, Subset(roles=("introduces",)), title="t", base_iri=BASE)
    assert sorted(selection.entities["name"].to_pylist()) == ["QuantTune", "TinyTune"]


def test_a_mistaken_subset_says_what_there_is() -> None:
    with pytest.raises(UsageError, match="method, model"):
        Subset(types=("methods",))  # type: ignore[arg-type]
