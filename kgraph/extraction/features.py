"""What the tagger sees of a word: spelling, neighbours, statistics, known names and the whole paper.

Three kinds of features. Those of one word, seen from the word itself and from its neighbours, are listed in
:data:`COLUMNS`; those of two or three words together in :data:`JOINTS`; the others depend on the whole paper and are
marks of single words. Training writes all of them as text (:func:`tagger_features`); the tagger sums their weights
from the same lists without writing them (:mod:`kgraph.extraction.emissions`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.lexicon import Lexicon, Match, PhraseFacts
from kgraph.extraction.phrases import LEFT, RIGHT, fold_word
from kgraph.names import normal_form

Features = list[list[str]]
#: The number of a word in its sentence, and features of it.
Marks = tuple[int, tuple[str, ...]]

#: How many neighbours on either side the window of a word holds.
REACH: Final = 3
#: A word that stands five times or more in a paper is as frequent as can be.
MOST_TIMES: Final = 5
#: What stands before and behind a sentence.
BEFORE_FIRST: Final = "^"
AFTER_LAST: Final = "$"
_ASCII_SHAPES: Final = str.maketrans(ascii_uppercase + ascii_lowercase + digits, "X" * 26 + "x" * 26 + "0" * 10)
_UNKNOWN: Final = ("?", "?", "?", "0", "?")

_OWN: Final = ("w", "s", "f", "p2", "p3", "p4", "x1", "x2", "x3", "x4", "x5", "a", "b", "c", "d", "e", "se", "sf", "l")
_NEAR: Final = ("w", "s", "end", "a", "b", "c", "e")
_FAR: Final = ("w", "b", "a")
_WINDOW: Final = {-3: _FAR[:2], -2: _FAR, -1: _NEAR, 0: _OWN, 1: _NEAR, 2: _FAR, 3: _FAR[:2]}
#: Features of one word: for each place from which it is seen, what they begin with and the attribute they end with.
#: The first seven columns are the window; then come the word in a title and in a body, and its times in the paper.
COLUMNS: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    *(tuple((f"{offset}{'x3' if name == 'end' else name}=", name) for name in _WINDOW[offset]) for offset in _WINDOW),
    (("pl=t", "s"),),
    (("pl=b", "s"),),
    *((("n=" + str(times), "s2"),) for times in range(1, MOST_TIMES + 1)),
)
TITLE, BODY, ONCE = 7, 8, 9
#: Features of several words: what they begin with, and the attributes of the words around (offset, attribute).
JOINTS: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "-w": ((-1, "w"), (0, "w")),
    "+w": ((0, "w"), (1, "w")),
    "-+w": ((-1, "w"), (1, "w")),
    "--w": ((-2, "w"), (-1, "w")),
    "++w": ((1, "w"), (2, "w")),
    "-b": ((-1, "b"), (0, "b")),
    "+b": ((0, "b"), (1, "b")),
    "++b": ((0, "b"), (1, "b"), (2, "b")),
    "-+b": ((-1, "b"), (0, "b"), (1, "b")),
    "-s": ((-1, "s"), (0, "s"), (1, "s")),
    "ws": ((-1, "w"), (0, "s")),
    "wsn": ((0, "s"), (1, "w")),
}


@lru_cache(maxsize=100_000)
def word_shape(word: str) -> str:
    """Return the shape of a word with runs shortened.

    >>> word_shape("ResNet50"), word_shape("GPT"), word_shape("loss")
    ('XxXx0', 'XX', 'xx')
    """
    if word.isascii():
        return _shorten(word.translate(_ASCII_SHAPES))
    return _shorten(re.sub(r"\d", "0", re.sub(r"[A-Z]", "X", re.sub(r"[^\W\d_A-Z]", "x", word))))


@lru_cache(maxsize=10_000)
def _shorten(shape: str) -> str:
    return re.sub(r"(.)\1+", r"\1\1", shape) if len(set(shape)) == 1 else re.sub(r"(.)\1+", r"\1", shape)[:8]


def word_attributes(word: str, facts: tuple[str, ...]) -> dict[str, str]:
    """Return what can be said of a word with these statistics, by attribute."""
    lower, shape = word.lower(), word_shape(word)
    large, middle, small, frequency, capitals = facts
    length = len(lower)
    attributes = {"w": lower, "s": shape, "f": fold_word(word), "end": lower[-3:], "s2": shape[:2]}
    attributes |= {f"p{n}": lower[:n] for n in (2, 3, 4) if length > n}
    attributes |= {f"x{n}": lower[-n:] for n in (1, 2, 3, 4, 5) if length > n}
    attributes |= {"a": large, "b": middle, "c": small, "d": frequency, "e": capitals, "l": str(min(len(word), 12))}
    attributes |= {"se": shape + capitals, "sf": shape + frequency}
    return attributes


class WordFeatures:
    """The features that depend on a word alone, kept by word while a tagger is trained."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._columns: dict[str, tuple[list[str], ...]] = {}

    def facts(self, word: str) -> tuple[str, ...]:
        """Return the corpus statistics of a word."""
        return self.lexicon.words.get(word.lower(), _UNKNOWN)

    def columns(self, word: str) -> tuple[list[str], ...]:
        """Return the features of a word from each place of :data:`COLUMNS`."""
        known = self._columns.get(word)
        if known is None:
            values = word_attributes(word, self.facts(word))
            known = tuple(
                [start + values[attribute] for start, attribute in column if attribute in values] for column in COLUMNS
            )
            self._columns[word] = known
        return known


