"""Adding, removing and merging give the bytes that a build of the same papers gives."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kgraph
from kgraph.errors import GraphError, InputError, UsageError
from kgraph.graph import Graph
from kgraph.records import Candidate, Paper
from kgraph.resources import data_path
from kgraph.storing.schemas import SCHEMAS

NAMES = ("LoRA", "QLoRA", "BERT", "ImageNet", "Zebra-7B", "Zebra", "beam search", "Low-Rank Adaptation")


def find_names(papers: Sequence[Paper]) -> Iterator[list[Candidate]]:
    """An extractor that knows eight names: a build then takes no time, and settling has something to do."""
    for paper in papers:
        found = []
        for number, name in enumerate(NAMES):
            at = paper.abstract.find(name)
            # Not in every paper: what is left out is found by settling.
            if at >= 0 and (len(paper.abstract) + number) % 4:
                kind: Any = ("method", "model", "dataset")[(number + len(paper.title)) % 3]
                found.append(
                    Candidate(
                        paper.id, "abstract", at, at + len(name), name, kind, "uses", 0.8, "", 0, len(paper.abstract)
                    )
                )
        yield _apart(found)


def _apart(found: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or kept[-1].end <= each.start:
            kept.append(each)
    return kept


def tables(graph: Graph) -> dict[str, bytes]:
    kept = sorted((graph.tables.folder / "settling").iterdir())
    return {name: graph.tables.path(name).read_bytes() for name in SCHEMAS} | {
        path.name: path.read_bytes() for path in kept
    }


def triples(graph: Graph) -> set[str]:
    return {str(quad.triple) for quad in graph.store}


def write(path: Path, records: Sequence[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


TEXT = st.lists(st.sampled_from([*NAMES, "and", "we use", "the best."]), min_size=1, max_size=9).map(" ".join)
#: Few titles and identifiers, so that records are often the same paper.
RECORD = st.fixed_dictionaries(
    {"title": st.sampled_from([f"Paper {n}" for n in range(12)]), "abstract": TEXT},
    optional={"arxiv": st.sampled_from(["2101.00001", "2101.00002", "2101.00003"])},
)
RECORDS = st.lists(RECORD, min_size=1, max_size=10)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SOME
@given(RECORDS, RECORDS)
def test_adding_is_building_from_all(tmp_path: Path, first: list[dict[str, str]], second: list[dict[str, str]]) -> None:
    a, b = write(tmp_path / "a.jsonl", first), write(tmp_path / "b.jsonl", second)
    whole = kgraph.build([a, b], tmp_path / "whole.kg", force=True, store=False, extractor=find_names)
    kgraph.build(a, tmp_path / "grown.kg", force=True, store=False, extractor=find_names)
    grown = kgraph.add(tmp_path / "grown.kg", b, extractor=find_names)
    assert tables(grown) == tables(whole)
    assert grown.manifest == whole.manifest


def announce(papers: Sequence[Paper]) -> Iterator[list[Candidate]]:
    """An extractor that takes what stands before the colon of a title for the paper's own."""
    for paper in papers:
        name = paper.title.partition(":")[0]
        yield [Candidate(paper.id, "title", 0, len(name), name, "method", "introduces", 0.9, "", 0, len(paper.title))]


def test_what_a_second_paper_announces_too_is_two_and_one_again(tmp_path: Path) -> None:
    one = write(tmp_path / "a.jsonl", [{"title": "PRISM: a thing", "abstract": "One."}])
    other = write(tmp_path / "b.jsonl", [{"title": "PRISM: another", "abstract": "Two."}])
    alone = kgraph.build(one, tmp_path / "alone.kg", store=False, extractor=announce)
    whole = kgraph.build([one, other], tmp_path / "whole.kg", store=False, extractor=announce)
    kgraph.build(one, tmp_path / "grown.kg", store=False, extractor=announce)
    grown = kgraph.add(tmp_path / "grown.kg", other, extractor=announce)
    assert tables(grown) == tables(whole)
    assert whole.manifest.counts["entities"] == 2
    assert tables(kgraph.remove(tmp_path / "grown.kg", ["PRISM: another"], extractor=announce)) == tables(alone)


