"""How wide a text is in a terminal, how it is shown in a message, and how much is told there."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Where a command notes that it was asked to tell more.
VERBOSE: Final = "kgraph.verbose"
#: Characters of a message; more of what somebody gave would hide what is wrong with it.
LONGEST_MESSAGE: Final = 600


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


def one_line(text: str) -> str:
    r"""Return a text as a message shows it: on one line, not endless, without what steers a terminal.

    >>> one_line("no\n  title\x9b2J")
    'no title2J'
    """
    shown = "".join(char for char in " ".join(text.split()) if unicodedata.category(char) not in ("Cc", "Cs"))
    return shown if len(shown) <= LONGEST_MESSAGE else f"{shown[:LONGEST_MESSAGE]} …"
