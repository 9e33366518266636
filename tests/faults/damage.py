"""Damage to files: what disks, networks, encodings, careless programs and hostile people do to them."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

#: What formats are made of, and characters that code seldom thinks of.
PIECES: Final = tuple(
    piece.encode("utf-8", "surrogatepass")
    for piece in (
        *('{"', '"}', "[", "]", "[[[[", ":", ",", '"', '\\"', "\\u0000", "\\ud800", "\\udc00", "1e999", "-0", "null", "NaN", "7" * 700),
        *('"title":', '"abstract":', '"results":', '"message":', '"paper":', '"date-parts":', '{"title":"T"}\n', "9" * 99),
        *("@article{", "@string{x=x#x}", "@", "}", "{", "=", "#", "\\", "\\'", "\\url{", "$", "%", "~", " and ", ",,,"),
        *("TY  - JOUR\n", "ER  - \n", "TI  - ", "PMID- 1\n", "AB  - ", "      ", "UR  - ", "DP  - 99999 Jan 99\n"),
        *("<entry>", "</entry>", "<title>", "<![CDATA[", "]]>", "<!--", "<!DOCTYPE a>", "<!ENTITY a 'b'>", "&a;", "&#0;"),
        *("title,abstract\n", "\t", ";", "|", '""', "=cmd()", "\r", "\n\n", "\r\n", "\u2028", "\x85", "\x0b", "\x00", "\x1b[2J"),
        *("Subscribe\n", "Get trending papers in your email inbox!\n", ". ", "? ", " (", "et al. ", "e.g. "),
        *("\ud800", "\ufeff", "\u202e", "\u0301", "\u200d", "\U0001f469", "\ufffd", "\u0130", "\xdf", "\ufb03", "\u0e33"),
        *("SERVICE", "FROM <urn:x>", "INSERT DATA", "VALUES", "UNDEF", "?x", "<urn:", "_:b", "'''", "{{", "}}", "# "),
        *("arxiv.org/abs/2101.00001", "10.48550/arXiv.2101.00001", "https://", "javascript:", "../../etc/passwd", "/"),
    )
)  # fmt: skip


def _flip(data: bytearray, choose: Random) -> bytes:
    for _ in range(choose.randint(1, 8)):
        at = choose.randrange(len(data))
        data[at] ^= 1 << choose.randrange(8)
    return bytes(data)


def _cut(data: bytearray, choose: Random) -> bytes:
    start = choose.randrange(len(data)) if choose.random() < 0.2 else 0
    return bytes(data[start : choose.randint(start, len(data))])


def _drop(data: bytearray, choose: Random) -> bytes:
    start, end = sorted(choose.randint(0, len(data)) for _ in range(2))
    del data[start : min(end, start + 40)]
    return bytes(data)


def _insert(data: bytearray, choose: Random) -> bytes:
    for _ in range(choose.randint(1, 4)):
        at = choose.randint(0, len(data))
        data[at:at] = choose.choice(PIECES)
    return bytes(data)


def _repeat(data: bytearray, choose: Random) -> bytes:
    start, end = sorted(choose.randint(0, len(data)) for _ in range(2))
    data[start:start] = data[start : min(end, start + 60)] * choose.choice((1, 3, 30))
    return bytes(data)


def _nest(data: bytearray, choose: Random) -> bytes:
    depth = choose.choice((5, 99, 101, 1_200))
    before, after = choose.choice(
        (
            (b"[", b"]"),
            (b'{"a":', b"}"),
            (b"{", b"}"),
            (b"<a>", b"</a>"),
            (b"(", b")"),
            (b"\\emph{", b"}"),
            (b'"', b'"'),
        )
    )
    at = choose.randint(0, len(data))
    return bytes(data[:at]) + before * depth + bytes(data[at:]) + after * choose.choice((depth, 0, depth - 1))


def _encode(data: bytearray, choose: Random) -> bytes:
    text = data.decode(errors="replace")
    encoding = choose.choice(
        ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7", "cp037")
    )
    return text.encode(encoding, errors="replace")


def _lengthen(data: bytearray, choose: Random) -> bytes:
    at = choose.randint(0, len(data))
    return bytes(data[:at]) + choose.choice(PIECES) * choose.choice((100, 2_000)) + bytes(data[at:])


def _swap_lines(data: bytearray, choose: Random) -> bytes:
    lines = bytes(data).split(b"\n")
    choose.shuffle(lines)
    return b"\n".join(lines)


def _spray(data: bytearray, choose: Random) -> bytes:
    at = choose.randint(0, len(data))
    data[at : at + 8] = choose.randbytes(choose.randint(1, 16))
    return bytes(data)


def _pack(data: bytearray, choose: Random) -> bytes:
    return gzip.compress(bytes(data), compresslevel=1, mtime=0)


KINDS: Final[tuple[Callable[[bytearray, Random], bytes], ...]] = (
    *(_flip, _cut, _drop, _insert, _insert, _repeat, _nest, _encode, _lengthen, _swap_lines, _spray, _pack),
)
#: No input grows beyond this: long lines and bombs are tried apart.
_LARGEST: Final = 1 << 13


def damage(data: bytes, choose: Random) -> bytes:
    """Return the data with one to four kinds of damage."""
    for _ in range(choose.choice((1, 1, 2, 2, 3, 4))):
        data = choose.choice(KINDS)(bytearray(data or b"\n"), choose)[:_LARGEST]
    return data
