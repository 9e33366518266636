"""Which entity is wider than which: sizes, versions and variants under their family."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kgraph.names import normal_form
from kgraph.records import EntityType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A size, version or flavour at the end of a model's name: -7B, v2, -base, -Instruct, (Pro)
_VARIANT_END: Final = re.compile(
    r"""(?:[\s\-_]*(?:
        \d+(?:\.\d+)?\s?[BMKT]\b | [vV]\d+(?:\.\d+)*\b | \d+(?:\.\d+)*\b |
        (?:tiny|mini|nano|small|base|medium|large|huge|giant|xl|xxl|pro|turbo|plus|max|chat|instruct|it|distilled)\b |
        (?<=-)(?:T|S|B|L|H|G|XS|XXS|XL|XXL)\b |
        (?<=-)[A-Z]\d{1,3}\b(?:/\d+)?
    ))$""",
    re.IGNORECASE | re.VERBOSE,
)
_LEAST_STEM: Final = 2
#: The types that a head without its qualifier may have; techniques and tasks are called either.
_KINDS_OF_HEADS: Final[dict[EntityType, tuple[EntityType, ...]]] = {
    "method": ("method", "task"),
    "task": ("task", "method"),
    "metric": ("metric",),
}


def find_broader(
    entities: Sequence[tuple[str, EntityType]], concepts: Mapping[int, str], forms: Mapping[tuple[str, EntityType], int]
) -> dict[int, int]:
    """Return the position of the broader entity of each entity that has one.

    ``entities`` are (name, type); ``concepts`` gives the vocabulary's broader name of an entity; ``forms`` finds
    entities by normal form and type. The vocabulary comes first, then the form of the name: a size, version or
    flavour at the end of a model or dataset, a qualifier in front of a method, task or metric. No cycles.
    """
    broader: dict[int, int] = {}
    for position, (name, kind) in enumerate(entities):
        wider = _by_vocabulary(concepts.get(position, ""), kind, forms)
        if wider is None:
            wider = _by_form(name, kind, forms)
        if wider is not None and not _leads_to(wider, position, broader):
            broader[position] = wider
    return broader


def _leads_to(start: int, goal: int, broader: Mapping[int, int]) -> bool:
    at: int | None = start
    while at is not None:
        if at == goal:
            return True
        at = broader.get(at)
    return False


def _by_vocabulary(name: str, kind: EntityType, forms: Mapping[tuple[str, EntityType], int]) -> int | None:
    if not name:
        return None
    form = normal_form(name)
    kinds: tuple[EntityType, ...] = (kind, "method", "model", "dataset", "task", "metric")
    return next((forms[form, other] for other in kinds if (form, other) in forms), None)


def _by_form(name: str, kind: EntityType, forms: Mapping[tuple[str, EntityType], int]) -> int | None:
    if kind in ("model", "dataset"):
        shorter = _family_names(name)
        kinds: tuple[EntityType, ...] = (kind,)
    else:
        shorter, kinds = _unqualified_names(name), _KINDS_OF_HEADS[kind]
    found = (forms.get((normal_form(part), other)) for part in shorter for other in kinds)
    return next((wider for wider in found if wider is not None), None)


def _family_names(name: str) -> list[str]:
    """Return the names left when sizes and versions are taken off the end, nearest first.

    >>> _family_names("Llama-3.1-8B-Instruct")
    ['Llama-3.1-8B', 'Llama-3.1', 'Llama']
    """
    families: list[str] = []
    while match := _VARIANT_END.search(name):
        name = name[: match.start()].rstrip(" -_(")
        if len(name) < _LEAST_STEM:
            break
        families.append(name)
    return families


def _unqualified_names(name: str) -> list[str]:
    """Return the names left when words are taken off the front, nearest first; only lower-case heads count.

    >>> _unqualified_names("post-training weight quantization")
    ['weight quantization', 'quantization']
    """
    words = name.split()
    heads = (" ".join(words[start:]) for start in range(1, len(words)))
    return [head for head in heads if head.islower()]
