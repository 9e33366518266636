"""What a build goes by beside what ships with the package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.extraction import Extractor


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a build goes by beside what ships: weights of the tagger, a vocabulary, corrections, another extractor."""

    model: Path | None = None
    vocabulary: Path | None = None
    curation: Path | None = None
    extractor: Extractor | None = None

    def describe(self) -> dict[str, Any]:
        """Return for the manifest the SHA-256 of each file, and what the extractor says of itself.

        Raises :class:`InputError` where a file cannot be read.
        """
        given = {"model": self.model, "vocabulary": self.vocabulary, "curation": self.curation}
        told: dict[str, Any] = {name: digest_file(path) for name, path in given.items() if path}
        tell = getattr(self.extractor, "describe", None)
        return {**told, "extractor": tell()} if tell else told


NOTHING_MORE: Final = Knowledge()


def digest_file(file: Path) -> str:
    """Return the SHA-256 of a file. Raises :class:`InputError` where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
