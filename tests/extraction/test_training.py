"""Training: a model of few labels reads papers, the same labels give the same file, and others' labels count half."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import kgraph
from kgraph.errors import InputError
from kgraph.extraction import extract_candidates, load_model
from kgraph.records import Paper
from kgraph.resources import data_path

SYSTEMS = ("Tessera", "Quillon", "Marlowe", "Brindle", "Osprey", "Calyx", "Dunlin", "Fennec")


def label(system: str, other: str) -> dict[str, object]:
    return {
        "title": f"{system}: sorting parcels by touch",
        "abstract": f"We propose {system}, which sorts parcels. It beats {other} on ParcelBench.",
        "entities": [
            {"name": system, "type": "method", "role": "introduces", "surfaces": [system]},
            {"name": other, "type": "method", "role": "compares_with", "surfaces": [other]},
            {"name": "ParcelBench", "type": "dataset", "role": "evaluates_on", "surfaces": ["ParcelBench"]},
        ],
    }


def write_labels(path: Path, systems: tuple[str, ...]) -> Path:
    pairs = [label(system, other) for system, other in zip(systems, systems[::-1], strict=True)]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in pairs), encoding="utf-8")
    return path


def read_parts(model: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(model) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_labels(tmp_path_factory.mktemp("labels") / "labels.jsonl", SYSTEMS)


def test_a_model_of_few_labels_reads_a_paper_it_has_not_seen(labels: Path, tmp_path: Path) -> None:
    report = kgraph.train([labels], tmp_path / "my.model")
    assert str(report) == "learnt from 8 papers with 24 names in 32 places"
    paper = Paper("paper/1", "Heron: sorting parcels by touch", "We propose Heron. It beats Osprey on ParcelBench.")
    found = {each.surface: each.role for each in extract_candidates(paper, load_model(tmp_path / "my.model"))}
    assert found["Heron"] == "introduces"
    assert {"Heron", "ParcelBench"} <= set(found)


def test_the_same_labels_give_the_same_file(labels: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        kgraph.train([labels], tmp_path / name, more=[labels])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_model_may_begin_with_labels_of_its_own(labels: Path, tmp_path: Path) -> None:
    first = write_labels(tmp_path / "first.jsonl", ("Almond", "Bramble", "Cedar", "Dogwood"))
    report = kgraph.train([labels], tmp_path / "own.model", first=[first])
    assert report.papers == 12
    shipped, own = load_model(), load_model(tmp_path / "own.model")
    assert len(own.tagger.network.index) < len(shipped.tagger.network.index) / 100


def test_what_is_own_is_learnt_from_the_labels_that_the_first_layer_begins_with(labels: Path, tmp_path: Path) -> None:
    first = write_labels(tmp_path / "first.jsonl", SYSTEMS)
    other = tmp_path / "other.jsonl"
    other.write_text(first.read_text(encoding="utf-8").replace("introduces", "uses"), encoding="utf-8")
    parts = []
    for path in (first, other):
        kgraph.train([labels], tmp_path / "model", first=[path])
        parts.append(read_parts(tmp_path / "model"))
    changed = {name.split("/")[0] for name, content in parts[0].items() if content != parts[1][name]}
    assert changed == {"owner", "roles", "ownership"}


def test_what_is_own_is_learnt_from_a_second_reading_where_there_is_one(labels: Path, tmp_path: Path) -> None:
    papers = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    parts = []
    readings: list[list[list[str]] | None] = [None, [[system] for system in SYSTEMS], [[]] * len(SYSTEMS)]
    path = tmp_path / "labels.jsonl"
    for own in readings:
        rows = [paper if own is None else {**paper, "own": [own[at]]} for at, paper in enumerate(papers)]
        path.write_text("".join(f"{json.dumps(each)}\n" for each in rows), encoding="utf-8")
        kgraph.train([path], tmp_path / "model")
        parts.append(read_parts(tmp_path / "model"))
    assert parts[0] == parts[1]
    assert {name.split("/")[0] for name in parts[0] if parts[0][name] != parts[2][name]} == {
        "owner",
        "ownership",
    }


def test_the_words_of_own_names_are_learnt_from_papers_in_which_nothing_else_was_labelled(
    labels: Path, tmp_path: Path
) -> None:
    rows = [label(system, "Heron") | {"own": [[system]]} for system in ("Almond", "Bramble", "Cedar", "Dogwood")]
    for row in rows:
        del row["entities"]
    own = tmp_path / "own.jsonl"
    own.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert kgraph.train([labels], tmp_path / "with", own=[own]).papers == 12
    kgraph.train([labels], tmp_path / "without")
    parts, others = read_parts(tmp_path / "with"), read_parts(tmp_path / "without")
    assert {name.split("/")[0] for name in parts if parts[name] != others[name]} == {"ownership"}
    own.write_text(json.dumps({"title": "Almond", "abstract": "", "entities": []}), encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.jsonl:1: is not a labelled paper: it has no 'own'"):
        kgraph.train([labels], tmp_path / "with", own=[own])


def test_a_second_reading_that_is_no_list_of_lists_is_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({**label("Tessera", "Quillon"), "own": ["Tessera"]}), encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.jsonl:1: is not a labelled paper: 'own' is a list of lists"):
        kgraph.train([path], tmp_path / "own.model")


def test_a_model_of_a_paper_that_teaches_nothing_reads_on(tmp_path: Path) -> None:
    labels = tmp_path / "one.jsonl"
    entity = {"name": "qq", "type": "task", "role": "uses", "surfaces": ["qq"]}
    labels.write_text(
        json.dumps({"title": "zz", "abstract": "We see qq here.", "entities": [entity]}), encoding="utf-8"
    )
    kgraph.train([labels], tmp_path / "one.model")
    found = extract_candidates(Paper("p", "QuillNet: a net", "We see QuillNet."), load_model(tmp_path / "one.model"))
    assert "QuillNet" in {each.surface for each in found}


def test_one_paper_is_enough_to_begin_with(labels: Path, tmp_path: Path) -> None:
    first = write_labels(tmp_path / "first.jsonl", ("Almond",))
    assert kgraph.train([labels], tmp_path / "own.model", first=[first]).papers == 9


@pytest.mark.parametrize(
    "part",
    ["tagger/features", "tagger/weights", "network/table", "network/layer-1", "ranker/mean", "ownership/weights"],
)
def test_a_model_whose_parts_do_not_fit_is_told_in_a_line(part: str, tmp_path: Path) -> None:
    parts = read_parts(data_path("tagger.zip"))
    parts[part] = parts[part][: len(parts[part]) // 2]
    with zipfile.ZipFile(tmp_path / "cut.model", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match=r"cut\.model: is not a model that 'kgraph train' wrote"):
        load_model(tmp_path / "cut.model")
