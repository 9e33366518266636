"""What a paper does with each of its names: features for a small sequence classifier."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from kgraph.extraction.announcements import is_announced
from kgraph.extraction.cues import COMPARE, EVALUATE, OURS, PROPOSE, find_proposal
from kgraph.extraction.documents import Document, Sentence
from kgraph.extraction.entities import PaperName
from kgraph.extraction.extensions import is_extensible
from kgraph.extraction.features import WordFeatures, word_shape
from kgraph.extraction.phrases import phrase_key
from kgraph.names import normal_form
from kgraph.records import ROLES, Role

#: A name is the paper's own where that, and that it is a name, are together so probable. What a paper introduces stands
#: in no other: nothing but the paper can confirm it. It is less than a half as most of the teachers name fewer things
#: than careful readers do; F1 on held-out papers is flat from 0.3 to 0.36.
LEAST_OWN: Final = 0.32
#: What would be the paper's own if it were a name, which is less probable than this, is left out.
LEAST_NAME: Final = 0.62
_OWN: Final = ROLES.index("introduces")
_KIND: Final = re.compile(
    r"\b(?:survey|review|benchmark(?:ing)?|dataset|corpus|analysis|study|understanding|evaluating|evaluation|report|"
    r"library|toolkit|overview|challenge)\b",
    re.IGNORECASE,
)


#: What makes a name an adjective, of something that may be another's: ETHER-based OFT.
_LIKENESS: Final = ("-based", "-like", "-style")
#: The mark of a kind of cue, and where it stands.
Cue = tuple[str, list[re.Match[str]]]
_CUES: Final = (("P", PROPOSE), ("C", COMPARE), ("E", EVALUATE), ("O", OURS))


def role_features(document: Document, names: Sequence[PaperName], words: WordFeatures) -> list[list[str]]:
    """Return the features of each name of a paper, in the order of ``names``."""
    title = document.paper.title
    colon = title.find(":")
    body = [sentence for sentence in document.sentences if sentence.field == "abstract"]
    heads = [_is_head(document, name) for name in names]
    kind = _paper_kind(title)
    proposal = find_proposal(document.paper.abstract, body)
    # The cues of each sentence of the abstract that a name stands in, found once.
    cues: dict[int, list[Cue]] = {}
    return [
        [
            *_name_features(document, name, words, colon),
            *_text_features(document, name, body, words, cues),
            *_place_features(name, names, body, proposal),
            f"other={any(heads[:at] + heads[at + 1 :])}{name.type}",
            f"kind={kind}{name.type}",
        ]
        for at, name in enumerate(names)
    ]


def choose_roles(
    document: Document,
    names: Sequence[PaperName],
    probabilities: npt.NDArray[np.float64],
    owned: Sequence[float] | None = None,
) -> list[Role | None]:
    """Return the role of each name, or None for one to leave out, given the probabilities (names × roles).

    ``owned`` tells how probable it is that a name is one and the paper's own, as its words say
    (:mod:`kgraph.extraction.ownership`).

    What has the name of something that the paper introduces at its start or end is its own too: so are 625 of 626 such
    labelled names that are a method, a model or a dataset (DetectLLM-LRR, MedSAM-3 Agent, STYOLOMicro, Sparse MoA).
    """
    views: Sequence[float | None] = owned or [None] * len(names)
    seen = [_with_other_views(name, *each) for name, *each in zip(names, probabilities, views, strict=True)]
    roles = [_choose_role(document, name, row) for name, row in zip(names, seen, strict=True)]
    own = {
        surface
        for name, role in zip(names, roles, strict=True)
        if role == "introduces" and name.type != "task"
        for surface in name.surfaces
        if is_extensible(surface)
    }
    return [
        "introduces" if role and name.type not in ("metric", "task") and _extends(name, own) else role
        for name, role in zip(names, roles, strict=True)
    ]


def _with_other_views(name: PaperName, row: npt.NDArray[np.float64], owned: float | None) -> npt.NDArray[np.float64]:
    """Return the probabilities of a name's roles where the second layer and the words have their say, a third each."""
    views = [min(1.0, view / name.score) for view in (name.own, owned) if view is not None]
    own = (row[_OWN] + sum(views)) / (1 + len(views))
    seen: npt.NDArray[np.float64] = row * ((1 - own) / max(1 - row[_OWN], 1e-9))
    seen[_OWN] = own
    return seen


