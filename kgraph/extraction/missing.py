"""Where names that are known from other papers stand in a paper, though the tagger missed them."""

from __future__ import annotations

import pickle
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pyarrow as pa

from kgraph.extraction.claims import Claims
from kgraph.extraction.documents import cut_sentences
from kgraph.extraction.phrases import find_phrases, fold_word
from kgraph.extraction.pool import CHUNK, map_pieces
from kgraph.extraction.tokens import split_tokens
from kgraph.records import FIELDS, Field

if TYPE_CHECKING:
    from kgraph.engines.interface import Engine

MISSED: Final = pa.schema(
    [
        ("paper", pa.string()),
        ("field", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("sentence_start", pa.int32()),
        ("sentence_end", pa.int32()),
        ("surface", pa.string()),
        ("form", pa.string()),
    ]
)
WANTED: Final = pa.schema([("key", pa.string()), ("form", pa.string()), ("lower", pa.int32())])
#: Below this number of pieces no pool is worth its start: a process takes as long for it as for some 1,500 papers.
FEWEST_PIECES: Final = 24
_BETWEEN: Final = re.compile(r"[\W_]+")
#: Field, start, end.
Taken = tuple[Field, int, int]


_KEPT: Final = "SELECT p.id, p.title, p.abstract FROM papers AS p JOIN kept_papers AS k ON k.id = p.id"
_SEARCHED: Final = "SELECT p.id, p.title, p.abstract FROM papers AS p JOIN searched AS s ON s.id = p.id ORDER BY p.id"
_SPANS: Final = """
SELECT c.paper, c.field, c."start", c."end" FROM candidates AS c JOIN searched AS s ON s.id = c.paper ORDER BY c.paper
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name to look for: its normal form, and whether it is ever written without a capital."""

    form: str
    lower: bool


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a paper, and the spans in them that are names already."""

    paper: str
    title: str
    abstract: str
    taken: tuple[Taken, ...]


def find_all_missed(
    engine: Engine, wanted: Mapping[str, Wanted], scratch: Path, *, processes: int | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield where names (by folded phrase) were missed in the engine's ``searched`` papers beside ``candidates``."""
    shared = scratch / "wanted.pickle"
    shared.write_bytes(pickle.dumps(dict(wanted)))
    texts = _read_texts(engine)
    pieces = iter(lambda: list(islice(texts, CHUNK)), [])
    return map_pieces(partial(_find_in_piece, shared), pieces, processes=processes, fewest=FEWEST_PIECES)


def find_holders(engine: Engine, keys: Collection[str]) -> Iterator[str]:
    """Yield the ids of the engine's ``kept_papers`` in whose words a folded phrase stands, wherever sentences end."""
    # A phrase has no marks between its words, but it begins and ends where words do.
    patterns = {key: re.compile(rf"\|{'[|]?'.join(map(re.escape, key))}\|") for key in keys}
    # What folding never takes away is looked for first, then where words may end, and only then are words folded.
    signs = {key: _letters(_part_words(key)) for key in keys}
    loose = {key: re.compile(rf"\|[|s]*{'[|s]*'.join(sign)}[|s]*\|") for key, sign in signs.items()}
    for paper, *texts in _rows(engine, _KEPT):
        text = "\n".join(texts)
        parted = f"|{_part_words(text)}|"
        letters, is_plain, apart = _letters(parted), "_" not in text, ""
        for key, sign in signs.items():
            if is_plain and not (sign in letters and loose[key].search(parted)):
                continue
            apart = apart or f"|{'|'.join(filter(None, map(fold_word, split_tokens(text))))}|"
            if patterns[key].search(apart):
                yield paper
                break


def _part_words(text: str) -> str:
    """Return a text in lower case with a bar for all between its words; a word that begins with a low line loses it."""
    return _BETWEEN.sub("|", text.lower().replace("ς", "σ"))


def _letters(parted: str) -> str:
    return parted.replace("|", "").replace("s", "")


def _read_texts(engine: Engine) -> Iterator[Texts]:
    """Yield the papers that are searched with the spans of their candidates, in the order of their ids."""
    spans = groupby(_rows(engine, _SPANS), itemgetter(0))
    of, taken = next(spans, ("", iter(())))
    for paper, title, abstract in _rows(engine, _SEARCHED):
        mine: tuple[Taken, ...] = ()
        if of == paper:
            mine = tuple(cast(Taken, row[1:]) for row in taken)
            of, taken = next(spans, ("", iter(())))
        yield Texts(paper, title, abstract, mine)


def _rows(engine: Engine, sql: str) -> Iterator[tuple[str, ...]]:
    for batch in engine.stream(sql, rows=2000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@lru_cache(maxsize=1)
def _load_wanted(shared: Path) -> dict[str, Wanted]:
    wanted: dict[str, Wanted] = pickle.loads(shared.read_bytes())  # noqa: S301 - written by this very build
    return wanted


def _find_in_piece(shared: Path, piece: Sequence[Texts]) -> pa.RecordBatch:
    wanted = _load_wanted(shared)
    rows = [row for texts in piece for row in find_missed(texts, wanted)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(MISSED)
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, MISSED, strict=True)], schema=MISSED)


def find_missed(texts: Texts, wanted: Mapping[str, Wanted]) -> Iterator[tuple[str, str, int, int, int, int, str, str]]:
    """Yield rows of :data:`MISSED`: known names outside what is taken, the longest first where they overlap."""
    for field in FIELDS:
        text = texts.title if field == "title" else texts.abstract
        claims = Claims(text)
        for where, start, end in texts.taken:
            if where == field:
                claims.take(start, end)
        hits = [
            (sentence.spans[phrase.start][0], sentence.spans[phrase.end - 1][1], sentence, phrase.key)
            for sentence in cut_sentences(field, text)
            for phrase in find_phrases(sentence.words)
            if phrase.key in wanted
        ]
        for start, end, sentence, key in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
            name, surface = wanted[key], text[start:end]
            if (name.lower or any(map(str.isupper, surface))) and claims.claim(start, end):
                yield texts.paper, field, start, end, sentence.start, sentence.end, surface, name.form
