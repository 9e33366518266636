"""What a corpus says of phrases: how frequent, how name-like, and in what company."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Final

from kgraph.errors import InputError
from kgraph.extraction.tokens import find_tokens
from kgraph.resources import data_path

LONGEST: Final = 5
#: Symbols that do not count inside a phrase.
JOINERS: Final = frozenset("-–/")
INNER_WORDS: Final = frozenset(("of", "in", "to", "the", "and", "with", "by", "on", "from", "as", "a", "for", "at"))
_FUNCTION_TEXT: Final = (
    "^ $ a an the this that these those it its their our we they he she i you his her and or but nor so yet if then "
    "than as at by for from in into of on onto over per to toward towards under up via with within without while "
    "when where which who whom whose what how why is are was were be been being has have had having do does did "
    "can could may might will would shall should must not no all both each few more most other some such any "
    "every either neither only own same too very just also there here between among across through during before "
    "after above below against about because however thus hence therefore moreover furthermore using based "
    "uses use used including like called named two three four five several many one first second both yet "
    "outperforms outperform achieves achieve improves improve shows show propose proposes introduce introduces "
    "present presents enables enable requires require provides provide remains remain makes make"
)
FUNCTION_WORDS: Final = frozenset(_FUNCTION_TEXT.split(" "))
#: What stands before a phrase, by kind of cue; each group is a column of the statistics.
BEFORE: Final = tuple(
    frozenset(group.split(" "))
    for group in (
        "the this our",
        "a an",
        "using via through by with leverage leveraging employ employing use apply applying",
        "on",
        "for in as",
        "higher lower better improve improves improving reduce reduces reducing increase increases increasing of",
        ", and or",
        "(",
    )
)
#: What stands after a phrase, likewise.
AFTER: Final = tuple(
    frozenset(group.split(" "))
    for group in (
        "dataset datasets benchmark benchmarks corpus corpora suite leaderboard",
        "model models network networks family backbone checkpoint variants",
        "task tasks problem problems setting settings scenarios",
        "method methods algorithm algorithms framework approach approaches technique techniques mechanism module loss "
        "architecture architectures system systems strategy strategies training",
        "score scores rate rates metric metrics by of improvement improvements gains reduction",
        ", and or",
        "( )",
        "-",
        "is are was has can",
    )
)
COLUMNS: Final = 7 + len(BEFORE) + len(AFTER)
#: The columns that say how often function words stand left and right of a phrase.
LEFT: Final = 5
RIGHT: Final = 6
#: A phrase is whole if at least a third of its occurrences stand between function words.
WHOLE: Final = "5"
#: Names whose folded forms are remembered.
REMEMBERED: Final = 100_000


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Fold case and plural of a word; symbols fold to nothing.

    >>> fold_word("Networks"), fold_word("loss"), fold_word("-")
    ('network', 'loss', '')
    """
    if not word[0].isalnum():
        return ""
    lowered = word.lower()
    if len(lowered) > 3 and lowered.endswith("s") and lowered[-2] not in "sui":
        return lowered[:-1]
    return lowered


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words that could be a name, and its folded form."""

    start: int
    end: int
    key: str


def find_phrases(words: Sequence[str]) -> Iterator[Phrase]:
    """Yield the runs of up to five words that start and end with a content word; hyphens do not count."""
    folded = [fold_word(word) for word in words]
    content = [bool(form) and word.lower() not in FUNCTION_WORDS for form, word in zip(folded, words, strict=True)]
    for start, is_content in enumerate(content):
        if not is_content:
            continue
        key, length = "", 0
        for end in range(start, len(words)):
            if not folded[end]:
                if words[end] in JOINERS:
                    continue
                break
            if not content[end] and words[end].lower() not in INNER_WORDS:
                break
            key += folded[end]
            length += 1
            if content[end]:
                yield Phrase(start, end + 1, key)
            if length == LONGEST:
                break


@lru_cache(maxsize=REMEMBERED)
def phrase_key(text: str) -> str:
    """Return the folded form of a name.

    >>> phrase_key("Fine-Tuning"), phrase_key("neural networks")
    ('finetuning', 'neuralnetwork')
    """
    return "".join(fold_word(text[start:end]) for start, end in find_tokens(text))


def log_class(count: int) -> str:
    """Return the class of a count: one hexadecimal digit, two steps for each doubling of its square root."""
    return f"{min(15, count.bit_length()):x}"


class PhraseStatistics(Mapping[str, str]):
    """Folded phrase → one hexadecimal digit for each column; ``table`` holds those of all phrases in turn."""

    def __init__(self, keys: Sequence[str], table: str) -> None:
        if len(table) != len(keys) * COLUMNS:
            raise ValueError(f"{len(keys)} phrases with {len(table)} digits")
        self._rows = dict(zip(keys, range(len(keys)), strict=True))
        self._table = table

    def __getitem__(self, key: str) -> str:
        first = self._rows[key] * COLUMNS
        return self._table[first : first + COLUMNS]

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def whole(self) -> list[str]:
        """Return the phrases that are whole."""
        sides = zip(self._table[LEFT::COLUMNS], self._table[RIGHT::COLUMNS], strict=True)
        whole = [left >= WHOLE and right >= WHOLE for left, right in sides]
        return list(compress(self._rows, whole))


@lru_cache(maxsize=2)
def load_phrases(path: Path | None = None) -> PhraseStatistics:
    """Read the shipped statistics of phrases."""
    file = path or data_path("phrases.json.gz")
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            content = json.load(stream)
        return PhraseStatistics(content["keys"].split(" "), content["table"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{file.name}: cannot be read as phrase statistics: {error}; reinstall kgraph") from None
