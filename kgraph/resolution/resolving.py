"""Resolution as a whole: counted names in, entities and the way from each name to its entity out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, Alias, EntityType
from kgraph.resolution.broadening import find_broader
from kgraph.resolution.merging import Key, Merged, NameCount, merge_names
from kgraph.resolution.naming import assign_ids, choose_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.vocabulary import Concept


@dataclass(frozen=True, slots=True)
class ResolvedEntity:
    """An entity before it is counted: papers and mentions are counted over the tables."""

    id: str
    name: str
    type: EntityType
    broader: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Entities sorted by id, their aliases, and the id that each (surface, type, long form) resolves to."""

    entities: tuple[ResolvedEntity, ...]
    aliases: tuple[Alias, ...]
    ids: dict[tuple[str, EntityType, str], str]


def resolve(names: Sequence[NameCount], vocabulary: Sequence[Concept] = ()) -> Resolution:
    """Resolve counted names to entities; the order of ``names`` does not matter. Grows with distinct names."""
    names = sorted(names, key=lambda name: (name.surface, name.type, name.long_form))
    merged = merge_names(names, vocabulary)
    groups: dict[Key, list[NameCount]] = defaultdict(list)
    for name in names:
        groups[merged.union.find(merged.keys[name])].append(name)
    roots = sorted(groups)
    kinds = [_majority_type(groups[root]) for root in roots]
    concepts = [merged.concepts.get(root) for root in roots]
    titles = [
        choose_name(groups[root], kind, concept) for root, kind, concept in zip(roots, kinds, concepts, strict=True)
    ]
    ids = assign_ids(
        [(title, "\t".join((*root, kind))) for title, root, kind in zip(titles, roots, kinds, strict=True)]
    )
    broader = find_broader(
        list(zip(titles, kinds, strict=True)),
        {position: concept.broader for position, concept in enumerate(concepts) if concept and concept.broader},
        _positions_by_form(titles, kinds, [groups[root] for root in roots]),
    )
    entities = [
        ResolvedEntity(ids[i], titles[i], kinds[i], ids[broader[i]] if i in broader else "") for i in range(len(roots))
    ]
    id_of = dict(zip(roots, ids, strict=True))
    aliases = [
        alias
        for root, title in zip(roots, titles, strict=True)
        for alias in _aliases(id_of[root], title, groups[root], merged)
    ]
    return Resolution(
        tuple(sorted(entities, key=lambda entity: entity.id)),
        tuple(sorted(aliases, key=lambda alias: (alias.entity, alias.alias))),
        {(name.surface, name.type, name.long_form): id_of[merged.union.find(merged.keys[name])] for name in names},
    )


def _majority_type(names: Sequence[NameCount]) -> EntityType:
    counts: Counter[EntityType] = Counter()
    for name in names:
        counts[name.type] += name.mentions
    return min(counts, key=lambda kind: (-counts[kind], ENTITY_TYPES.index(kind)))


def _positions_by_form(
    titles: Sequence[str], kinds: Sequence[EntityType], groups: Sequence[Sequence[NameCount]]
) -> dict[tuple[str, EntityType], int]:
    """Find entities by the normal form of their name, else of the alias of the one that uses it most."""
    positions: dict[tuple[str, EntityType], int] = {}
    for position, (title, kind) in enumerate(zip(titles, kinds, strict=True)):
        positions.setdefault((normal_form(title), kind), position)
    by_use = sorted(
        (-name.mentions, position, name.surface)
        for position, names in enumerate(groups)
        for name in names
        if not name.is_piece
    )
    for _, position, surface in by_use:
        positions.setdefault((normal_form(surface), kinds[position]), position)
    return positions


def _aliases(entity: str, title: str, names: Sequence[NameCount], merged: Merged) -> list[Alias]:
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for name in names:
        if name.is_piece:
            continue
        counts[name.surface] += name.mentions
        reasons.setdefault(name.surface, _reason(name, title, merged))
    for name in names:
        if name.long_form and name.long_form not in counts:
            counts[name.long_form] = 0
            reasons[name.long_form] = f"papers give it as the long form of {name.surface!r}"
    return [Alias(entity, surface, count, reasons[surface]) for surface, count in counts.items()]


def _reason(name: NameCount, title: str, merged: Merged) -> str:
    form = normal_form(name.surface)
    if name.surface == title:
        return "the name itself"
    if form == normal_form(title):
        return "the same but for case, hyphens or plural"
    why = merged.union.reasons
    return why.get((form, name.type)) or why.get(merged.keys[name]) or f"joined by {title!r}"
