"""What a build goes by beside what ships with the package, and the copies of it that a graph keeps."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import GraphError, InputError, UsageError
from kgraph.resources import data_path, ontology_path
from kgraph.storing.builds import KNOWLEDGE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kgraph.extraction import Extractor

_FILES: Final = ("model", "vocabulary", "curation")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a build goes by beside what ships: weights of the tagger, a vocabulary, corrections, another extractor."""

    model: Path | None = None
    vocabulary: Path | None = None
    curation: Path | None = None
    extractor: Extractor | None = None

    def describe(self) -> dict[str, Any]:
        """Return for the manifest the SHA-256 of each file and of what ships, and what the extractor says of itself.

        Raises :class:`InputError` where a file cannot be read.
        """
        told: dict[str, Any] = {name: digest_file(path) for name, path in self.files().items()}
        if self.extractor:
            tell = getattr(self.extractor, "describe", None)
            told["extractor"] = tell() if tell else {"extractor": type(self.extractor).__name__}
        return {**told, "shipped": digest_shipped()}

    def files(self) -> dict[str, Path]:
        """Return the files that were given, by what they are."""
        given = (self.model, self.vocabulary, self.curation)
        return {name: path for name, path in zip(_FILES, given, strict=True) if path}

    def keep(self, draft: Path) -> None:
        """Copy the files into a build, so that papers can be added to it later."""
        for name, path in self.files().items():
            (draft / KNOWLEDGE).mkdir(exist_ok=True)
            shutil.copyfile(path, draft / KNOWLEDGE / f"{name}{path.suffix}")


NOTHING_MORE: Final = Knowledge()


def kept_knowledge(build: Path, options: Mapping[str, Any], extractor: Extractor | None) -> Knowledge:
    """Return what a build went by, to go by it again.

    Raises :class:`GraphError` where that is not to be had any more, :class:`UsageError` for another extractor.
    """
    copies = {path.stem: path for path in sorted((build / KNOWLEDGE).glob("*"))}
    knowledge = Knowledge(copies.get("model"), copies.get("vocabulary"), copies.get("curation"), extractor)
    mine = knowledge.describe()
    if mine.get("extractor") != options.get("extractor"):
        told = options.get("extractor") or "the tagger"
        raise UsageError(f"the graph was extracted by {told}; give the same --extractor with the same settings")
    if mine["shipped"] != options.get("shipped"):
        raise GraphError("the graph was built by a kgraph with other weights or another vocabulary; build it anew")
    for name in _FILES:
        if mine.get(name) != options.get(name):
            raise GraphError(f"the graph was built with a {name} that it keeps no copy of; build it anew")
    return knowledge


def digest_file(file: Path) -> str:
    """Return the SHA-256 of a file. Raises :class:`InputError` where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None


def digest_shipped() -> str:
    """Return a hash of the weights, statistics and vocabulary that ship with the package."""
    files = [*sorted(data_path().glob("*.gz")), *sorted(data_path().glob("*.zip")), ontology_path("vocabulary.ttl")]
    return hashlib.sha256("".join(map(digest_file, files)).encode()).hexdigest()
