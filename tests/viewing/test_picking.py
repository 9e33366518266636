from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from selections import SCRIPT, hostile_selection

from kgraph.errors import QueryError
from kgraph.viewing.picking import pick

BASE = "https://w3id.org/kgraph/"
RELATED = NamedNode("https://example.org/related")


def joins(subject: str, target: str, predicate: NamedNode = RELATED) -> Triple:
    return Triple(NamedNode(BASE + subject), predicate, NamedNode(BASE + target))


def test_a_statement_brings_its_nodes_and_the_tie_between_them() -> None:
    picked, nodes = pick(hostile_selection(), [joins("paper/t-0000", "entity/LoRA")])
    assert nodes == ["entity/LoRA", "paper/t-0000"]
    assert picked.paper_entity.select(["paper", "entity"]).to_pylist() == [
        {"paper": "paper/t-0000", "entity": "entity/LoRA"}
    ]
    assert picked.comentions.num_rows == 0
    assert set(picked.mentions["entity"].to_pylist()) == {"entity/LoRA"}


@pytest.mark.parametrize("ends", [("entity/LoRA", "entity/GLUE"), ("entity/GLUE", "entity/LoRA")])
def test_a_co_mention_brings_the_papers_it_rests_on_undrawn(ends: tuple[str, str]) -> None:
    picked, nodes = pick(hostile_selection(), [joins(*ends)])
    assert nodes == ["entity/GLUE", "entity/LoRA"]
    assert picked.comentions.num_rows == 1
    assert picked.papers["id"].to_pylist() == ["paper/t-0000", "paper/t-0001"]


def test_the_node_of_a_tie_brings_its_ends() -> None:
    tie = Triple(NamedNode(f"{BASE}co-mention/GLUE/LoRA"), RELATED, Literal(2))
    assert pick(hostile_selection(), [tie])[1] == ["entity/GLUE", "entity/LoRA"]


def test_nodes_that_no_statement_joins_stay_apart() -> None:
    kind = NamedNode("https://w3id.org/kgraph/ontology#Method")
    statements = [Triple(NamedNode(f"{BASE}entity/{name}"), RELATED, kind) for name in ("LoRA", "GLUE")]
    picked, nodes = pick(hostile_selection(), statements)
    assert nodes == ["entity/GLUE", "entity/LoRA"]
    assert picked.comentions.num_rows == 0
    assert picked.papers.num_rows == 0


def test_an_answer_without_nodes_of_the_graph_is_told() -> None:
    strange = [
        Triple(BlankNode("b"), RELATED, Literal(SCRIPT)),
        joins("entity/nowhere", "co-mention/too/many/parts"),
        Triple(NamedNode("https://elsewhere.example/entity/LoRA"), RELATED, NamedNode("https://elsewhere.example/")),
    ]
    for statements in ([], strange):
        with pytest.raises(QueryError, match="nothing can be drawn"):
            pick(hostile_selection(), statements)