def tagger_features(document: Document, words: WordFeatures) -> list[Features]:
    """Return, for each sentence, the features of each word."""
    paper = PaperWords(document)
    counts = Counter(fold_word(word) for sentence in document.sentences for word in sentence.words)
    return [_sentence_features(sentence, paper, counts, words) for sentence in document.sentences]


def _sentence_features(
    sentence: Sentence, paper: PaperWords, counts: Mapping[str, int], words: WordFeatures
) -> Features:
    rows = _windows(sentence, words)
    _add_joints(rows, sentence.words, words)
    columns = [words.columns(word) for word in sentence.words]
    for row, column in zip(rows, columns, strict=True):
        row += column[TITLE if sentence.field == "title" else BODY]
    for row, column, word in zip(rows, columns, sentence.words, strict=True):
        if fold_word(word):
            row += column[ONCE - 1 + min(counts[fold_word(word)], MOST_TIMES)]
    _add_marks(rows, sentence_marks(sentence, paper, words.lexicon))
    return rows


def own_features(document: Document, words: WordFeatures) -> list[Features]:
    """Return, for each sentence, the features that each word has of its own, without those of its neighbours."""
    paper = PaperWords(document)
    found = []
    for sentence in document.sentences:
        rows = [list(words.columns(word)[REACH]) for word in sentence.words]
        _add_marks(rows, sentence_marks(sentence, paper, words.lexicon))
        found.append(rows)
    return found


def sentence_marks(sentence: Sentence, paper: PaperWords, lexicon: Lexicon) -> Iterator[Marks]:
    """Yield what the paper, the known names and the known phrases make of the words of a sentence."""
    yield from heading_marks(sentence)
    yield from paper.marks(sentence)
    yield from name_marks(lexicon.find_names(sentence.words), len(sentence.words))
    yield from phrase_marks(lexicon.find_phrases(sentence.words))


def _windows(sentence: Sentence, words: WordFeatures) -> Features:
    known = [words.columns(word) for word in sentence.words]
    near = [range(max(0, at - REACH), min(len(known), at + REACH + 1)) for at in range(len(known))]
    return [[feature for other in near[at] for feature in known[other][other - at + REACH]] for at in range(len(known))]


def _add_joints(rows: Features, words: Sequence[str], known: WordFeatures) -> None:
    before, after = [BEFORE_FIRST] * REACH, [AFTER_LAST] * REACH
    values = {
        "w": [*before, *(word.lower() for word in words), *after],
        "b": [*before, *(known.facts(word)[1] for word in words), *after],
        "s": [*before, *(word_shape(word) for word in words), *after],
    }
    for at, row in enumerate(rows, REACH):
        row += [
            f"{start}={' '.join(values[attribute][at + offset] for offset, attribute in parts)}"
            for start, parts in JOINTS.items()
        ]
    rows[0].append(BEFORE_FIRST)
    rows[-1].append(AFTER_LAST)


def _add_marks(rows: Features, marks: Iterable[Marks]) -> None:
    for at, features in marks:
        rows[at] += features


def heading_marks(sentence: Sentence) -> Iterator[Marks]:
    """Yield the features of what stands before the colon of a title."""
    if sentence.field != "title" or ":" not in sentence.words:
        return
    colon = sentence.words.index(":")
    for at in range(colon):
        yield at, ("hc", f"hc={colon - at}", f"hcs={min(colon, 6)}")


