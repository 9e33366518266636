"""What an entity is called, and its id."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from kgraph.names import normal_form, singular, slug
from kgraph.notation import plain_notation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.records import EntityType
    from kgraph.resolution.merging import NameCount
    from kgraph.vocabulary import Concept

#: Abbreviations of methods this short say little on their own: their long form is the name.
_SHORT = 3


def choose_name(names: Sequence[NameCount], kind: EntityType, concept: Concept | None) -> str:
    """Return the name of an entity: the vocabulary's, else the spelling used most, in the singular and without TeX.

    Techniques, tasks and metrics whose common spelling is a short abbreviation, or the abbreviation of a plain
    phrase in lower case, go by their long form.
    """
    if concept:
        return concept.name
    whole = [name for name in names if not name.is_piece] or list(names)
    counts: Counter[str] = Counter()
    for name in whole:
        counts[plain_notation(name.surface)] += name.mentions
    best = _commonest(counts)
    long_forms: Counter[str] = Counter()
    for name in names:
        if name.long_form and (name.is_piece or normal_form(name.surface) == normal_form(best)):
            long_forms[plain_notation(name.long_form)] += name.papers
    if long_forms and (all(name.is_piece for name in names) or _prefers_long_form(best, long_forms, kind)):
        best = _commonest(long_forms)
    return singular(best)


def _prefers_long_form(best: str, long_forms: Counter[str], kind: EntityType) -> bool:
    if kind in ("model", "dataset") or sum(c.isupper() for c in best) < 2:
        return False
    return len(best.rstrip("s")) <= _SHORT or _commonest(long_forms).islower()


def _commonest(counts: Counter[str]) -> str:
    """Return the spelling used most, all plurals and cases of it together; of equals the one with fewest capitals."""
    forms: Counter[str] = Counter()
    for spelling, count in counts.items():
        forms[normal_form(spelling)] += count
    form = min(forms, key=lambda form: (-forms[form], form))
    mine = [spelling for spelling in counts if normal_form(spelling) == form]
    return min(mine, key=lambda spelling: (-counts[spelling], sum(c.isupper() for c in spelling), spelling))


def assign_ids(names: Sequence[tuple[str, str]]) -> list[str]:
    """Return an id for each (name, what tells it apart from others of the same name).

    Names with one slug all get a hash, so that no plain id ever changes its meaning when another one comes.

    >>> assign_ids([("LoRA", "lora method")])
    ['entity/lora']
    """
    slugs = [slug(name) for name, _ in names]
    many = Counter(slugs)
    return [
        f"entity/{short}" if many[short] == 1 else f"entity/{short}-{_short_hash(meaning)}"
        for short, (_, meaning) in zip(slugs, names, strict=True)
    ]


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
