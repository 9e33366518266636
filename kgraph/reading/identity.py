"""Which records are the same paper, and what the paper is called.

Records that share a normalised DOI or arXiv id are one paper. Records with the same folded title are
one paper too, unless they carry different identifiers of one scheme. The outcome depends on the set of
records only, never on their order.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from urllib.parse import quote, unquote

from kgraph.records import Paper

Identifier = tuple[str, str]

_DOI = re.compile(r"(?:^|doi\.org/|\bdoi:|/doi/(?:abs/|full/|e?pdf/)?)(10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+)", re.I | re.A)
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|"
    "dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|"
    "plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_NUMBER = rf"(\d{{2}}(?:0[1-9]|1[0-2])\.\d{{4,5}}|(?:{_ARCHIVES})(?:\.[a-z]{{2}})?/\d{{2}}(?:0[1-9]|1[0-2])\d{{3}})"
_ARXIV_PLACE = r"arxiv\.org/(?:abs|pdf|html|format|e-print|ps)/|ar5iv[a-z.]*\.org/(?:abs|html)/|huggingface\.co/papers/"
_ARXIV = re.compile(rf"(?:\barxiv:|{_ARXIV_PLACE}){_NUMBER}(?!\d)", re.I | re.A)
#: Alone, as in an eprint field, or as DBLP has it in the volume of CoRR.
_BARE_ARXIV = re.compile(rf"(?:abs/)?{_NUMBER}(?:v\d+)?", re.I | re.A)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.I)
_NOT_IN_TITLE = re.compile(r"[\W_]+")
#: arXiv numbers have five digits after the point from January 2015 on, four before.
_FIRST_WITH_FIVE_DIGITS = "1501"


def find_identifiers(text: str) -> frozenset[Identifier]:
    """Return the (scheme, value) pairs in an id, an address or a reference; most often one or none.

    Versions are dropped, DOIs are lower-cased, arXiv's own DOIs become arXiv ids.

    >>> sorted(find_identifiers("https://arxiv.org/pdf/2106.09685v2.pdf"))
    [('arxiv', '2106.09685')]
    >>> sorted(find_identifiers("10.48550/arXiv.2106.09685"))
    [('arxiv', '2106.09685')]
    >>> sorted(find_identifiers("https://doi.org/10.18653/V1/N19-1423"))
    [('doi', '10.18653/v1/n19-1423')]
    >>> find_identifiers("p160")
    frozenset()
    """
    return frozenset(identifier for word in text.split() for identifier in _find_in_word(word))


def _find_in_word(word: str) -> list[Identifier]:
    decoded = unquote(word) if "://" in word else word
    doi = _DOI.search(decoded)
    if doi:
        return [_from_doi(doi[1])]
    arxiv = _BARE_ARXIV.fullmatch(word) or _ARXIV.search(word)
    return [("arxiv", _canonical(arxiv[1]))] if arxiv and _plausible(arxiv[1]) else []


def _from_doi(doi: str) -> Identifier:
    doi = doi.rstrip(".,;)]}").lower()
    own = _ARXIV_DOI.fullmatch(doi)
    arxiv = _BARE_ARXIV.fullmatch(own[1]) if own else None
    return ("arxiv", _canonical(arxiv[1])) if arxiv else ("doi", doi)


def _canonical(arxiv: str) -> str:
    """Drop the subject class of an old id: arXiv treats math.GT/0309136 as math/0309136."""
    archive, slash, number = arxiv.lower().rpartition("/")
    return archive.partition(".")[0] + slash + number


def _plausible(arxiv: str) -> bool:
    """Tell an arXiv number from a decimal number that lost a digit or never was one."""
    month, _, number = arxiv.partition(".")
    return "/" in arxiv or len(number) == (5 if month >= _FIRST_WITH_FIVE_DIGITS else 4)


def fold_title(title: str) -> str:
    """Return what two spellings of a title have in common: letters and digits, no case, no accents.

    >>> fold_title("LoRA: Low-Rank Adaptation") == fold_title("LORA - low rank adaptation.")
    True
    """
    folded = _NOT_IN_TITLE.sub("", unicodedata.normalize("NFKD", title).casefold())
    return folded or " ".join(title.split())


def name_paper(title: str, identifiers: Iterable[Identifier]) -> str:
    """Return the id of a paper: by its arXiv id, else its DOI, else a hash of its folded title.

    >>> name_paper("LoRA", [("doi", "10.1000/x"), ("arxiv", "2106.09685")])
    'paper/arxiv-2106.09685'
    >>> name_paper("LoRA", [("doi", "10.1000/x")])
    'paper/doi-10.1000%2Fx'
    """
    first = min(identifiers, default=None)  # "arxiv" sorts before "doi"
    if first:
        return f"paper/{first[0]}-{quote(first[1], safe='')}"
    return f"paper/t-{hashlib.sha256(fold_title(title).encode()).hexdigest()[:12]}"


def merge_papers(papers: Iterable[Paper]) -> list[Paper]:
    """Merge the records of the same paper; the papers come sorted by id.

    Of several records the one with the longest abstract gives title and abstract, ties by smallest
    text; a summary that is not the authors' gives way to any abstract. Each other field is chosen by
    an order of its own, so that it does not matter which records met first.
    """
    records = list(papers)
    groups: defaultdict[int, list[Paper]] = defaultdict(list)
    numbers = group_records([(fold_title(paper.title), paper.identifiers) for paper in records])
    for paper, number in zip(records, numbers, strict=True):
        groups[number].append(paper)
    return sorted((merge_records(group) for group in groups.values()), key=lambda paper: paper.id)


def merge_records(group: Sequence[Paper]) -> Paper:
    """Return the paper that some records are; see :func:`merge_papers`."""
    told = min(group, key=_rank_of_text)
    identifiers = tuple(sorted({identifier for paper in group for identifier in paper.identifiers}))
    return Paper(
        id=name_paper(told.title, identifiers),
        title=told.title,
        abstract=told.abstract,
        text_kind=told.text_kind,
        # The most precise date, then the earliest.
        date=min((paper.date for paper in group), key=lambda date: (-len(date), date)),
        url=min((paper.url for paper in group), key=lambda url: (not url, not url.startswith("https:"), len(url), url)),
        authors=min((paper.authors for paper in group), key=lambda authors: (-len(authors), authors)),
        identifiers=identifiers,
        sources=tuple(
            sorted({s for paper in group for s in paper.sources}, key=lambda source: (source.file, source.record))
        ),
    )


def _rank_of_text(paper: Paper) -> tuple[bool, bool, int, str, str, bool]:
    summary = paper.text_kind == "summary"
    return (not paper.abstract, summary, -len(paper.abstract), paper.abstract, paper.title, summary)


def group_records(records: Sequence[tuple[str, Sequence[Identifier]]]) -> list[int]:
    """Return for each record, given as folded title and identifiers, the number of its group.

    Only records that share a title or an identifier, by however many steps, can come to be in one group.
    """
    parents = list(range(len(records)))
    by_identifier: defaultdict[Identifier, list[int]] = defaultdict(list)
    by_title: defaultdict[str, list[int]] = defaultdict(list)
    for index, (title, mine) in enumerate(records):
        by_title[title].append(index)
        for identifier in mine:
            by_identifier[identifier].append(index)

    for same in by_identifier.values():
        for left, right in pairwise(same):
            parents[_root(parents, left)] = _root(parents, right)

    identifiers: list[set[Identifier]] = [set() for _ in records]
    for index, (_, mine) in enumerate(records):
        identifiers[_root(parents, index)].update(mine)
    for title in sorted(title for title, same in by_title.items() if len(same) > 1):
        _join_by_title(parents, identifiers, {_root(parents, index) for index in by_title[title]})
    return [_root(parents, index) for index in range(len(records))]


def _join_by_title(parents: list[int], identifiers: list[set[Identifier]], groups: set[int]) -> None:
    """Join groups of one title in the order of their identifiers, each to the first that it does not contradict."""
    kept: list[int] = []
    # Groups without identifiers come last: they contradict nothing and join the first.
    for group in sorted(groups, key=lambda group: (not identifiers[group], sorted(identifiers[group]))):
        twin = next((other for other in kept if not _contradict(identifiers[group], identifiers[other])), None)
        if twin is None:
            kept.append(group)
            continue
        parents[group] = twin
        identifiers[twin] |= identifiers[group]


def _contradict(left: set[Identifier], right: set[Identifier]) -> bool:
    return not {scheme for scheme, _ in left}.isdisjoint(scheme for scheme, _ in right)


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index
