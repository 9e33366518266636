"""Answers of a language model kept in a folder, so that no question is paid for twice."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from kgraph.errors import OutputError


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, and the tokens that it took; ``counted`` tells whether the server counted them."""

    content: str
    prompt_tokens: int
    completion_tokens: int
    counted: bool = True
    cut: bool = False


class AnswerCache:
    """A folder with a file for each answer; a file that is damaged counts as missing and is written anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder}: cannot hold the model's answers: {error.strerror}") from None

    def get(self, key: str) -> Reply | None:
        """Return the answer to a question, or None."""
        try:
            record = json.loads(self._file(key).read_text(encoding="utf-8"))
            return Reply(str(record["content"]), int(record["prompt_tokens"]), int(record["completion_tokens"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep an answer: the file is there whole or not at all. Raises :class:`OutputError`."""
        file = self._file(key)
        try:
            file.parent.mkdir(exist_ok=True)
            _write_whole(file, json.dumps(asdict(reply)))
        except OSError as error:
            raise OutputError(f"{file.parent}: an answer cannot be kept here: {error.strerror}") from None

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def _write_whole(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def answer_key(model: str, prompt_version: str, text: str) -> str:
    """Return the name under which the answer of a model to a text is kept.

    >>> answer_key("m", "1", "text") == answer_key("m", "1", "text") != answer_key("m", "2", "text")
    True
    """
    return hashlib.sha256(json.dumps([model, prompt_version, text]).encode()).hexdigest()
