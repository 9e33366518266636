"""Corrections that people make and that stay: a CSV file of merges, splits, new names and types, and drops.

Columns: ``action,name,type,value``. Entities are named by their name and type, never by their id::

    action,name,type,value
    merge,LoRA,method,plain-LoRA
    split,ANN,method,ANNs
    rename,vision transformer,model,ViT
    retype,Mamba,method,model
    drop,novel approach,method,
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from kgraph.errors import InputError
from kgraph.names import normal_form
from kgraph.records import ENTITY_TYPES, EntityType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kgraph.resolution.merging import NameCount

Action = Literal["merge", "split", "rename", "retype", "drop"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
COLUMNS: Final = ["action", "name", "type", "value"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of a curation file: what to do with the entity of this name and type."""

    line: int
    action: Action
    name: str
    type: EntityType
    value: str


@dataclass(slots=True)
class Draft:
    """An entity in the making: its names, and why some of them were put here by hand."""

    names: list[NameCount]
    kind: EntityType
    title: str
    meaning: str
    broader: str = ""
    reasons: dict[NameCount, str] = field(default_factory=dict)


def read_curation(path: Path) -> tuple[Correction, ...]:
    """Read a curation file.

    Raises :class:`InputError` with the line and what is wrong in it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [cell.strip().lower() for cell in next(rows, [])]
            if header != COLUMNS:
                raise InputError(f"{path}: the first line must be {','.join(COLUMNS)!r}, not {','.join(header)!r}")
            return tuple(_read_row(path, rows.line_num, row) for row in rows if any(cell.strip() for cell in row))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as a curation file: {error}") from None


def _read_row(path: Path, line: int, row: Sequence[str]) -> Correction:
    cells = [cell.strip() for cell in row] + [""] * (4 - len(row))
    action, name, kind, value = cells[:4]

    def refuse(why: str) -> InputError:
        return InputError(f"{path}:{line}: {why}")

    if action not in ACTIONS:
        raise refuse(f"unknown action {action!r}; there are {', '.join(ACTIONS)}")
    if not name:
        raise refuse("the name is missing")
    if kind not in ENTITY_TYPES:
        raise refuse(f"unknown type {kind!r}; there are {', '.join(ENTITY_TYPES)}")
    if bool(value) == (action == "drop"):
        raise refuse("drop takes no value" if value else f"{action} needs a value")
    if action == "retype" and value not in ENTITY_TYPES:
        raise refuse(f"unknown type {value!r} to retype to; there are {', '.join(ENTITY_TYPES)}")
    return Correction(line, action, name, kind, value)


def correct(drafts: list[Draft], corrections: Sequence[Correction]) -> tuple[list[Draft], list[Correction]]:
    """Apply corrections in their order; return the drafts, and the corrections that found nothing to correct."""
    unused = []
    for correction in corrections:
        draft = _find(drafts, correction.name, correction.type)
        if draft is None or not _apply(drafts, draft, correction):
            unused.append(correction)
    return drafts, unused


def _apply(drafts: list[Draft], draft: Draft, correction: Correction) -> bool:
    match correction.action:
        case "drop":
            drafts.remove(draft)
        case "rename":
            draft.title = correction.value
        case "retype":
            draft.kind = cast("EntityType", correction.value)
        case "merge":
            other = _find([d for d in drafts if d is not draft], correction.value, correction.type)
            if other is None:
                return False
            drafts.remove(other)
            draft.names += other.names
            draft.reasons |= {**other.reasons, **dict.fromkeys(other.names, "merged by the curation file")}
        case "split":
            form = normal_form(correction.value)
            apart = [name for name in draft.names if normal_form(name.surface) == form]
            if not apart or len(apart) == len(draft.names):
                return False
            draft.names = [name for name in draft.names if name not in apart]
            meaning = f"{form}\tsplit from {draft.meaning}"
            why = dict.fromkeys(apart, "split off by the curation file")
            drafts.append(Draft(apart, draft.kind, correction.value, meaning, reasons=why))
    return True


def _find(drafts: Sequence[Draft], name: str, kind: EntityType) -> Draft | None:
    """Return the draft of this type that is called so, else the one with that alias."""
    form = normal_form(name)
    mine = [draft for draft in drafts if draft.kind == kind]
    called = [draft for draft in mine if normal_form(draft.title) == form]
    aliased = [draft for draft in mine if any(normal_form(n.surface) == form for n in draft.names)]
    return next(iter(called or aliased), None)
