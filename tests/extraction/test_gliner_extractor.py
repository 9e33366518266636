"""The GLiNER adapter, against a small fake with the library's signature; and the table of extractors."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kgraph.errors import InputError, KgraphError, UsageError
from kgraph.extraction import extract_candidates, load_model
from kgraph.extraction.extractors import EXTRACTORS, load_extractor
from kgraph.extraction.gliner import LABELS, GlinerExtractor, load_gliner
from kgraph.records import Candidate, Paper

PAPER = Paper(
    "paper/t-1",
    "TinyTune: Sparse Fine-Tuning of BERT",
    "We present TinyTune, a form of sparse fine-tuning (SFT). On GLUE, SFT of BERT wins. Later BERT fails on ScanQA.",
)
NAMES = {
    "TinyTune": ("method or algorithm", 0.91234),
    "sparse fine-tuning": ("machine learning technique", 0.8),
    "SFT": ("machine learning technique", 0.7),
    "BERT": ("named neural network model", 0.95),
    "GLUE": ("benchmark", 0.99),
    "ScanQA": ("dataset", 0.4),
}


class FakeModel:
    """Finds the words it was given, with their labels and scores; keeps the calls."""

    def __init__(self, names: Mapping[str, tuple[str, float]] = NAMES, extra: Sequence[dict[str, Any]] = ()) -> None:
        self.names = names
        self.extra = extra
        self.calls: list[dict[str, Any]] = []

    def inference(
        self,
        texts: list[str],
        labels: list[str],
        flat_ner: bool = True,
        threshold: float = 0.5,
        multi_label: bool = False,
        batch_size: int = 8,
    ) -> list[list[dict[str, Any]]]:
        self.calls.append({"texts": texts, "labels": labels, "batch_size": batch_size, "flat_ner": flat_ner})
        return [
            [
                {"start": match.start(), "end": match.end(), "text": name, "label": label, "score": score}
                for name, (label, score) in self.names.items()
                if score >= threshold
                for match in re.finditer(re.escape(name), text)
            ]
            + list(self.extra)
            for text in texts
        ]


def make(model: FakeModel | None = None, **options: Any) -> GlinerExtractor:
    return GlinerExtractor(model or FakeModel(), load_model(), **options)


def check_offsets(paper: Paper, candidates: list[Candidate]) -> None:
    for each in candidates:
        text = paper.text(each.field)
        assert text[each.start : each.end] == each.surface
        assert each.sentence_start <= each.start < each.end <= each.sentence_end
    for one, two in pairwise(candidates):
        assert one.field != two.field or one.end <= two.start


def test_entities_become_candidates_with_types_scores_and_long_forms() -> None:
    found = next(make()([PAPER]))
    check_offsets(PAPER, found)
    kinds = {each.surface: each.type for each in found}
    assert kinds == {
        "TinyTune": "method",
        "BERT": "model",
        "sparse fine-tuning": "method",
        "SFT": "method",
        "GLUE": "dataset",
    }
    assert next(each.confidence for each in found if each.surface == "TinyTune") == 0.912
    assert {each.long_form for each in found if each.surface == "SFT"} == {"sparse fine-tuning"}


def test_roles_come_from_the_role_classifier() -> None:
    roles = {each.surface: each.role for each in next(make()([PAPER]))}
    assert roles["TinyTune"] == "introduces"
    assert roles["GLUE"] == "evaluates_on"


def test_the_threshold_decides_what_counts() -> None:
    assert "ScanQA" not in {each.surface for each in next(make()([PAPER]))}
    assert "ScanQA" in {each.surface for each in next(make(threshold=0.3)([PAPER]))}


def test_a_name_found_once_is_found_everywhere_in_the_paper() -> None:
    class Forgetful(FakeModel):
        def inference(self, texts: list[str], *args: Any, **kwargs: Any) -> list[list[dict[str, Any]]]:
            return [found[:1] for found in super().inference(texts, *args, **kwargs)]

    forgetful = Forgetful({"BERT": NAMES["BERT"]})
    assert len([each for each in next(make(forgetful)([PAPER])) if each.surface == "BERT"]) == 3


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"start": 0, "end": 4, "text": "Tiny!", "label": "dataset", "score": 0.9}, "not in the text"),
        ({"start": -3, "end": 2, "text": "", "label": "dataset", "score": 0.9}, "not in the text"),
        ({"start": 0, "end": 9999, "text": PAPER.title, "label": "dataset", "score": 0.9}, "not in the text"),
        ({"start": 10, "end": 16, "text": "Sparse", "label": "weather", "score": 0.9}, "of unknown type"),
        ({"start": 10, "end": 16, "text": "Sparse", "label": "dataset", "score": float("nan")}, "without a score"),
    ],
)
def test_what_is_not_in_the_text_is_dropped_and_counted(extra: dict[str, Any], reason: str) -> None:
    extractor = make(FakeModel({}, [extra]))
    assert list(extractor([Paper("p", PAPER.title)])) == [[]]
    assert dict(extractor.dropped) == {reason: 1}


def test_of_overlapping_names_the_likelier_counts() -> None:
    names = {"Sparse Fine-Tuning of BERT": ("dataset", 0.6), "Fine-Tuning": ("dataset", 0.9)}
    extractor = make(FakeModel(names))
    assert [each.surface for each in next(extractor([Paper("p", PAPER.title)]))] == ["Fine-Tuning"]
    assert dict(extractor.dropped) == {"inside another name": 1}


def test_long_abstracts_are_cut_between_sentences() -> None:
    sentences = [f"Sentence {n} speaks of BERT and of other words." for n in range(60)]
    paper = Paper("p", "On BERT", " ".join(sentences))
    model = FakeModel()
    found = next(make(model, passage_words=50)([paper]))
    texts = model.calls[0]["texts"]
    assert texts[0] == "On BERT"
    assert " ".join(texts[1:]) == paper.abstract
    assert all(text.startswith("Sentence") and text.endswith(".") for text in texts[1:])
    assert len(found) == 61
    check_offsets(paper, found)


def test_a_sentence_longer_than_a_passage_is_cut_between_words() -> None:
    paper = Paper("p", "", " ".join(["word"] * 30 + ["BERT"] + ["word"] * 30))
    found = next(make(passage_words=7)([paper]))
    assert [each.surface for each in found] == ["BERT"]
    check_offsets(paper, found)


def test_papers_keep_their_order_over_blocks_and_progress_is_told() -> None:
    papers = [Paper(f"paper/t-{n}", f"BERT number {n}") for n in range(70)]
    model = FakeModel()
    done: list[int] = []
    found = list(make(model, batch_size=4, progress=done.append)(papers))
    assert [each[0].paper for each in found] == [paper.id for paper in papers]
    assert sum(done) == 70
    assert {call["batch_size"] for call in model.calls} == {4}
    assert all(call["flat_ner"] for call in model.calls)


def test_papers_without_text_have_no_candidates_and_ask_nobody() -> None:
    model = FakeModel()
    assert list(make(model)([Paper("a", ""), Paper("b", " ", "\n")])) == [[], []]
    assert model.calls == []


def test_labels_of_ones_own_are_asked_for() -> None:
    model = FakeModel({"GLUE": ("test suite", 0.9)})
    extractor = make(model, labels={"test suite": "dataset"})
    assert [(each.surface, each.type) for each in next(extractor([PAPER]))] == [("GLUE", "dataset")]
    assert model.calls[0]["labels"] == ["test suite"]


@pytest.mark.parametrize(
    "options",
    [{"labels": {}}, {"labels": {"x": "person"}}, {"threshold": 1.5}, {"batch_size": 0}, {"passage_words": 0}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        make(**options)


def test_the_default_labels_reach_every_type() -> None:
    assert set(LABELS.values()) == {"method", "model", "dataset", "task", "metric"}


def test_a_model_that_fails_is_one_clear_line() -> None:
    class Broken(FakeModel):
        def inference(self, *args: Any, **kwargs: Any) -> list[list[dict[str, Any]]]:
            raise RuntimeError("out of memory")

    with pytest.raises(KgraphError, match="the GLiNER model 'tiny' failed: out of memory"):
        list(make(Broken(), name="tiny")([PAPER]))


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gliner", None)
    with pytest.raises(UsageError, match=r"pip install 'kgraph-papers\[gliner\]'"):
        load_gliner(model="someone/some-model")


def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub() -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_gliner(model="./missing")


def test_a_folder_is_loaded_without_the_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[tuple[Any, ...]] = []

    class Library(ModuleType):
        class GLiNER:
            @staticmethod
            def from_pretrained(model: str, *, local_files_only: bool, map_location: str) -> FakeModel:
                calls.append((model, local_files_only, map_location))
                if model == "broken/model":
                    raise RuntimeError("weights do not fit")
                return FakeModel()

    monkeypatch.setitem(sys.modules, "gliner", Library("gliner"))
    extractor = load_gliner(model=str(tmp_path))
    assert len(next(extractor([PAPER]))) > 5
    assert extractor.describe()["model"] == tmp_path.name
    load_gliner(model="someone/some-model", device="cuda")
    assert calls == [(str(tmp_path), True, "cpu"), ("someone/some-model", False, "cuda")]
    with pytest.raises(InputError, match="weights do not fit"):
        load_gliner(model="broken/model")


def test_the_tagger_is_the_extractor_without_a_name() -> None:
    assert list(load_extractor(processes=1)([PAPER])) == [extract_candidates(PAPER)]


def test_unknown_extractors_and_options_are_told() -> None:
    assert list(EXTRACTORS) == ["tagger", "gliner", "llm"]
    with pytest.raises(UsageError, match="there is no extractor 'magic'; there are tagger, gliner, llm"):
        load_extractor("magic")
    with pytest.raises(UsageError, match="'tagger' has no option 'url'"):
        load_extractor("tagger", url="x")
    with pytest.raises(UsageError, match="'llm' needs the option 'url'"):
        load_extractor("llm", model="x")
