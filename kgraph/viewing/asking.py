"""What the page's SPARQL tab takes along: Oxigraph's WebAssembly build, the facts, and queries to begin with."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgraph.rdf.terms import PREFIXES
from kgraph.rdf.triples import ntriples

if TYPE_CHECKING:
    from kgraph.exploring.subset import Selection

#: A query as the fields of :class:`kgraph.querying.NamedQuery`.
Example = Mapping[str, Any]

_ASSETS = Path(__file__).parent / "assets"
_SCRIPT, _ENGINE = "oxigraph.js", "oxigraph.wasm.deflate"
_WORKER = Path(__file__).parent / "explorer" / "worker.js"

#: The tab is for graphs of up to so many papers: a browser then loads some 250,000 statements.
MOST_PAPERS_TO_ASK: Final = 1000

# The facts in the page are without the sentences: a query for them would answer nothing.
_NEEDS_SENTENCES = re.compile(r"\bkg:(evidence|quote|sentence|TitleSentence|AbstractSentence|Mention)\b|\boa:")


def why_not_to_ask(selection: Selection) -> str:
    """Return why the page of a selection has no SPARQL tab, or an empty text where it has one."""
    if not all((_ASSETS / name).is_file() for name in (_SCRIPT, _ENGINE, "stamp")):
        return "kgraph was installed without npm"
    if selection.papers.num_rows > MOST_PAPERS_TO_ASK:
        return f"it is for graphs of up to {MOST_PAPERS_TO_ASK:,} papers"
    return ""


def ask_content(examples: Iterable[Example], *, with_sentences: bool = False) -> dict[str, Any]:
    """Return what the tab shows: the prefixes that need no declaration, and the queries that can be answered.

    A page has the facts without sentences, a server all.
    """
    return {
        "prefixes": PREFIXES,
        "examples": [
            {**example, "text": _bare(example["text"])}
            for example in examples
            if with_sentences or not _NEEDS_SENTENCES.search(example["text"])
        ],
    }


def ask_blocks(selection: Selection) -> dict[str, str]:
    """Return the engine's script, the engine and the facts, compressed and in base 64, by their ids in the page."""
    script = (_ASSETS / _SCRIPT).read_bytes() + b"\n" + _WORKER.read_bytes()
    return {
        "ask-script": _in_base64(zlib.compress(script, 9)),
        "ask-engine": _in_base64((_ASSETS / _ENGINE).read_bytes()),
        "ask-facts": _in_base64(zlib.compress(_facts(selection), 9)),
    }


def _facts(selection: Selection) -> bytes:
    """Return the selection as N-Triples without mentions and sentences, which would double them."""
    without = replace(selection, mentions=selection.mentions.slice(0, 0))
    return b"".join(ntriples(without.tables(), selection.base_iri))


def _bare(text: str) -> str:
    """Return a query without the lines that describe it, and without the prefixes that the tab knows already."""
    lines = (line for line in text.splitlines(keepends=True) if not line.startswith(("# ", "PREFIX ")))
    return "".join(lines).strip() + "\n"


def _in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