def _choose_role(document: Document, name: PaperName, row: npt.NDArray[np.float64]) -> Role | None:
    announced = is_announced(document, name, row[_OWN])
    probability = 1.0 if announced else row[_OWN]
    if probability * name.score >= LEAST_OWN:
        return "introduces"
    best = int(row.argmax())
    if not announced and best != _OWN:
        return ROLES[best]
    if name.score < LEAST_NAME:
        return None
    return max((role for role in ROLES if role != "introduces"), key=lambda role: row[ROLES.index(role)])


def _extends(name: PaperName, own: Collection[str]) -> bool:
    return any(_is_longer(surface, each) for surface in name.surfaces for each in own)


def _is_longer(surface: str, own: str) -> bool:
    """Return whether a name has another at its start, or as its last words or parts."""
    if len(surface) <= len(own):
        return False
    if surface.startswith(own):
        return not surface.startswith(_LIKENESS, len(own))
    return surface.endswith(own) and not surface[-len(own) - 1].isalnum()


def _is_head(document: Document, name: PaperName) -> bool:
    colon = document.paper.title.find(":")
    return any(span.field == "title" and span.end <= colon for span in name.occurrences)


def _paper_kind(title: str) -> str:
    found = _KIND.search(title)
    return found.group().lower() if found else "?" if title.endswith("?") else "-"


def _place_features(
    name: PaperName, names: Sequence[PaperName], body: Sequence[Sentence], proposal: tuple[int, int]
) -> list[str]:
    """Return where a name stands beside the sentence of the proposal and beside the other names."""
    number, at = proposal
    starts = [span.start for span in name.occurrences if span.field == "abstract"]
    same = [each for each in names if each.type == name.type]
    most = max(len(each.occurrences) for each in names)
    features = [f"rank={min(same.index(name), 4)}{name.type}", f"most={len(name.occurrences) == most}{name.type}"]
    features.append(f"of={min(len(same), 5)}{name.type}")
    if not starts or number == len(body):
        return [*features, f"prop=none{bool(starts)}"]
    sentence = body[number]
    first = starts[0]
    where = "before" if first < sentence.start else "cue" if first < at else "in" if first < sentence.end else "after"
    features += [f"prop={where}", f"prop={where}{name.type}", f"prop={where}{min(number, 4)}"]
    if any(at <= start < sentence.end for start in starts):
        earlier = sum(
            any(span.field == "abstract" and at <= span.start < first for span in each.occurrences) for each in names
        )
        features += [
            f"after-cue={min(earlier, 3)}",
            f"after-cue={min(earlier, 3)}{name.type}",
            f"gap={min((first - at) // 10, 8)}",
        ]
    return features


def _name_features(document: Document, name: PaperName, words: WordFeatures, colon: int) -> list[str]:
    surface = max(name.surfaces, key=len)
    parts = re.findall(r"\w+", surface) or [surface]
    facts = words.facts(parts[-1])
    rarest = min(words.facts(part)[3] for part in parts)
    times = min(len(name.occurrences), 5)
    in_title = [span for span in name.occurrences if span.field == "title"]
    before = any(span.end <= colon for span in in_title)
    whole = before and min(span.start for span in in_title) < 2
    place = "head" if before else "title" if in_title else "body"
    kind = name.type
    return [
        f"t={kind}",
        f"a={facts[0]}",
        f"b={facts[1]}",
        f"r={rarest}",
        f"rt={rarest}{kind}",
        f"rp={rarest}{place}{kind}",
        f"n={times}",
        f"nt={times}{kind}",
        f"p={place}",
        f"pt={place}{kind}",
        f"pn={place}{times}",
        f"wh={whole}",
        f"s={word_shape(parts[0])}",
        f"sp={word_shape(parts[0])}{place}",
        f"len={min(len(parts), 4)}{place}",
        f"sf={len(name.surfaces)}",
        f"colon={colon > 0}{place}",
        f"abbr={any(normal_form(surface) in document.long_forms for surface in name.surfaces)}{place}",
        f"known={_is_known(name, words)}{kind}",
        f"known={_is_known(name, words)}{place}",
    ]


