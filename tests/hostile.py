"""Texts that break careless formats, and small graphs full of them."""

from __future__ import annotations

from collections.abc import Sequence

from marking import make_tables, mark

from kgraph.records import Paper
from kgraph.storing.tables import MemoryTables

HOSTILE_TEXTS = (
    "a \"quoted\" and 'quoted' text; with, all |separators| {of} [them]",
    "two\nlines\tand a tab\n\n",
    "  spaces around  ",
    "back\\slash \\n \\u0041 \\url{x} \\",
    "<b>&amp; ]]> <!-- -->",
    "emoji 👩‍👩‍👧 and 𝔐𝔞𝔱𝔥",
    "עברית and العربية \u202eturned\u202c",
    "e\u0301 combining, zero\u200bwidth, \u2028line\u2029paragraph",
    "=1+1 $x $(y) `z` %s {0}",
    "null",
    "[]",
    "\x7f \x85 \x9f \ufeff",
)


def hostile_tables(texts: Sequence[str]) -> MemoryTables:
    """Return the graph of a paper for each text, which stands in its title, abstract and authors."""
    papers = [
        Paper(
            f"paper/t-{number:012x}",
            f"{text} Zed",
            f"{text} Zed and Yam. {text}",
            authors=(text, "Ada; Zhu"),
            url=f"https://example.org/{text}",
        )
        for number, text in enumerate(texts)
    ]
    other = Paper("paper/t-ffffffffffff", "Zed and Yam", "Zed, Yam.")
    names = [("Zed", "method", "uses"), ("Yam", "dataset", "evaluates_on")]
    return make_tables([(paper, mark(paper, names)) for paper in [*papers, other]])  # type: ignore[arg-type]
