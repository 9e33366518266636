"""Names of authors, as sources list them."""

from __future__ import annotations

import re

_AND = re.compile(r"\s+and\s+|\s*\|\s*|\s*\n\s*")


def given_first(name: str) -> str:
    """Turn ``Family, Given`` round; leave every other name as it is.

    >>> given_first("Hopper, Grace"), given_first("Grace Hopper"), given_first("King, Jr., Martin Luther")
    ('Grace Hopper', 'Grace Hopper', 'Martin Luther King, Jr.')
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and all(parts):
        return f"{parts[1]} {parts[0]}"
    if len(parts) == 3 and all(parts):
        return f"{parts[2]} {parts[0]}, {parts[1]}"
    return name.strip()


def split_authors(text: str) -> tuple[str, ...]:
    """Split the authors in one text, at semicolons, else at "and", else at commas between full names.

    >>> split_authors("Hopper, Grace; Turing, Alan")
    ('Grace Hopper', 'Alan Turing')
    >>> split_authors("Grace Hopper, Alan Turing and Kurt Gödel")
    ('Grace Hopper', 'Alan Turing', 'Kurt Gödel')
    """
    parts = text.split(";") if ";" in text else _AND.split(text)
    names = parts if ";" in text else [name for part in parts for name in _split_at_commas(part)]
    return tuple(given_first(name) for name in names if name.strip())


def _split_at_commas(text: str) -> list[str]:
    """Split at commas where all pieces are full names: "Hopper, Grace" is one name, inverted."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return names if all(" " in name for name in names) else [text]
