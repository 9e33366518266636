"""Typo-tolerant search over names, aliases, titles and identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kgraph.exploring.spellings import spaced_words, spellings_of
from kgraph.names import normal_form

if TYPE_CHECKING:
    from kgraph.exploring.spellings import Spellings
    from kgraph.storing.tables import Tables

#: Similarity (0 to 100) under which a spelling is not the one that was meant.
_LEAST_SIMILAR: Final = 72.0
_EXACT, _PREFIX, _WITHIN, _WORDS, _BEGUN, _INSIDE = 1.0, 0.95, 0.9, 0.86, 0.7, 0.6
#: Of two forms of which one is so many times longer, no similarity reaches ``_LEAST_SIMILAR``.
_LONGEST_LIKE: Final = 200 / _LEAST_SIMILAR - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search found. ``matched`` is the spelling that fits; ``score`` is in (0, 1], 1 is exact."""

    id: str
    kind: str
    name: str
    papers: int
    matched: str
    score: float


def search_nodes(tables: Tables, text: str, *, limit: int = 10, kind: str = "") -> list[Hit]:
    """Return the papers and entities whose name, alias or title is like ``text``, best first.

    A search of one or two letters finds exact names, beginnings and words that begin so only. The first search of a
    graph reads all spellings, the next take milliseconds.
    """
    return search_spellings(spellings_of(tables), text, limit=limit, kind=kind)


def search_spellings(spellings: Spellings, text: str, *, limit: int = 10, kind: str = "") -> list[Hit]:
    """Search as :func:`search_nodes` does, in spellings that are at hand."""
    form = normal_form(text)
    if not text.strip() or not form:
        return []
    scores = _scores(spellings, form, spaced_words(text))
    if kind:
        of_kind = pc.equal(spellings.nodes["kind"], kind).to_numpy()
        scores = np.where(of_kind[spellings.node], scores, 0.0)
    rows = np.flatnonzero(scores)
    # The best spelling of each node; of equally good ones the shortest.
    rows = rows[np.lexsort((rows, -scores[rows], spellings.node[rows]))]
    found, first = np.unique(spellings.node[rows], return_index=True)
    hits = _hits(spellings, found, rows[first], np.round(scores[rows[first]], 3))
    return sorted(hits, key=lambda hit: (-hit.score, hit.kind == "paper", -hit.papers, hit.id))[:limit]


def _hits(
    spellings: Spellings, nodes: NDArray[np.int32], rows: NDArray[np.int64], scores: NDArray[np.float64]
) -> list[Hit]:
    # Of thousands only the best matter: what scores less than the thousandth is not read.
    if len(nodes) > _MOST_READ:
        least = np.partition(scores, -_MOST_READ)[-_MOST_READ]
        nodes, rows, scores = (column[scores >= least] for column in (nodes, rows, scores))
    taken = spellings.nodes.take(pa.array(nodes)).to_pylist()
    texts = spellings.texts.take(pa.array(rows)).to_pylist()
    return [
        Hit(node["id"], node["kind"], node["name"], node["papers"], text, float(score))
        for node, text, score in zip(taken, texts, scores, strict=True)
    ]


_MOST_READ: Final = 1000


def _scores(spellings: Spellings, form: str, words: str) -> NDArray[np.float64]:
    """Return how well each spelling fits, 0 where it does not."""
    # Among names that hold the text, the one with less around it is nearer.
    share = len(form) / np.maximum(spellings.lengths, len(form))
    tiers = [
        (pc.equal(spellings.forms, form), np.full(len(share), _EXACT)),
        (pc.starts_with(spellings.forms, form), _PREFIX + 0.04 * share),
    ]
    if words:
        tiers.append((pc.match_substring(spellings.words, words), _WITHIN + 0.04 * share))
        tiers.append((_has_words(spellings, words), _WORDS + 0.04 * share))
    if len(form) > 2:
        # What begins amid a word may be chance, the more the longer the text around it.
        tiers.append((pc.match_substring(spellings.forms, form), _INSIDE + 0.25 * share))
    # Numbers that are alike, as of papers, mean different things.
    forgiving = len(form) > 2 and any(sign.isalpha() for sign in form)
    scores = _similar(spellings, form) if forgiving else np.zeros(len(share))
    for fits, tier in reversed(tiers):
        scores = np.where(fits.to_numpy(zero_copy_only=False), np.maximum(scores, tier), scores)
    if forgiving and len(form) > 3 and scores.max(initial=0.0) < _WORDS:
        begun = _begun_like(spellings, form)
        scores[begun] = np.maximum(scores[begun], _BEGUN)
    return scores


def _has_words(spellings: Spellings, words: str) -> pa.Array:
    """Tell which spellings have, for each word, one that begins with it."""
    first, *others = [pc.match_substring(spellings.words, f" {word}") for word in words.split()]
    for one in others:
        first = pc.and_(first, one)
    return first


def _begun_like(spellings: Spellings, form: str) -> NDArray[np.int64]:
    """Return the rows of longer spellings that begin with the form but for one letter, the first one being right."""
    longer = pc.starts_with(spellings.forms, form[0]).to_numpy(zero_copy_only=False) & (spellings.lengths > len(form))
    rows = np.flatnonzero(longer)
    forms = spellings.forms.take(pa.array(rows))
    like = np.zeros(len(rows), dtype=bool)
    # Of few letters too many names have all but one: there one may be missing, no more.
    for length in range(len(form) - 1 if len(form) > 5 else len(form) + 1, len(form) + 2):
        begins = pc.utf8_slice_codeunits(forms, 0, length).to_pylist()
        like |= process.cdist([form], begins, scorer=OSA.distance, score_cutoff=1)[0] <= 1
    return rows[like]


def _similar(spellings: Spellings, form: str) -> NDArray[np.float64]:
    scores = np.zeros(len(spellings.node))
    begin, end = np.searchsorted(spellings.lengths, [len(form) / _LONGEST_LIKE, len(form) * _LONGEST_LIKE + 1])
    if end > begin:
        ratios = process.cdist([form], spellings.listed[begin:end], scorer=fuzz.ratio, score_cutoff=_LEAST_SIMILAR)[0]
        scores[begin:end] = ratios / 100 * _WITHIN
    return scores
