"""Which characters of a text belong to a name already: names do not overlap."""

from __future__ import annotations

from kgraph.records import FIELDS, Field, Paper


class Claims:
    """The characters of one text that are taken.

    >>> claims = Claims("knowledge graph")
    >>> claims.claim(0, 9), claims.claim(4, 15), claims.claim(10, 15)
    (True, False, True)
    """

    def __init__(self, text: str) -> None:
        self._taken = bytearray(len(text))

    def take(self, start: int, end: int) -> None:
        """Take a span, whatever of it is taken."""
        self._taken[start:end] = b"\1" * (end - start)

    def claim(self, start: int, end: int) -> bool:
        """Take a span unless some of it is taken; return whether it was free."""
        if any(self._taken[start:end]):
            return False
        self.take(start, end)
        return True


def paper_claims(paper: Paper) -> dict[Field, Claims]:
    """Return the claims to each field of a paper: nothing is taken yet."""
    return {field: Claims(paper.text(field)) for field in FIELDS}
