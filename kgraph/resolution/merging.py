"""Which names are one entity: a union of name keys in which every merge has a reason that can be shown."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rapidfuzz.fuzz import ratio

from kgraph.names import normal_form
from kgraph.notation import plain_notation
from kgraph.records import ENTITY_TYPES, EntityType
from kgraph.resolution.variants import loose_form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kgraph.vocabulary import Concept

#: Types that papers (and taggers) take for one another; names of any other two types stay apart.
CONFUSABLE: Final[frozenset[frozenset[EntityType]]] = frozenset(
    {frozenset({"method", "model"}), frozenset({"method", "task"}), frozenset({"task", "dataset"})}
)
#: Share of the papers defining an abbreviation that must agree before bare uses follow them.
DOMINANT_SENSE: Final = 0.75
#: ... and so many papers, where the vocabulary knows abbreviation and long form as two concepts.
FEWEST_AGREEING: Final = 3
#: Similarity (0 to 100) over which two long forms of one abbreviation are spellings of each other.
SAME_LONG_FORM: Final = 88.0
#: Letters by which a long form is more than another spelling, where it begins or ends with the other.
SHORTEST_WORD: Final = 4

_VERSION = re.compile(r"v?[\d.]+$")
_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\s\-‐-―−_/]+")

Key = tuple[str, EntityType]


@dataclass(frozen=True, slots=True)
class NameCount:
    """A surface with its type and long form (or empty), and in how many mentions and papers it stands.

    ``own`` is the paper that introduces it, where others introduce something else under the same name.
    """

    surface: str
    type: EntityType
    long_form: str
    mentions: int
    papers: int
    own: str = ""

    @property
    def is_piece(self) -> bool:
        """Whether the surface is but a part of a coordination, such as "tensor" of tensor parallelism."""
        plain = self.surface.isascii() and self.long_form.isascii()
        if plain and self.surface.lower() not in self.long_form.lower():
            return False  # nearly always, and a pattern for each name is slow to compile
        return bool(self.long_form) and bool(
            re.search(rf"(?<!\w){re.escape(self.surface)}(?!\w)", self.long_form, re.IGNORECASE)
        )


@dataclass(slots=True)
class NameUnion:
    """Disjoint sets of name keys; each key remembers why it was joined to another.

    No set holds two concepts of the vocabulary: what would join them is refused.
    """

    vocabulary: _VocabularyIndex
    parent: dict[Key, Key] = field(default_factory=dict)
    reasons: dict[Key, str] = field(default_factory=dict)
    #: The concept of a set, by the key that stands for it.
    concepts: dict[Key, Concept] = field(default_factory=dict)

    def add(self, key: Key) -> None:
        """Let a key stand, alone as long as nothing joins it."""
        if key not in self.parent:
            self.parent[key] = key
            if concept := self.vocabulary.get(*key):
                self.concepts[key] = concept

    def find(self, key: Key) -> Key:
        """Return the key that stands for the set of ``key``."""
        root = key
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[key] != root:
            self.parent[key], key = root, self.parent[key]
        return root

    def join(self, key: Key, to: Key, reason: str) -> None:
        """Join the set of ``key`` to that of ``to``, unless they are two concepts; the reason is kept with ``key``."""
        one, other = self.find(key), self.find(to)
        if one == other:
            return
        mine = self.concepts.get(one)
        if mine:
            theirs = self.concepts.setdefault(other, mine)
            if mine is not theirs and normal_form(mine.name) != normal_form(theirs.name):
                return
        self.reasons.setdefault(key, reason)
        self.parent[one] = other


@dataclass(slots=True)
class Merged:
    """The outcome: the key of each name, the union of the keys, and why names stand under the key of a long form."""

    keys: dict[NameCount, Key]
    union: NameUnion
    meant: dict[NameCount, str]


def compatible(one: EntityType, other: EntityType) -> bool:
    """Whether two types are the same or easily confused."""
    return one == other or frozenset({one, other}) in CONFUSABLE


def merge_names(names: Sequence[NameCount], vocabulary: Iterable[Concept]) -> Merged:
    """Join names that are the same entity.

    In this order: long forms that papers give, the vocabulary, spelled-out abbreviations inside longer
    names, variants of wording, and types that are easily confused. Names whose numbers differ are never joined
    by form alone (LLaMA-7B, LLaMA-13B).
    """
    senses = _abbreviation_senses(names)
    concepts = _VocabularyIndex(vocabulary)
    union = NameUnion(concepts)
    keys: dict[NameCount, Key] = {}
    meant: dict[NameCount, str] = {}
    bare: list[Key] = [(normal_form(name.surface), name.type) for name in names]
    concepts.cases = _Cases(names, bare)
    for name, mine in zip(names, bare, strict=True):
        key, reason = _sense(name, mine, senses, concepts)
        keys[name] = key
        union.add(key)
        if mine != key and reason:
            meant[name] = reason
            if not name.long_form and not name.own and concepts.get(*mine):
                union.add(mine)
                union.join(key, mine, f"papers give it as the long form of {name.surface!r}")
    _join_long_form_spellings(union, senses)
    _join_vocabulary(union, concepts)
    _join_spelled_out(union, names, keys, senses)
    _join_variants(union, names, keys, concepts, meant)
    _join_types(union, names, keys, concepts)
    return Merged(keys, union, meant)


class _Cases:
    """Which names are plain words and which acronyms: "math" the word and MATH the data set fold to one form."""

    def __init__(self, names: Sequence[NameCount], keys: Sequence[Key]) -> None:
        whole, small, capital = Counter[Key](), Counter[Key](), Counter[Key]()
        for name, key in zip(names, keys, strict=True):
            whole[key] += name.mentions
            if name.surface.islower():
                small[key] += name.mentions
            elif is_acronym(name.surface):
                capital[key] += name.mentions
        self._small = {key for key, count in small.items() if 2 * count > whole[key]}
        self._acronyms = {key for key, count in capital.items() if 2 * count > whole[key]}

    def is_small(self, key: Key) -> bool:
        """Whether a name is mostly written in small letters."""
        return key in self._small

    def is_acronym(self, key: Key) -> bool:
        """Whether a name is mostly written in capitals."""
        return key in self._acronyms


def is_acronym(surface: str) -> bool:
    """Whether a name is one word of capitals, a plural s aside."""
    return len(surface) > 1 and surface.isalpha() and surface.removesuffix("s").isupper()


class _VocabularyIndex:
    cases: _Cases

    def __init__(self, vocabulary: Iterable[Concept]) -> None:
        self._by_key: dict[Key, Concept] = {}
        self._types: dict[str, list[EntityType]] = defaultdict(list)
        for concept in vocabulary:
            for position, spelling in enumerate((concept.name, *concept.aliases)):
                key = (normal_form(spelling), concept.type)
                if position == 0 or key not in self._by_key:
                    self._by_key[key] = concept
                self._types[key[0]].append(concept.type)

    def get(self, form: str, kind: EntityType) -> Concept | None:
        """Return the concept that a normal form names, of this type or of one easily taken for it."""
        exact = self._by_key.get((form, kind))
        if exact:
            return exact
        others = [other for other in ENTITY_TYPES if other in self._types.get(form, ()) and compatible(other, kind)]
        other = self._by_key[(form, others[0])] if others else None
        if other and is_acronym(other.name) and self.cases.is_small((form, kind)):
            return None
        return other

    def tell_apart(self, one: Key, other: Key) -> bool:
        """Return whether two names are of two concepts, or one a proper name and the other plain words."""
        first, second = self.get(*one), self.get(*other)
        if first and second:
            return first is not second
        known, free = (first, other) if first else (second, one)
        return bool(known and known.name.isalpha() and not known.name.islower() and self.cases.is_small(free))

    def only_type(self, form: str) -> EntityType | None:
        """Return the type of the one concept that a normal form names, if there is just one."""
        types = set(self._types.get(form, ()))
        return types.pop() if len(types) == 1 else None


#: short form → type → long form (normal form) → (papers, a spelling)
_Senses = dict[tuple[str, EntityType], Counter[str]]


def _abbreviation_senses(names: Sequence[NameCount]) -> _Senses:
    senses: _Senses = defaultdict(Counter)
    for name in names:
        if name.long_form and not name.is_piece:
            senses[normal_form(name.surface), name.type][normal_form(name.long_form)] += name.papers
    # A version that a paper introduces with the long form of its family (DMD2) is no abbreviation of that.
    versions = [
        (form, kind)
        for form, kind in senses
        if (family := _VERSION.sub("", form)) != form
        and senses[form, kind].keys() & senses.get((family, kind), {}).keys()
    ]
    for version in versions:
        del senses[version]
    return senses


def _dominant(senses: Counter[str]) -> str:
    form, papers = min(senses.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return form if papers >= DOMINANT_SENSE * senses.total() else ""


def _sense(name: NameCount, bare: Key, senses: _Senses, concepts: _VocabularyIndex) -> tuple[Key, str]:
    """Return the key that a name stands under, and why it is not ``bare``, its own normal form."""
    form = bare[0]
    if name.own:
        return (f"{form}\t{name.own}", name.type), "what this paper announces under a name that others announce too"
    if name.long_form:
        why = "part of a coordination" if name.is_piece else f"short for {name.long_form!r} where a paper says so"
        return (normal_form(name.long_form), name.type), why
    here = senses.get((form, name.type), Counter())
    known = concepts.get(form, name.type)
    if long_form := _dominant(here):
        spelled = concepts.get(long_form, name.type)
        # A well-known name is not taken for another one because a paper or two do so.
        if not (known and spelled) or known is spelled or here.total() >= FEWEST_AGREEING:
            return (long_form, name.type), f"papers that spell it out agree ({here.total()} of them)"
    if known:
        return bare, ""
    for other in ENTITY_TYPES:
        there = senses.get((form, other)) if compatible(other, name.type) else None
        if not here and there and (long_form := _dominant(there)):
            return (long_form, name.type), f"papers that spell it out agree ({there.total()} of them)"
    return bare, ""


def _join_long_form_spellings(union: NameUnion, senses: _Senses) -> None:
    for (_, kind), forms in sorted(senses.items()):
        ordered = sorted(forms, key=lambda form: (-forms[form], form))
        for position, form in enumerate(ordered):
            for larger in ordered[:position]:
                if _are_spelled_alike(form, larger):
                    union.add((form, kind))
                    union.add((larger, kind))
                    union.join((form, kind), (larger, kind), "long forms of one abbreviation, spelled alike")
                    break


def _are_spelled_alike(one: str, other: str) -> bool:
    """Whether two long forms differ in spelling only, and not by a word before or behind."""
    short, long = sorted((one, other), key=len)
    is_part = long.startswith(short) or long.endswith(short)
    if is_part and len(long) - len(short) >= SHORTEST_WORD:
        return False
    return ratio(one, other) >= SAME_LONG_FORM and _same_numbers(one, other)


def _join_vocabulary(union: NameUnion, concepts: _VocabularyIndex) -> None:
    for key in sorted(union.concepts):
        concept = concepts.get(*key)
        if not concept:
            continue  # its set has one
        target = (normal_form(concept.name), concept.type)
        if target == key:
            continue
        union.add(target)
        union.join(key, target, f"the vocabulary lists it under {concept.name!r}")


def _join_spelled_out(
    union: NameUnion, names: Sequence[NameCount], keys: dict[NameCount, Key], senses: _Senses
) -> None:
    """Join "LLM serving" to "large language model serving" where both stand in the corpus."""
    long_forms = {
        short: long_form
        for (short, _), forms in sorted(senses.items())
        if forms.total() >= 2 and (long_form := _dominant(forms))
    }
    for name in names:
        words = [normal_form(word) for word in _WORDS.findall(plain_notation(name.surface))]
        if len(words) < 2 or name.long_form or not any(word in long_forms for word in words):
            continue
        spelled = (normal_form(" ".join(long_forms.get(word, word) for word in words)), name.type)
        if spelled in union.parent and _same_numbers(spelled[0], keys[name][0]):
            union.join(keys[name], spelled, "the same with its abbreviation spelled out")


def _join_variants(
    union: NameUnion,
    names: Sequence[NameCount],
    keys: dict[NameCount, Key],
    concepts: _VocabularyIndex,
    meant: Collection[NameCount],
) -> None:
    """Join names that say the same in other words ("early exiting", "early exit"), unless known as two concepts.

    What is ``meant`` for a long form says nothing by its own words.
    """
    names = [name for name in names if name not in meant]
    forms_of = [loose_form(name.surface, name.type) for name in names]
    by_form: dict[str, Counter[Key]] = {form: Counter() for form, many in Counter(forms_of).items() if many > 1}
    for name, form in zip(names, forms_of, strict=True):
        if form in by_form:
            by_form[form][keys[name]] += name.papers
    for _, forms in sorted(by_form.items()):
        ordered = sorted(forms, key=lambda key: (-forms[key], key))
        for position, key in enumerate(ordered):
            for larger in ordered[:position]:
                alike = key[0] != larger[0] and compatible(key[1], larger[1])  # one form: see _join_types
                if alike and _same_numbers(key[0], larger[0]) and not concepts.tell_apart(key, larger):
                    union.join(key, larger, "the same in other words")
                    break


def _join_types(
    union: NameUnion, names: Sequence[NameCount], keys: dict[NameCount, Key], concepts: _VocabularyIndex
) -> None:
    """Join one form under types that are easily confused; the majority type goes first.

    A proper name that the vocabulary knows under one type only is of that type, whatever it was taken for.
    """
    kinds_of = Counter(form for form, _ in set(keys.values()))
    counts: dict[str, Counter[EntityType]] = {form: Counter() for form, many in kinds_of.items() if many > 1}
    proper: set[str] = set()
    for name in names:
        form, kind = keys[name]
        if form not in counts:
            continue
        counts[form][kind] += name.mentions
        if not name.surface.islower():
            proper.add(form)
    cases = concepts.cases
    for form, kinds in sorted(counts.items()):
        ordered = sorted(kinds, key=lambda kind: (-kinds[kind], ENTITY_TYPES.index(kind)))
        while ordered:
            main, *others = ordered
            joined = [
                kind for kind in others if compatible(main, kind) and not _differ_in_case(cases, form, main, kind)
            ]
            for kind in joined:
                union.join((form, kind), (form, main), f"the same name, mostly called a {main}")
            ordered = [kind for kind in others if kind not in joined]
        known = concepts.only_type(form)
        if known and known in kinds and form in proper:
            for kind in sorted(set(kinds) - {known}):
                root = union.find((form, kind))
                together = [other for other in kinds if union.find((form, other)) == root]
                if not any(_differ_in_case(cases, form, known, other) for other in together):
                    union.join((form, kind), (form, known), f"the vocabulary knows it as a {known} only")


def _differ_in_case(cases: _Cases, form: str, one: EntityType, other: EntityType) -> bool:
    keys = (form, one), (form, other)
    return any(cases.is_small(a) and cases.is_acronym(b) for a, b in (keys, keys[::-1]))


def _same_numbers(one: str, other: str) -> bool:
    return sorted(_DIGITS.findall(one)) == sorted(_DIGITS.findall(other))
