"""Resolution as a whole: counted names in, entities and the way from each name to its entity out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.names import normal_form
from kgraph.notation import is_marked
from kgraph.records import ENTITY_TYPES, Alias, EntityType
from kgraph.resolution.broadening import find_broader
from kgraph.resolution.curation import Correction, Draft, correct
from kgraph.resolution.merging import Key, Merged, NameCount, merge_names
from kgraph.resolution.naming import assign_ids, choose_name
from kgraph.resources import collector_paused

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
    """Entities sorted by id, their aliases, and the id that each (surface, type, long form, own) resolves to.

    A name whose entity was dropped by hand resolves to nothing (it is not in ``ids``). ``unused`` holds the
    corrections that found nothing to correct.
    """

    entities: tuple[ResolvedEntity, ...]
    aliases: tuple[Alias, ...]
    ids: dict[tuple[str, EntityType, str, str], str]
    unused: tuple[Correction, ...] = ()


@collector_paused()
def resolve(
    names: Sequence[NameCount], vocabulary: Sequence[Concept] = (), corrections: Sequence[Correction] = ()
) -> Resolution:
    """Resolve counted names to entities; the order of ``names`` does not matter. Grows with distinct names."""
    names = sorted(names, key=lambda name: (name.surface, name.type, name.long_form, name.own))
    merged = merge_names(names, vocabulary)
    drafts, unused = correct(_draft(names, merged), corrections)
    ids = assign_ids([(draft.title, f"{draft.meaning}\t{draft.kind}") for draft in drafts])
    broader = find_broader(
        [(draft.title, draft.kind) for draft in drafts],
        {position: draft.broader for position, draft in enumerate(drafts) if draft.broader},
        _positions_by_form(drafts),
    )
    entities = [
        ResolvedEntity(ids[i], draft.title, draft.kind, ids[broader[i]] if i in broader else "")
        for i, draft in enumerate(drafts)
    ]
    aliases = [alias for i, draft in enumerate(drafts) for alias in _aliases(ids[i], draft, merged)]
    return Resolution(
        tuple(sorted(entities, key=lambda entity: entity.id)),
        tuple(sorted(aliases, key=lambda alias: (alias.entity, alias.alias))),
        {
            (name.surface, name.type, name.long_form, name.own): ids[i]
            for i, draft in enumerate(drafts)
            for name in draft.names
        },
        tuple(unused),
    )


def _draft(names: Sequence[NameCount], merged: Merged) -> list[Draft]:
    """Return the sets of merged names with their types and titles, in the order of their keys."""
    groups: dict[Key, list[NameCount]] = defaultdict(list)
    for name in names:
        groups[merged.union.find(merged.keys[name])].append(name)
    drafts = []
    for root in sorted(groups):
        concept = merged.union.concepts.get(root)
        kind = _majority_type(groups[root])
        title = choose_name(groups[root], kind, concept)
        drafts.append(Draft(groups[root], kind, title, "\t".join(root), concept.broader if concept else ""))
    return drafts


def _majority_type(names: Sequence[NameCount]) -> EntityType:
    counts: Counter[EntityType] = Counter()
    for name in names:
        counts[name.type] += name.mentions
    return min(counts, key=lambda kind: (-counts[kind], ENTITY_TYPES.index(kind)))


def _positions_by_form(drafts: Sequence[Draft]) -> dict[tuple[str, EntityType], int]:
    """Find entities by the normal form of their name, else of the alias of the one that uses it most.

    One of several things of the same name is not found.
    """
    positions: dict[tuple[str, EntityType], int] = {}
    for position, draft in enumerate(drafts):
        if not any(name.own for name in draft.names):
            positions.setdefault((normal_form(draft.title), draft.kind), position)
    by_use = sorted(
        (-name.mentions, position, name.surface)
        for position, draft in enumerate(drafts)
        for name in draft.names
        # Most names are the title of some entity: only the others are held and sorted.
        if (normal_form(name.surface), draft.kind) not in positions and not name.is_piece and not name.own
    )
    for _, position, surface in by_use:
        positions.setdefault((normal_form(surface), drafts[position].kind), position)
    return positions


def _aliases(entity: str, draft: Draft, merged: Merged) -> list[Alias]:
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    short = {normal_form(name.long_form): name.surface for name in draft.names if name.long_form}
    for name in draft.names:
        if name.is_piece:
            continue
        counts[name.surface] += name.mentions
        reasons.setdefault(name.surface, draft.reasons.get(name) or _reason(name, draft.title, merged, short))
    for name in draft.names:
        if name.long_form and name.long_form not in counts:
            counts[name.long_form] = 0
            reasons[name.long_form] = f"papers give it as the long form of {name.surface!r}"
    return [Alias(entity, surface, count, reasons[surface]) for surface, count in counts.items()]


def _reason(name: NameCount, title: str, merged: Merged, short: dict[str, str]) -> str:
    form = normal_form(name.surface)
    if name.own:
        return merged.meant[name]
    if name.surface == title:
        return "the name itself"
    if form == normal_form(title):
        is_plain = title.isascii() and name.surface.isascii() and not is_marked(name.surface)
        return "the same but for case, hyphens or plural" if is_plain else "the same in another notation"
    if name.long_form:
        return f"short for {name.long_form!r} where a paper says so"
    if name in merged.meant:
        return merged.meant[name]
    why = merged.union.reasons
    if reason := why.get((form, name.type)) or why.get(merged.keys[name]):
        return reason
    return f"papers give it as the long form of {short[form]!r}" if form in short else f"joined by {title!r}"
