"""The network of the tagger: its slopes are the slopes, it learns, and it comes back from a file as it was."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kgraph.extraction import convolution_training
from kgraph.extraction.convolution import GAPS, ConvNet, pack_convnet, unpack_convnet
from kgraph.extraction.convolution_training import Lesson, train_convnet

LABELS = 3


def lesson(random: np.random.Generator, words: int = 7) -> Lesson:
    """Return sentences in which a word is labelled 1 behind a cue, 2 before one, else 0."""
    cues = random.random(words) < 0.3
    cues[words // 2] = False
    lengths = [words // 2, words - words // 2]
    labels = np.zeros(words, int)
    for start, end in ((0, lengths[0]), (lengths[0], words)):
        for at in range(start, end):
            labels[at] = 1 if at > start and cues[at - 1] else 2 if at + 1 < end and cues[at + 1] else 0
    features = [["cue" if cue else "plain", f"w{random.integers(4)}"] for cue in cues]
    return Lesson(features, random.normal(size=(words, 5)), labels.tolist(), lengths)


def summed(network: ConvNet, paper: Lesson) -> np.typing.NDArray[np.int32]:
    rows = [[network.index[each] for each in row if each in network.index] for row in paper.features]
    return np.array([network.table[row].sum(axis=0, dtype=np.int32) for row in rows])


def test_the_slopes_are_those_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convolution_training, "DROP", 0.0)
    monkeypatch.setattr(convolution_training, "DROP_FEATURES", 0.0)
    monkeypatch.setattr(convolution_training, "FEWEST", 1)
    random = np.random.default_rng(3)
    lessons = [lesson(random) for _ in range(3)]
    index = convolution_training._number_features(lessons)
    papers = [convolution_training._encode(each, index) for each in lessons]
    single = convolution_training._first_weights(len(index), 5, LABELS, random)
    weights = {name: each.astype(np.float64) for name, each in single.items()}

    def loss() -> float:
        layers = tuple((weights[f"layer-{at}"], weights[f"layer-{at}-bias"]) for at in range(len(GAPS)))
        ends = (weights["inner"], weights["inner_bias"], layers, weights["outer"], weights["outer_bias"])
        network = ConvNet({}, np.zeros((0, 0), np.int8), 1.0, weights["vectors"], *ends)
        found = []
        for paper, each in zip(papers, lessons, strict=True):
            rows = np.split(paper.rows, paper.ends[:-1])
            sums = np.array([weights["table"][row].sum(axis=0) for row in rows])
            logs = network.run(sums, paper.vectors, each.lengths)
            found.append(logs[np.arange(len(each.labels)), each.labels])
        return -float(np.concatenate(found).mean())

    slopes = convolution_training._slopes(weights, papers, random)
    assert set(slopes) == set(weights)
    for name, each in weights.items():
        place = tuple(int(random.integers(size)) for size in each.shape)
        assert slopes[name][place] == pytest.approx(_slope(loss, each, place), abs=1e-6), name


def _slope(loss: Callable[[], float], weights: np.typing.NDArray[np.float64], place: tuple[int, ...]) -> float:
    before = weights[place]
    weights[place] = before + 1e-5
    high = loss()
    weights[place] = before - 1e-5
    low = loss()
    weights[place] = before
    return (high - low) / 2e-5


@pytest.fixture(scope="module")
def network() -> ConvNet:
    random = np.random.default_rng(1)
    return train_convnet([lesson(random) for _ in range(700)], LABELS)


def test_it_learns_what_stands_beside_a_word(network: ConvNet) -> None:
    random = np.random.default_rng(2)
    right = [
        label == guess
        for paper in [lesson(random) for _ in range(40)]
        for label, guess in zip(
            paper.labels, network.run(summed(network, paper), paper.vectors, paper.lengths).argmax(axis=1), strict=True
        )
    ]
    assert np.mean(right) > 0.97


def test_the_same_lessons_give_the_same_weights(network: ConvNet) -> None:
    random = np.random.default_rng(1)
    again = train_convnet([lesson(random) for _ in range(700)], LABELS)
    assert pack_convnet(again) == pack_convnet(network)


def test_a_network_that_was_packed_judges_as_before(network: ConvNet) -> None:
    paper = lesson(np.random.default_rng(4))
    again = unpack_convnet(pack_convnet(network))
    given = (summed(network, paper), paper.vectors, paper.lengths)
    assert np.allclose(again.run(*given), network.run(*given), atol=0.02)
    assert pack_convnet(again) == pack_convnet(network)
    assert np.allclose(np.exp(again.run(*given)).sum(axis=1), 1)


def test_sentences_do_not_see_each_other(network: ConvNet) -> None:
    paper = lesson(np.random.default_rng(5))
    sums, first = summed(network, paper), paper.lengths[0]
    alone = network.run(sums[:first], paper.vectors[:first], [first])
    assert np.allclose(network.run(sums, paper.vectors, paper.lengths)[:first], alone)