class PaperWords:
    """Which words of a paper its title has, which are its abbreviations, and where these are written out."""

    def __init__(self, document: Document) -> None:
        title = [sentence.words for sentence in document.sentences if sentence.field == "title"]
        self.title = {fold_word(word) for words in title for word in words} - {""}
        heads = [words[: words.index(":")] for words in title if ":" in words]
        self.head = {fold_word(word) for words in heads for word in words} - {""}
        self.short: set[str] = set()
        if document.long_forms:
            words = chain.from_iterable(sentence.words for sentence in document.sentences)
            self.short = {fold_word(word) for word in words if normal_form(word) in document.long_forms} - {""}
        self.special = self.title | self.short
        self.long_spans = sorted(document.long_spans)

    def marks(self, sentence: Sentence) -> Iterator[Marks]:
        """Yield the features of the words of a title, of abbreviations, and of their long forms, in a sentence."""
        forms = map(fold_word, sentence.words)
        for at, form in [(at, form) for at, form in enumerate(forms) if form in self.special]:
            if form in self.head:
                yield at, ("hd", f"hd{word_shape(sentence.words[at])}")
            elif form in self.title:
                yield at, ("ti",)
            if form in self.short:
                yield at, ("sh",)
        for start, end in self._long_forms(sentence):
            yield start, ("lb",)
            for at in range(start, end):
                yield at, ("li",)
            yield end - 1, ("le",)

    def _long_forms(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Return the word ranges of the long forms in a sentence."""
        here = [
            span
            for field, *span in self.long_spans
            if field == sentence.field and sentence.start <= span[0] and span[1] <= sentence.end
        ]
        if not here:
            return []
        starts = {span[0]: at for at, span in enumerate(sentence.spans)}
        ends = {span[1]: at + 1 for at, span in enumerate(sentence.spans)}
        return [(starts[start], ends[end]) for start, end in here if start in starts and end in ends]


def name_marks(matches: Iterable[Match], count: int) -> Iterator[Marks]:
    """Yield the features of known names in a sentence of ``count`` words, and of the words beside them."""
    for match in matches:
        inside, after, before = _match_marks(match.end - match.start, match.types, match.exact)
        yield from enumerate(inside, match.start)
        if match.end < count:
            yield match.end, after
        if match.start:
            yield match.start - 1, before


@lru_cache(maxsize=10_000)
def _match_marks(length: int, types: str, exact: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[str], tuple[str]]:
    mark = f"{types}{'=' if exact else '~'}"
    places = ["B", *"I" * (length - 2), *"E" * (length > 1)]
    inside = tuple((f"v={place}{mark}", f"vl={place}{min(length, 4)}{mark}") for place in places)
    return inside, (f"v>{mark}",), (f"v<{mark}",)


def phrase_marks(phrases: Iterable[PhraseFacts]) -> Iterator[Marks]:
    """Yield the features of the phrases that the corpus statistics know."""
    for start, end, facts in phrases:
        values = phrase_values(facts, end - start)
        for at, place in enumerate(phrase_places(end - start), start):
            marks = (phrase_mark(place, column, value) for column, value in enumerate(values))
            yield at, tuple(filter(None, marks))


def phrase_places(length: int) -> str:
    """Return for each word of a phrase whether it is the only one, the first, an inner, or the last one."""
    return "S" if length == 1 else f"B{'I' * (length - 2)}E"


@lru_cache(maxsize=50_000)
def phrase_values(facts: str, length: int) -> bytes:
    """Return what makes the features of a phrase, numbers below 16: its length and the digits of its statistics.

    The two digits that say whether function words stand beside it become one.
    """
    numbers = [int(digit, 16) for digit in facts]
    beside = numbers[LEFT] // 4 * 4 + numbers[RIGHT] // 4
    return bytes((min(length, 4), *numbers[:LEFT], beside, *numbers[RIGHT + 1 :]))


def phrase_mark(place: str, column: int, value: int) -> str | None:
    """Return the feature that one of the numbers of a phrase gives its words."""
    match column:
        case 0 | 1:
            return f"q{place}{'nd'[column]}{value}"
        case 2:
            return f"q{place}t{min(value, 5)}{place != 'S'}"
        case 3 | 4:
            return f"q{place}{'ls'[column - 3]}{min(value // 2, 3)}"
        case 5:
            return f"q{place}c{value // 4}"
        case 6:
            return f"q{place}b{value // 4}{value % 4}"
    return f"q{place}k{column - 7}{value // 3}" if value > 2 else None