def _is_known(name: PaperName, words: WordFeatures) -> str:
    """Return how known a name is outside this paper: from the vocabulary, from the corpus, or not."""
    keys = [phrase_key(surface) for surface in name.surfaces]
    if any(key in words.lexicon.names for key in keys):
        return "vocabulary"
    return max((words.lexicon.phrases.get(key, "0")[0] for key in keys), default="0")


def _text_features(
    document: Document,
    name: PaperName,
    body: Sequence[Sentence],
    words: WordFeatures,
    cues: dict[int, list[Cue]],
) -> list[str]:
    found: dict[str, None] = {}
    text = document.paper.abstract
    places: list[int] = []
    for span in name.occurrences:
        if span.field == "title":
            found.update(dict.fromkeys(_around(document.paper.title, span.start, span.end, "T", words)))
            continue
        number = next((i for i, each in enumerate(body) if each.start <= span.start < each.end), 0)
        sentence = body[number]
        places.append(number)
        found.update(dict.fromkeys(_around(text[: sentence.end], span.start, span.end, "", words, sentence.start)))
        if number not in cues:
            cues[number] = _find_cues(text, sentence)
        found.update(dict.fromkeys(_cue_features(cues[number], span.start, span.end)))
    if places:
        count = len(body)
        first, last = places[0] * 5 // count, places[-1] * 5 // count
        found[f"first={first}"] = found[f"last={last}"] = found[f"fl={first}{last}"] = None
        found[f"firstn={min(places[0], 6)}"] = found[f"lastn={min(count - 1 - places[-1], 4)}"] = None
        found[f"firstt={first}{name.type}"] = None
    return list(found)


def _around(text: str, start: int, end: int, mark: str, words: WordFeatures, low: int = 0) -> list[str]:
    before = re.findall(r"\w+|[^\w\s]", text[max(low, start - 90) : start].lower())
    after = re.findall(r"\w+|[^\w\s]", text[end : end + 50].lower())
    before = ["^", *before] if start - low < 90 else before
    features = [f"{mark}<1={before[-1:]}", f"{mark}<2={before[-2:]}", f"{mark}<3={before[-3:]}"]
    features += [f"{mark}>1={after[:1]}", f"{mark}>2={after[:2]}"]
    before = before[-7:]
    left, right = ([words.facts(word)[1] for word in beside] for beside in (before, after[:2]))
    features += [f"{mark}<{place}{cluster}" for place, cluster in zip("cd", reversed(left), strict=False)]
    features += [f"{mark}>{place}{cluster}" for place, cluster in zip("cd", right, strict=False)]
    features += [f"{mark}<<b{cluster}" for cluster in left]
    features += [f"{mark}<<{word}" for word in before]
    features += [f"{mark}>>{word}" for word in after[:5]]
    return features


def _find_cues(text: str, sentence: Sentence) -> list[Cue]:
    """Return the cues in a sentence: the mark of their kind, and the matches."""
    return [(mark, list(pattern.finditer(text, sentence.start, sentence.end))) for mark, pattern in _CUES]


def _cue_features(cues: Sequence[Cue], start: int, end: int) -> list[str]:
    features = []
    for mark, matches in cues:
        before = next((match for match in reversed(matches) if match.end() <= start), None)
        after = next((match for match in matches if match.start() >= end), None)
        if before:
            near = min((start - before.end()) // 12, 4)
            features += [f"{mark}<", f"{mark}<{near}", f"{mark}<{before.group().lower()}"]
        if after:
            near = min((after.start() - end) // 12, 4)
            features += [f"{mark}>", f"{mark}>{near}", f"{mark}>{after.group().lower()}"]
    return features
