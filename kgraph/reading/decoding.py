"""Bytes to text without surprises: bounded, and telling where they are not what they should be."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, NamedTuple

from .record import Refused

#: The longest line, or the longest stretch of a JSON file without a complete record, in bytes.
LONGEST_RECORD: Final = 64 * 2**20
#: The largest file, after decompression, of a format that is held in memory whole, in bytes.
LARGEST_WHOLE: Final = 512 * 2**20
_CHUNK = 2**16

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Line(NamedTuple):
    """A line with its number (from 1). ``fault`` says what is wrong with its bytes, if anything."""

    number: int
    text: str
    fault: str


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the lines of UTF-8 bytes without their ends, one after the other."""
    offset = 0
    number = 0
    while data := stream.readline(LONGEST_RECORD):
        number += 1
        start, offset = offset, offset + len(data)
        if not data.endswith(b"\n") and len(data) == LONGEST_RECORD:
            offset += _skip_line(stream)
            yield Line(number, "", f"longer than {LONGEST_RECORD // 2**20} MiB")
            continue
        data = data.removesuffix(b"\n").removesuffix(b"\r")
        try:
            yield Line(number, data.decode(), "")
        except UnicodeDecodeError as error:
            yield Line(number, data.decode(errors="replace"), _not_utf8(start + error.start))


def _skip_line(stream: BinaryIO) -> int:
    skipped = 0
    while data := stream.readline(_CHUNK):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped


def read_whole(stream: BinaryIO) -> str:
    """Return all text of UTF-8 bytes. Raises Refused where there is too much, or bytes that are not UTF-8."""
    data = stream.read(LARGEST_WHOLE + 1)
    if len(data) > LARGEST_WHOLE:
        raise Refused(f"larger than {LARGEST_WHOLE // 2**20} MiB, and this format is held in memory whole: split it")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refused(_not_utf8(error.start)) from None


def read_chunks(stream: BinaryIO) -> Iterator[str]:
    """Yield the text of UTF-8 bytes in pieces. Raises Refused at bytes that are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    while True:
        data = stream.read(_CHUNK)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise Refused(_not_utf8(offset - pending + error.start)) from None
        offset += len(data)
        if not data:
            return
        yield text


def _not_utf8(offset: int) -> str:
    return f"bytes that are not UTF-8 at offset {offset} (convert the file: iconv -f latin1 -t utf-8)"


class Chunked(io.RawIOBase):
    """A stream over a function that returns the next bytes, and none at the end."""

    def __init__(self, next_chunk: Callable[[], bytes]) -> None:
        self._next_chunk = next_chunk
        self._waiting = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a part of the buffer; return how much, 0 at the end."""
        if not self._waiting:
            self._waiting = self._next_chunk()
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size


def split_head(stream: BinaryIO, size: int) -> tuple[bytes, BinaryIO]:
    """Return the first bytes of a stream, and a stream that still has them; pipes cannot be rewound."""
    head = b""
    while len(head) < size and (data := stream.read(size - len(head))):
        head += data
    chunks = iter([head] if head else [])
    return head, io.BufferedReader(Chunked(lambda: next(chunks, None) or stream.read(_CHUNK)))


def to_utf8(stream: BinaryIO, head: bytes) -> BinaryIO:
    """Return a stream of UTF-8 bytes without a byte order mark, whichever of the marks the text begins with."""
    bom, encoding = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", "utf-8"))
    if encoding == "utf-8":
        stream.read(len(bom))
        return stream
    # Half of a surrogate pair becomes U+FFFD, as everywhere.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def next_chunk() -> bytes:
        while data := stream.read(_CHUNK):
            if text := decoder.decode(data):
                return text.encode()
        return decoder.decode(b"", final=True).encode()

    return io.BufferedReader(Chunked(next_chunk))