@SOME
@given(RECORDS, RECORDS)
def test_removing_what_was_added_is_the_graph_before(
    tmp_path: Path, first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    apart = [{"title": f"Another {record['title']}", "abstract": record["abstract"]} for record in second]
    a, b = write(tmp_path / "a.jsonl", first), write(tmp_path / "b.jsonl", apart)
    before = kgraph.build(a, tmp_path / "before.kg", force=True, store=False, extractor=find_names)
    kgraph.build(a, tmp_path / "g.kg", force=True, store=False, extractor=find_names)
    kgraph.add(tmp_path / "g.kg", b, extractor=find_names)
    after = kgraph.remove(tmp_path / "g.kg", [record["title"] for record in apart], extractor=find_names)
    assert tables(after) == tables(before)
    assert after.manifest == before.manifest


@SOME
@given(RECORDS, RECORDS)
def test_merging_is_building_from_all(
    tmp_path: Path, first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    a, b = write(tmp_path / "a.jsonl", first), write(tmp_path / "b.jsonl", second)
    whole = kgraph.build([b, a], tmp_path / "whole.kg", force=True, store=False, extractor=find_names)
    for name, file in (("one", a), ("other", b)):
        kgraph.build(file, tmp_path / f"{name}.kg", force=True, store=False, extractor=find_names)
    merged = kgraph.merge(
        [tmp_path / "one.kg", tmp_path / "other.kg"], tmp_path / "both.kg", force=True, extractor=find_names
    )
    assert tables(merged) == tables(whole)
    assert merged.manifest == whole.manifest


def test_graphs_that_were_not_built_alike_are_not_merged_and_the_options_are_named(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [{"title": "Paper", "abstract": "We use LoRA."}])
    vocabulary = tmp_path / "mine.csv"
    vocabulary.write_text("name,type,aliases\nZonkBench,dataset,Zonk Bench\n", encoding="utf-8")
    kgraph.build(file, tmp_path / "one.kg", store=False, extractor=find_names)
    other = {"store": False, "extractor": find_names, "vocabulary": vocabulary, "base_iri": "https://example.org/"}
    kgraph.build(file, tmp_path / "other.kg", **other)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"one\.kg and .*other\.kg .*\(base IRI, vocabulary\); build both alike"):
        kgraph.merge([tmp_path / "one.kg", tmp_path / "other.kg"], tmp_path / "both.kg", extractor=find_names)
    assert not (tmp_path / "both.kg").exists()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in two files, and the graphs of the first and of both."""
    folder = tmp_path_factory.mktemp("parts")
    lines = data_path("sample/papers.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "most.jsonl").write_text("".join(lines[4:]), encoding="utf-8")
    (folder / "few.jsonl").write_text("".join(lines[:4]), encoding="utf-8")
    kgraph.build(folder / "most.jsonl", folder / "most.kg")
    kgraph.build([folder / "most.jsonl", folder / "few.jsonl"], folder / "all.kg")
    return folder


def _copy(folder: Path, name: str, target: Path) -> Path:
    shutil.copytree(folder / name, target)
    return target


@pytest.mark.parametrize("processes", [1, 2])
def test_the_store_after_adding_and_removing_is_that_of_a_build(parts: Path, tmp_path: Path, processes: int) -> None:
    most, whole = Graph(parts / "most.kg"), Graph(parts / "all.kg")
    path = _copy(parts, "most.kg", tmp_path / "g.kg")
    grown = kgraph.add(path, parts / "few.jsonl", processes=processes)
    assert tables(grown) == tables(whole)
    assert triples(grown) == triples(whole)
    assert grown.manifest == whole.manifest
    papers = [row["id"] for row in whole.tables.read("papers").to_pylist()]
    gone = sorted(set(papers) - {row["id"] for row in most.tables.read("papers").to_pylist()})
    grown.close()
    shrunk = kgraph.remove(path, gone)
    assert tables(shrunk) == tables(most)
    assert triples(shrunk) == triples(most)


def test_nothing_of_a_removed_paper_stays_in_the_folder(parts: Path, tmp_path: Path) -> None:
    path = tmp_path / "g.kg"
    write(tmp_path / "secret.jsonl", [{"title": "Zyxomma petiolatum", "abstract": "Qwhertzuiop is used on ImageNet."}])
    kgraph.build([parts / "few.jsonl", tmp_path / "secret.jsonl"], path)
    kgraph.remove(path, "Zyxomma petiolatum").close()
    for file in path.rglob("*"):
        if file.is_file():
            packed = file.suffix == ".parquet"
            content = str(pq.read_table(file).to_pylist()).encode() if packed else file.read_bytes()
            assert b"zyxomma" not in content.lower()
            assert b"qwhertzuiop" not in content.lower()
    assert len(list((path / "builds").iterdir())) == 1


def test_a_graph_keeps_the_vocabulary_and_the_corrections_that_it_was_built_with(parts: Path, tmp_path: Path) -> None:
    vocabulary, curation = tmp_path / "mine.csv", tmp_path / "fix.csv"
    vocabulary.write_text("name,type,aliases\nZonkBench,dataset,Zonk Bench\n", encoding="utf-8")
    curation.write_text("action,name,type,value\nrename,ImageNet,dataset,The Image Net\n", encoding="utf-8")
    given = {"vocabulary": vocabulary, "curation": curation, "store": False}
    whole = kgraph.build([parts / "most.jsonl", parts / "few.jsonl"], tmp_path / "whole.kg", **given)  # type: ignore[arg-type]
    kgraph.build(parts / "most.jsonl", tmp_path / "g.kg", **given)  # type: ignore[arg-type]
    vocabulary.unlink()
    curation.unlink()
    assert tables(kgraph.add(tmp_path / "g.kg", parts / "few.jsonl")) == tables(whole)
    assert whole.find("The Image Net").kind == "dataset"


def test_adding_goes_by_the_same_extractor_only(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [{"title": "Paper", "abstract": "We use LoRA."}])
    kgraph.build(file, tmp_path / "g.kg", store=False, extractor=find_names)
    with pytest.raises(UsageError, match="--extractor"):
        kgraph.add(tmp_path / "g.kg", file)


def test_what_cannot_be_done_leaves_the_graph_as_it_was(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [{"title": "Paper", "abstract": "So we use LoRA."}])
    build = kgraph.build(file, tmp_path / "g.kg", extractor=find_names).manifest.build
    with pytest.raises(GraphError, match="no other paper"):
        kgraph.remove(tmp_path / "g.kg", "Paper", extractor=find_names)
    with pytest.raises(UsageError, match="takes a paper"):
        kgraph.remove(tmp_path / "g.kg", "LoRA", extractor=find_names)
    with pytest.raises(InputError, match="no such file"):
        kgraph.add(tmp_path / "g.kg", tmp_path / "missing.jsonl", extractor=find_names)
    assert Graph(tmp_path / "g.kg").manifest.build == build


def test_a_difference_tells_what_came_and_went(parts: Path) -> None:
    assert kgraph.diff(parts / "all.kg", parts / "all.kg").is_empty
    found = kgraph.diff(parts / "most.kg", parts / "all.kg")
    titles = [json.loads(line)["title"] for line in (parts / "few.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(name for _, name in found.changes["papers"].came) == sorted(titles)
    assert not found.changes["papers"].went
    back = kgraph.diff(parts / "all.kg", parts / "most.kg")
    assert back.changes["mentions"].went == found.changes["mentions"].came
