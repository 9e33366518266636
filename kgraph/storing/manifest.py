"""The manifest of a graph: which build is current, and how it was made."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import GraphError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
NAME: Final = "manifest.json"
_ABSOLUTE_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a graph was made of and with. ``build`` names the folder under ``builds/`` that is current."""

    build: str
    kgraph: str
    base_iri: str
    options: dict[str, Any] = field(default_factory=dict)
    inputs: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    format: int = FORMAT

    def with_triples(self, triples: int) -> Manifest:
        """Return the manifest of the same graph with its triple store."""
        return replace(self, counts={**self.counts, "triples": triples})

    def to_json(self) -> str:
        """Return the manifest as it stands in the file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_manifest(graph: Path) -> Manifest:
    """Read the manifest of a graph folder.

    Raises :class:`GraphError` where there is no graph, or one of another format.
    """
    try:
        content = json.loads((graph / NAME).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise GraphError(
                f"{graph}: has graph format {content['format']}, this kgraph reads format {FORMAT}; build it anew"
            )
        return _checked(Manifest(**content))
    except (FileNotFoundError, NotADirectoryError):
        raise GraphError(
            f"{graph}: is not a graph (no {NAME}); make one with 'kgraph build INPUT -o {graph}'"
        ) from None
    except OSError as error:
        raise GraphError(f"{graph}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise GraphError(f"{graph / NAME}: is damaged; build the graph anew with --force") from None


def _checked(manifest: Manifest) -> Manifest:
    """Return a manifest whose members are what they should be. Raises :class:`TypeError`."""
    if not isinstance(manifest.build, str) or not _ABSOLUTE_IRI.fullmatch(manifest.base_iri):
        raise ValueError
    # A name and no path: what is written goes into this folder and no other.
    if manifest.build in ("", ".", "..") or "/" in manifest.build or "\0" in manifest.build:
        raise ValueError
    if not isinstance(manifest.options, dict) or not all(isinstance(count, int) for count in manifest.counts.values()):
        raise TypeError
    if not all(isinstance(given["file"], str) and isinstance(given["sha256"], str) for given in manifest.inputs):
        raise TypeError
    return manifest
