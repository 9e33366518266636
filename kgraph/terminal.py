"""How wide a text is in a terminal, and how much is told there."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Where a command notes that it was asked to tell more.
VERBOSE: Final = "kgraph.verbose"


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters two, combining marks none.

    >>> display_width("LoRA"), display_width("模型")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
