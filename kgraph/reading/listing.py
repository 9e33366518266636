"""Listing pages saved as text: a preamble, then titles and abstracts in turn, a line each.

Nothing marks a title. So each line is weighed as a title and as an abstract by its shape, and of all
readings of the page the one with the least surprise is taken (Viterbi's algorithm over two states),
where a missing abstract or a missing title is a surprise too. A title and an abstract that do not
belong together are thus never joined: the line that lacks its partner is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import BinaryIO, Final

from .decoding import Line, read_lines
from .record import Fault, Item, Record

_MAIL = r"Get trending papers in your email inbox(?: once a day)?!"
_DATE = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:, \d{4})?"
#: The preamble, a phrase a line or several run together.
_PREAMBLE = re.compile(
    rf"(?:new(?=$|Get ))?(?:{_MAIL})*(?:Subscribe(?=\S|$)(?!rs?\b|d\b))?(?:by ?AK and the research community)?"
    rf"(?:{_DATE}(?=$|[A-Z]))?"
)
#: Where pages were joined without a line break, the preamble of the next one ends an abstract.
_NEXT_PAGE = re.compile(rf"(?<!\S)([^\s/]*[^\s/][.!?])(?:new|(?:new)?{_MAIL})$")

_TITLE, _ABSTRACT = "T", "A"
#: Surprises, in units of one. Of 65,000 papers no title ends in a full stop or has 250 characters, 0.3 % hold
#: two sentences and 0.05 % have over 25 words; all abstracts have 220 characters and 4 % end without a full stop.
#: A gap costs less than half of what it costs to take two titles, or two abstracts, for a pair.
_GAP: Final = 6
_LONGEST_TITLE: Final = 250
_SHORT_ABSTRACT: Final = 220
_ENDS = re.compile(r"\.[\"')\]”’]*$")
_TWO_SENTENCES = re.compile(r"[a-z0-9)]\.\s+[A-Z]")
_OPENS_ABSTRACT = re.compile(r"(?:We|This (?:paper|work)|In this)\b")
#: Lines that wait for a decision; never more than a few, unless a file means harm.
_MOST_WAITING: Final = 100


def looks_like_listing(head: str) -> bool:
    """Tell a text that has a title line followed by an abstract line."""
    lines = [Line(number, text, "") for number, text in enumerate(head.split("\n"), start=1)]
    return any(isinstance(item, Record) for item in _pair(_label(_without_preamble(lines))))


def read_listing(stream: BinaryIO) -> Iterator[Item]:
    """Yield the papers of a listing, and a fault for each line that lacks its partner."""
    return _pair(_label(_without_preamble(read_lines(stream))))


def _without_preamble(lines: Iterable[Line]) -> Iterator[Line]:
    """Drop blank lines and the phrases before the first title of a page; several pages may follow each other."""
    before_title, mail_seen = True, False
    for line in lines:
        text = line.text.strip()
        page_end = _NEXT_PAGE.search(text)
        if page_end:
            text = text[: page_end.end(1)]
        phrases = _PREAMBLE.match(text) if before_title or re.match(_MAIL, text) or text == "new" else None
        if phrases:
            before_title = True
            # "Subscribe" and its like are cut off a title only where a preamble has begun before them.
            mail_seen = mail_seen or re.search(_MAIL, phrases[0]) is not None
            text = text[phrases.end() :] if mail_seen or phrases.end() == len(text) else text
        if text:
            yield Line(line.number, text, line.fault)
            before_title, mail_seen = page_end is not None, page_end is not None


def _surprise(label: str, text: str) -> int:
    """Return how odd a line is as a title, or as an abstract."""
    ends, two_sentences = _ENDS.search(text) is not None, _TWO_SENTENCES.search(text) is not None
    if label == _ABSTRACT:
        if ends:
            return 1
        return 3 if len(text) >= _SHORT_ABSTRACT or two_sentences else 14
    return (
        8 * ends
        + 8 * (len(text) > _LONGEST_TITLE)
        + 5 * two_sentences
        + 6 * (len(text.split()) > 25)
        + 6 * (_OPENS_ABSTRACT.match(text) is not None)
    )


def _label(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Yield each line with its label, as soon as all likely readings of the page agree on it."""
    waiting: list[Line] = []
    # For each label of the last line the least surprise of a reading that ends so, and its open labels.
    readings = {_ABSTRACT: (0, "")}
    for line in lines:
        waiting.append(line)
        readings = {
            label: min(
                (surprise + (_GAP if label == last else 0) + _surprise(label, line.text), path + label)
                for last, (surprise, path) in readings.items()
            )
            for label in (_ABSTRACT, _TITLE)
        }
        agreed = _common_start(*(path for _, path in readings.values()))
        if len(waiting) > _MOST_WAITING:
            agreed = min(readings.values())[1]
        yield from zip(waiting, agreed, strict=False)
        waiting = waiting[len(agreed) :]
        least = min(surprise for surprise, _ in readings.values())
        readings = {
            label: (surprise - least, path[len(agreed) :])
            for label, (surprise, path) in readings.items()
            if path.startswith(agreed)
        }
    ends = [(surprise + (_GAP if last == _TITLE else 0), path) for last, (surprise, path) in readings.items()]
    yield from zip(waiting, min(ends)[1], strict=True)


def _common_start(left: str, right: str) -> str:
    return "".join(label for label, _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=True)))


def _pair(labelled: Iterable[tuple[Line, str]]) -> Iterator[Item]:
    title: Line | None = None
    for line, label in labelled:
        if label == _TITLE:
            if title:
                yield _lonely(title, "a title without its abstract")
            title = line
        elif title is None:
            yield _lonely(line, "an abstract without its title")
        else:
            fault = next((part for part in (title, line) if part.fault), None)
            position = f"line {title.number}"
            yield (
                Fault(f"line {fault.number}", fault.fault)
                if fault
                else Record(position=position, title=title.text, abstract=line.text)
            )
            title = None
    if title:
        yield _lonely(title, "a title without its abstract")


def _lonely(line: Line, reason: str) -> Fault:
    return Fault(f"line {line.number}", line.fault or reason)
