"""Dates as sources write them, to ISO 8601 (``2024``, ``2024-06``, ``2024-06-21``)."""

from __future__ import annotations

import datetime
import re
from typing import Final

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})(?!\d))?(?!\d))?(?![\d])",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"(?:[a-z]{{3}},\s+)?(?P<day>\d{{1,2}})\s+{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"{_MONTH}\s+(?:(?P<day>\d{{1,2}}),?\s+)?(?P<year>\d{{4}})(?!\d)",
    )
)


def parse_date(text: str) -> str:
    """Return the ISO 8601 date at the start of a text, as precise as it is valid; empty where there is none.

    >>> parse_date("2024-06-21T10:00:00Z"), parse_date("Mon, 2 Apr 2007 19:18:42 GMT"), parse_date("June 2021")
    ('2024-06-21', '2007-04-02', '2021-06')
    >>> parse_date("2021-13"), parse_date("forthcoming")
    ('2021', '')
    """
    text = text.strip()
    match = next(filter(None, (pattern.match(text) for pattern in _PATTERNS)), None)
    if match is None:
        return ""
    parts = match.groupdict()
    name = parts.get("name")
    month = _MONTHS[name.lower()] if name else int(parts.get("month") or 0)
    return join_date(int(parts["year"]), month, int(parts.get("day") or 0))


def parse_month(text: str) -> int:
    """Return the number of a month given by number or English name, 0 where it is neither.

    >>> parse_month("jun"), parse_month("06"), parse_month("spring")
    (6, 6, 0)
    """
    text = text.strip().lower()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else _MONTHS.get(text[:3], 0)
    return number if number <= 12 else 0


def join_date(year: int, month: int = 0, day: int = 0) -> str:
    """Return the ISO 8601 date of the parts, up to the first that is 0 or impossible; empty without a year.

    >>> join_date(2023, 2, 30)
    '2023-02'
    """
    if not 1000 <= year <= 9999:
        return ""
    if not 1 <= month <= 12:
        return f"{year}"
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return f"{year}-{month:02}"
