from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from marking import make_tables, mark

from kgraph.linking import shared_techniques
from kgraph.linking.comentions import log_likelihood, npmi
from kgraph.linking.shared_techniques import STRONGEST
from kgraph.records import Paper
from kgraph.storing.tables import MemoryTables


def _entities_by_paper(tables: MemoryTables) -> dict[str, set[str]]:
    papers: dict[str, set[str]] = {}
    for row in tables.read("paper_entity").to_pylist():
        papers.setdefault(row["paper"], set()).add(row["entity"])
    return papers


def test_each_comention_counts_the_papers_that_have_both(small_tables: MemoryTables) -> None:
    expected = Counter(
        pair for entities in _entities_by_paper(small_tables).values() for pair in combinations(sorted(entities), 2)
    )
    rows = small_tables.read("comentions").to_pylist()
    assert {(row["source"], row["target"]): row["papers"] for row in rows} == expected


def test_sentences_count_where_both_stand_in_one(small_tables: MemoryTables) -> None:
    pairs = {(row["source"], row["target"]): row["sentences"] for row in small_tables.read("comentions").to_pylist()}
    assert pairs["entity/mathbowl", "entity/zebra-7b"] == 1
    assert pairs["entity/mathbowl", "entity/tinytune"] == 0


def test_an_edge_has_the_first_of_its_roles_and_the_surest_mention(small_tables: MemoryTables) -> None:
    edges = {(row["paper"], row["entity"]): row for row in small_tables.read("paper_entity").to_pylist()}
    edge = edges["paper/arxiv-2101.00001", "entity/tinytune"]
    assert (edge["role"], edge["confidence"], edge["mentions"]) == ("introduces", 0.9, 3)


def test_shared_techniques_are_those_both_papers_have_and_families_count_less(small_tables: MemoryTables) -> None:
    rows = {(row["source"], row["target"]): row for row in small_tables.read("shared_techniques").to_pylist()}
    both = rows["paper/arxiv-2101.00001", "paper/arxiv-2102.00002"]
    # LoRA stands in both; Zebra only as Zebra-7B and Zebra-13B, at half its weight: it is in three papers.
    assert both["techniques"] == ["entity/lora", "entity/zebra"]
    assert both["score"] == round((math.log1p(4 / 2) + math.log1p(4 / 3) / 2) / math.log1p(4), 2)


def test_what_is_only_mentioned_in_passing_is_not_shared(small_tables: MemoryTables) -> None:
    rows = small_tables.read("shared_techniques").to_pylist()
    assert all("entity/lora" not in row["techniques"] for row in rows if "paper/doi-10.1000%2Fq" in row.values())


def test_a_technique_of_everybody_links_nobody() -> None:
    papers = [Paper(f"paper/t-{n:012d}", f"Paper {n}", f"Common is used with Rare{n // 2}.") for n in range(60)]
    tables = make_tables(
        [
            (p, mark(p, [("Common", "method", "uses"), (f"Rare{n // 2}", "method", "uses")]))
            for n, p in enumerate(papers)
        ]
    )
    rows = tables.read("shared_techniques").to_pylist()
    assert len(rows) == 30
    assert all(row["techniques"] == [f"entity/rare{int(row['source'][-12:]) // 2}"] for row in rows)


def test_a_paper_keeps_its_strongest_edges_only() -> None:
    papers = [Paper(f"paper/t-{n:012d}", f"Paper {n}", "Shared is used.") for n in range(300)]
    tables = make_tables([(p, mark(p, [("Shared", "method", "uses")] if n < 30 else [])) for n, p in enumerate(papers)])
    rows = tables.read("shared_techniques").to_pylist()
    degree = Counter(end for row in rows for end in (row["source"], row["target"]))
    assert len(rows) < 30 * 29 // 2
    assert min(degree.values()) >= STRONGEST


def test_papers_linked_in_small_blocks_are_linked_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [Paper(f"paper/t-{n:012d}", f"Paper {n}", f"Rare{n % 7} and Rare{n % 11} are used.") for n in range(80)]
    marked = [
        (paper, mark(paper, [(f"Rare{n % 7}", "method", "uses"), (f"Rare{n % 11}", "model", "uses")]))
        for n, paper in enumerate(papers)
    ]
    whole = make_tables(marked).read("shared_techniques")
    monkeypatch.setattr(shared_techniques, "BLOCK", 50)
    assert make_tables(marked).read("shared_techniques").equals(whole)


def test_a_hub_adds_one_comention_for_each_other_entity_and_no_shared_technique() -> None:
    papers = [Paper(f"paper/t-{n:012d}", f"Paper {n}", f"Hub meets Rare{n}.") for n in range(60)]
    marked = []
    for n, paper in enumerate(papers):
        rare = mark(paper, [(f"Rare{n}", "method", "uses")])
        marked.append((paper, rare if n % 2 else [*mark(paper, [("Hub", "method", "uses")]), *rare]))
    tables = make_tables(marked)
    assert len(tables.read("comentions")) == 30
    assert len(tables.read("shared_techniques")) == 0


def test_an_empty_corpus_has_no_edges() -> None:
    tables = make_tables([(Paper("paper/t-000000000000", "Nothing"), [])])
    assert all(len(tables.read(name)) == 0 for name in ("comentions", "shared_techniques", "paper_entity"))


def test_npmi_is_one_for_inseparable_and_zero_for_independent() -> None:
    scores = npmi(np.array([2.0, 5.0, 10.0]), np.array([2.0, 5.0, 10.0]), np.array([2.0, 10.0, 10.0]), 10)
    assert scores.tolist() == [1.0, 0.0, 1.0]


def test_few_edges_change_with_one_more_paper() -> None:
    papers = [Paper(f"paper/t-{n:012d}", f"Paper {n}", f"A{n % 7} meets B{n % 11}.") for n in range(600)]
    marked = [
        (p, mark(p, [(f"A{n % 7}", "method", "uses"), (f"B{n % 11}", "model", "uses")])) for n, p in enumerate(papers)
    ]
    before, after = (make_tables(each) for each in (marked[:-1], marked))
    for name in ("comentions", "shared_techniques"):
        rows = [{str(row) for row in tables.read(name).to_pylist()} for tables in (before, after)]
        assert len(rows[0] & rows[1]) > 0.8 * len(rows[0])


def test_log_likelihood_agrees_with_a_table_worked_by_hand() -> None:
    # 10, 20, 30, 40 of 100: G2 = 2 * sum(o ln(o/e)) with e = 12, 18, 28, 42
    by_hand = 2 * (10 * math.log(10 / 12) + 20 * math.log(20 / 18) + 30 * math.log(30 / 28) + 40 * math.log(40 / 42))
    score = log_likelihood(np.array([10.0]), np.array([30.0]), np.array([40.0]), 100)[0]
    assert score == pytest.approx(-by_hand, abs=1e-6)


def test_log_likelihood_ranks_what_meets_often_above_what_met_once() -> None:
    often, once = log_likelihood(np.array([40.0, 1.0]), np.array([50.0, 1.0]), np.array([60.0, 1.0]), 500)
    assert often > once > 0
