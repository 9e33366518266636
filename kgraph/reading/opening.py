"""Inputs to streams of text: files, folders, standard input; compressed or not, whatever the suffix says."""

from __future__ import annotations

import gzip
import io
import re
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

import zstandard

from kgraph.errors import InputError

from .cleaning import clean
from .decoding import Chunked, split_head, to_utf8
from .record import Problem, Refused

STANDARD_INPUT: Final = "-"
#: What reading compressed data raises where the data is damaged.
DAMAGE: Final = (EOFError, OSError, zlib.error, zstandard.ZstdError)

_HEAD = 2**20
#: What can become of so many bytes, 128 KiB of 4 at the most, is handed on at once.
_ZSTD_CHUNK = 2**10
_BINARY_SIGNS: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x1f\x8b", "compressed twice"),
    (b"\x28\xb5\x2f\xfd", "compressed twice"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
#: Text in another encoding has a few bytes that are not UTF-8; a binary file has many.
_MOST_ODD_CHARACTERS = 0.1


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's base name, its suffix without that of the compression, its first text, and all of its bytes as UTF-8."""

    name: str
    suffix: str
    head: str
    stream: BinaryIO


def base_name(path: str | Path) -> str:
    """Return what problems and sources call an input; never a whole path."""
    return "<stdin>" if str(path) == STANDARD_INPUT else clean(Path(path).name or str(path)).replace("\n", " ")


def is_folder(path: str | Path) -> bool:
    """Tell whether an input is a folder that can be looked at."""
    return path != STANDARD_INPUT and stat.S_ISDIR(_mode(Path(path)))


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def list_files(folder: Path) -> Iterator[Path | Problem]:
    """Yield the files under a folder in the order of their names, and a problem for what is passed over."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        reason = _reason_to_pass_over(path) if path != folder else ""
        if reason:
            yield Problem(base_name(path), "", reason)
        elif not is_folder(path):
            yield path
        else:
            try:
                waiting += sorted(path.iterdir(), reverse=True)
            except OSError as error:
                yield Problem(base_name(path), "", f"cannot be read: {error.strerror}")


def _reason_to_pass_over(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden: not read"
    if not is_folder(path):
        return "" if stat.S_ISREG(_mode(path)) else "not a regular file: not read"
    if path.is_symlink():
        return "a link to a folder: not followed"
    return "a graph: not read" if path.suffix == ".kg" else ""


@contextmanager
def open_input(path: str | Path) -> Iterator[Opened]:
    """Open a file or standard input. Raises InputError where it is missing, Refused where it holds no text."""
    with ExitStack() as stack:
        raw = _open_raw(path, stack)
        try:
            magic, stream = split_head(raw, 4)
            stream = _decompressed(magic, stream)
            data, stream = split_head(stream, _HEAD)
        except DAMAGE as error:
            raise Refused(f"damaged, or not compressed as it seems: {error}") from None
        stream = to_utf8(stream, data)
        data, stream = split_head(stream, _HEAD)
        yield Opened(base_name(path), _suffix(path), _checked_text(data), stream)


def _open_raw(path: str | Path, stack: ExitStack) -> BinaryIO:
    if str(path) == STANDARD_INPUT:
        return cast(BinaryIO, sys.stdin.buffer)
    try:
        return stack.enter_context(Path(path).open("rb"))
    except FileNotFoundError:
        raise InputError(f"{clean(str(path))}: no such file or folder; see that its name is right") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{clean(str(path))}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _decompressed(magic: bytes, stream: BinaryIO) -> BinaryIO:
    if magic.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if magic == b"\x28\xb5\x2f\xfd":
        chunks = filter(None, _zstd_chunks(stream))
        return io.BufferedReader(Chunked(lambda: next(chunks, b"")))
    return stream


def _zstd_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the contents of all frames. (The library's own stream reader takes a cut file for a whole one.)"""
    frame = None
    while data := stream.read(_ZSTD_CHUNK):
        while data:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(data)
            data = frame.unused_data
            frame = None if frame.eof else frame
    if frame:
        raise EOFError("the file was cut off")


def _suffix(path: str | Path) -> str:
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    return next((suffix for suffix in reversed(suffixes) if suffix not in (".gz", ".zst")), "")


def _checked_text(data: bytes) -> str:
    """Return the beginning of a file as text. Raises Refused where it is empty or no text."""
    text = data.decode(errors="replace")
    if not text.strip():
        raise Refused("empty")
    kind = next((name for sign, name in _BINARY_SIGNS if data.startswith(sign)), None)
    if kind:
        raise Refused(f"{kind}, not text")
    if len(_CONTROLS.findall(text)) > _MOST_ODD_CHARACTERS * len(text):
        raise Refused("not text, or text in an encoding other than UTF-8 and UTF-16")
    return text
