"""JSON and JSON Lines: arrays of papers, pages of an interface, one paper, or one a line.

Documents stream through ijson, lines are parsed one by one, so that a bad line costs that line only.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import ijson
from ijson.common import ObjectBuilder

from .decoding import LONGEST_RECORD, Chunked, read_chunks, read_lines
from .fields import record_from
from .record import Fault, Item, Refused

#: Keys under which services and tools keep their lists of papers.
_LISTS: Final = frozenset({"results", "papers", "items", "data", "works", "entries", "documents"})
#: Crossref wraps its list once more.
_ENVELOPE: Final = "message"
_DEEPEST: Final = 100
_HEAD_LINES: Final = 20
_ESCAPE = re.compile(
    r"""\\(?:
        u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}
      | (?P<open> (?:u[0-9a-fA-F]{0,3} | u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)? \Z)
      | (?P<lone> u[dD][89a-fA-F][0-9a-fA-F]{2})
      | .
    )""",
    re.DOTALL | re.VERBOSE,
)

#: A number of which Python may refuse to make an integer; ijson's C code then ends the process.
_LONG_NUMBER = re.compile(rf"[0-9]{{{sys.int_info.str_digits_check_threshold}}}")
_NUMBER_TOO_LONG: Final = "a number too long, from here on nothing is read"

Events = Iterator[tuple[str, Any]]


def looks_like_json_lines(head: str) -> bool:
    """Tell several lines, an object each; a broken one may be among them, even the first."""
    lines = [line.rstrip() for line in head.splitlines() if line.strip()][:_HEAD_LINES]
    if len(lines) < 2 or lines[0].lstrip().startswith("[") or lines[0].endswith(("{", "[", ",")):
        return False
    return any(line.startswith("{") and isinstance(_parsed(line), dict) for line in lines)


def looks_like_json(head: str) -> bool:
    """Tell a text that begins like an array or an object of JSON."""
    return re.match(r"\s*(?:\[\s*(?:[\[{\"\]]|$)|\{\s*(?:\"|\}|$))", head) is not None


def _parsed(text: str) -> object:
    """Return the value; None where there is none."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def read_json_lines(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of JSON Lines; a line may also hold a list of papers."""
    for line in read_lines(stream):
        if not line.text.strip() and not line.fault:
            continue
        position = f"line {line.number}"
        if line.fault:
            yield Fault(position, line.fault)
            continue
        try:
            value = json.loads(line.text, strict=False)
        except RecursionError:
            yield Fault(position, "nested too deeply")
        except ValueError as error:
            yield Fault(position, f"not JSON: {error}")
        else:
            yield from (record_from(paper, position) for paper in _papers_in(value))


def _papers_in(value: object) -> list[object]:
    """Return the papers of a value: those of its list where it is a page of papers, else itself."""
    if isinstance(value, Mapping) and isinstance(value.get(_ENVELOPE), Mapping):
        value = value[_ENVELOPE]
    if isinstance(value, Mapping) and "title" not in value:
        value = next((value[key] for key in value if key in _LISTS and isinstance(value[key], list)), value)
    return value if isinstance(value, list) else [value]


def read_json(stream: BinaryIO) -> Iterator[Item]:
    """Yield the records of a JSON document, or of several in a row; what follows an error is lost."""
    source = _Source(stream)
    number = 0
    try:
        events = ijson.basic_parse(io.BufferedReader(source), multiple_values=True)
        for event, value in events:
            for paper in _stream_papers(event, value, events):
                source.taken = 0
                number += 1
                yield record_from(paper, f"record {number}")
    except Refused as refusal:
        raise Refused(refusal.reason, f"record {number + 1}") from None
    except (ArithmeticError, SystemError):
        # What ijson's C code raises for a number that Python's decimals refuse.
        raise Refused(_NUMBER_TOO_LONG, f"record {number + 1}") from None
    except (ijson.JSONError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise Refused(f"not JSON from here on: {reason}", f"record {number + 1}") from None


def _stream_papers(event: str, value: object, events: Events) -> Iterator[object]:
    """Yield the elements of an array, those of an object's list of papers, or else the value itself."""
    if event == "start_array":
        yield from _elements(events)
    elif event == "start_map":
        yield from _members(events, _ENVELOPE)
    else:
        yield value


def _elements(events: Events) -> Iterator[object]:
    for event, value in events:
        if event == "end_array":
            return
        yield _build(event, value, events)


def _members(events: Events, envelope: str | None) -> Iterator[object]:
    fields: dict[str, object] = {}
    found_list = False
    for event, key in events:
        if event == "end_map":
            break
        event, value = next(events)
        if key in _LISTS and event == "start_array" and "title" not in fields:
            found_list = True
            yield from _elements(events)
        elif key == envelope and event == "start_map":
            found_list = True
            yield from _members(events, None)
        else:
            fields[key] = _build(event, value, events)
    if not found_list:
        yield fields


def _build(event: str, value: object, events: Events) -> object:
    """Return the value that begins with an event. (``ijson.items`` needs memory quadratic in the depth.)"""
    builder = ObjectBuilder()
    depth = 0
    while True:
        builder.event(event, value)
        depth += {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}.get(event, 0)
        if depth == 0:
            return builder.value
        if depth > _DEEPEST:
            raise Refused(f"nested more than {_DEEPEST} deep")
        event, value = next(events)


class _Source(Chunked):
    """UTF-8 bytes in which lone surrogates are replaced; refuses long numbers, and to go on for long without a record.

    ijson's C code turns one half of the surrogates into question marks and fails on the other.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.taken = 0
        self._chunks = read_chunks(stream)
        self._open_escape = ""
        self._digits = ""
        self._is_over = False
        super().__init__(self._next)

    def _next(self) -> bytes:
        known, text = len(self._digits), self._digits + self._next_text()
        number = _LONG_NUMBER.search(text)
        new = text[known : number.start() if number else None]
        # What stands well before the number is still read.
        if self._is_over or (number and not new):
            raise Refused(_NUMBER_TOO_LONG)
        self._is_over = number is not None
        self._digits = text[len(text.rstrip("0123456789")) :]
        return new.encode()

    def _next_text(self) -> str:
        for chunk in self._chunks:
            self.taken += len(chunk)
            if self.taken > LONGEST_RECORD:
                raise Refused(f"no complete record in {LONGEST_RECORD // 2**20} MiB")
            text, self._open_escape = self._open_escape + chunk, ""
            if "\\" in text:
                text = _ESCAPE.sub(self._replace_lone, text)
            if text:
                return text
        rest, self._open_escape = self._open_escape, ""
        return rest

    def _replace_lone(self, escape: re.Match[str]) -> str:
        if escape["open"] is None:
            return "\\ufffd" if escape["lone"] else escape[0]
        self._open_escape = escape[0]  # the next chunk has the rest of it
        return ""
