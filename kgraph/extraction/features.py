"""What the tagger sees of a word: spelling, neighbours, statistics, known names and the whole paper."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.lexicon import Lexicon
from kgraph.extraction.phrases import fold_word
from kgraph.names import normal_form

Features = list[list[str]]

#: How many neighbours on either side the window of a word holds.
REACH: Final = 3
_UNKNOWN: Final = ("?", "?", "?", "0", "?")


@lru_cache(maxsize=100_000)
def word_shape(word: str) -> str:
    """Return the shape of a word with runs shortened.

    >>> word_shape("ResNet50"), word_shape("GPT"), word_shape("loss")
    ('XxXx0', 'XX', 'xx')
    """
    shape = re.sub(r"[^\W\d_A-Z]", "x", word)
    shape = re.sub(r"[A-Z]", "X", shape)
    shape = re.sub(r"\d", "0", shape)
    return re.sub(r"(.)\1+", r"\1\1", shape) if len(set(shape)) == 1 else re.sub(r"(.)\1+", r"\1", shape)[:8]


class WordFeatures:
    """The features that depend on a word alone, kept by word while a tagger is trained."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._near: dict[str, tuple[list[str], ...]] = {}

    def facts(self, word: str) -> tuple[str, ...]:
        """Return the corpus statistics of a word."""
        return self.lexicon.words.get(word.lower(), _UNKNOWN)

    def windows(self, word: str) -> tuple[list[str], ...]:
        """Return the features of a word for the word itself and for its neighbours (-3 to 3)."""
        known = self._near.get(word)
        if known is None:
            known = self._near[word] = make_windows(word, self.facts(word))
        return known


def make_windows(word: str, facts: tuple[str, ...]) -> tuple[list[str], ...]:
    """Return the features of a word with these statistics, for itself and for its neighbours (-3 to 3)."""
    lower, shape = word.lower(), word_shape(word)
    large, middle, small, frequency, capitals = facts
    own = [f"w={lower}", f"s={shape}", f"f={fold_word(word)}"]
    own += [f"p{n}={lower[:n]}" for n in (2, 3, 4) if len(lower) > n]
    own += [f"x{n}={lower[-n:]}" for n in (1, 2, 3, 4, 5) if len(lower) > n]
    own += [f"a={large}", f"b={middle}", f"c={small}", f"d={frequency}", f"e={capitals}", f"se={shape}{capitals}"]
    own += [f"sf={shape}{frequency}", f"l={min(len(word), 12)}"]
    near = [f"w={lower}", f"s={shape}", f"x3={lower[-3:]}", f"a={large}", f"b={middle}", f"c={small}"]
    near += [f"e={capitals}"]
    far = [f"w={lower}", f"b={middle}", f"a={large}"]
    offsets = {-3: far[:2], -2: far, -1: near, 0: own, 1: near, 2: far, 3: far[:2]}
    return tuple([f"{offset}{feature}" for feature in offsets[offset]] for offset in range(-3, 4))


def tagger_features(document: Document, words: WordFeatures) -> list[Features]:
    """Return, for each sentence, the features of each word: those of its window and all others."""
    return [
        [
            [*(feature for part in window for feature in part), *row]
            for window, row in zip(_windows(sentence, words), rows, strict=True)
        ]
        for sentence, rows in zip(document.sentences, context_features(document, words), strict=True)
    ]


def context_features(document: Document, words: WordFeatures) -> list[Features]:
    """Return, for each sentence, the features of each word that depend on more than one word."""
    paper = _PaperFacts(document)
    return [_context_rows(sentence, paper, words) for sentence in document.sentences]


def _windows(sentence: Sentence, words: WordFeatures) -> list[list[list[str]]]:
    known = [words.windows(word) for word in sentence.words]
    return [
        [known[at + offset][offset + REACH] for offset in range(-REACH, REACH + 1) if 0 <= at + offset < len(known)]
        for at in range(len(known))
    ]


class _PaperFacts:
    """What holds of words in a whole paper."""

    def __init__(self, document: Document) -> None:
        self.counts = Counter(fold_word(word) for sentence in document.sentences for word in sentence.words)
        title = [sentence for sentence in document.sentences if sentence.field == "title"]
        self.title = {fold_word(word) for sentence in title for word in sentence.words}
        self.head: set[str] = set()
        for sentence in title:
            if ":" in sentence.words:
                self.head.update(fold_word(word) for word in sentence.words[: sentence.words.index(":")])
        self.long_forms = document.long_forms
        self.long_spans = document.long_spans
        self.short_words = {
            fold_word(word)
            for sentence in document.sentences
            for word in sentence.words
            if normal_form(word) in document.long_forms
        }


def _context_rows(sentence: Sentence, paper: _PaperFacts, known: WordFeatures) -> Features:
    rows: Features = [[] for _ in sentence.words]
    _add_pairs(rows, sentence.words, known)
    _add_paper(rows, sentence, paper)
    _add_names(rows, sentence, known.lexicon)
    _add_phrases(rows, sentence, known.lexicon)
    return rows


def _add_pairs(rows: Features, words: tuple[str, ...], known: WordFeatures) -> None:
    lowered = ["^", "^", *(word.lower() for word in words), "$", "$"]
    classes = ["^", "^", *(known.facts(word)[1] for word in words), "$", "$"]
    shapes = ["^", "^", *(word_shape(word) for word in words), "$", "$"]
    for index, row in enumerate(rows):
        at = index + 2
        row += [
            f"-w={lowered[at - 1]} {lowered[at]}",
            f"+w={lowered[at]} {lowered[at + 1]}",
            f"-+w={lowered[at - 1]} {lowered[at + 1]}",
            f"--w={lowered[at - 2]} {lowered[at - 1]}",
            f"++w={lowered[at + 1]} {lowered[at + 2]}",
            f"-b={classes[at - 1]} {classes[at]}",
            f"+b={classes[at]} {classes[at + 1]}",
            f"++b={classes[at]} {classes[at + 1]} {classes[at + 2]}",
            f"-+b={classes[at - 1]} {classes[at]} {classes[at + 1]}",
            f"-s={shapes[at - 1]} {shapes[at]} {shapes[at + 1]}",
            f"ws={lowered[at - 1]} {shapes[at]}",
            f"wsn={shapes[at]} {lowered[at + 1]}",
        ]
        if index == 0:
            row.append("^")
        if at == len(lowered) - 3:
            row.append("$")


def _add_paper(rows: Features, sentence: Sentence, paper: _PaperFacts) -> None:
    place = "t" if sentence.field == "title" else "b"
    colon = sentence.words.index(":") if place == "t" and ":" in sentence.words else 0
    for index, (row, word) in enumerate(zip(rows, sentence.words, strict=True)):
        folded = fold_word(word)
        row.append(f"pl={place}{word_shape(word)}")
        if index < colon:
            row += ["hc", f"hc={colon - index}", f"hcs={min(colon, 6)}"]
        if not folded:
            continue
        times = min(paper.counts[folded], 5)
        row.append(f"n={times}{word_shape(word)[:2]}")
        if folded in paper.head:
            row += ["hd", f"hd{word_shape(word)}"]
        elif folded in paper.title:
            row.append("ti")
        if folded in paper.short_words:
            row.append("sh")
    for start, end in _covered(sentence, paper):
        rows[start].append("lb")
        for index in range(start, end):
            rows[index].append("li")
        rows[end - 1].append("le")


def _covered(sentence: Sentence, paper: _PaperFacts) -> list[tuple[int, int]]:
    """Return the word ranges of the long forms in a sentence."""
    starts = {span[0]: index for index, span in enumerate(sentence.spans)}
    ends = {span[1]: index + 1 for index, span in enumerate(sentence.spans)}
    return [
        (starts[start], ends[end])
        for field, start, end in sorted(paper.long_spans)
        if field == sentence.field and start in starts and end in ends
    ]


def _add_names(rows: Features, sentence: Sentence, lexicon: Lexicon) -> None:
    for match in lexicon.find_names(sentence.words):
        length = min(match.end - match.start, 4)
        mark = f"{match.types}{'=' if match.exact else '~'}"
        for index in range(match.start, match.end):
            place = "B" if index == match.start else "E" if index == match.end - 1 else "I"
            rows[index] += [f"v={place}{mark}", f"vl={place}{length}{mark}"]
        if match.end < len(rows):
            rows[match.end].append(f"v>{mark}")
        if match.start:
            rows[match.start - 1].append(f"v<{mark}")


def _add_phrases(rows: Features, sentence: Sentence, lexicon: Lexicon) -> None:
    for start, end, facts in lexicon.find_phrases(sentence.words):
        marks = phrase_marks(facts, min(end - start, 4))
        for index in range(start, end):
            place = "S" if end - start == 1 else "B" if index == start else "E" if index == end - 1 else "I"
            rows[index] += [f"q{place}{mark}" for mark in marks]


@lru_cache(maxsize=50_000)
def phrase_marks(facts: str, length: int) -> tuple[str, ...]:
    """Return the features of a phrase that the corpus statistics know."""
    size, title, long, short, capital, left, right = (int(digit, 16) for digit in facts[:7])
    cues = [int(digit, 16) for digit in facts[7:]]
    marks = [
        f"n{length}",
        f"d{size}",
        f"t{min(title, 5)}{length > 1}",
        f"l{min(long // 2, 3)}",
        f"s{min(short // 2, 3)}",
    ]
    marks += [f"c{capital // 4}", f"b{left // 4}{right // 4}"]
    marks += [f"k{number}{value // 3}" for number, value in enumerate(cues) if value > 2]
    return tuple(marks)
