"""The page: of one file with everything inside it, or served and asking its server; no text is taken for markup."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgraph.errors import OutputError
from kgraph.records import ENTITY_TYPES, ROLES
from kgraph.viewing.asking import Example, ask_blocks, ask_content, why_not_to_ask
from kgraph.viewing.content import page_content, script_safe_json
from kgraph.viewing.drawing import draw
from kgraph.viewing.looking import overview
from kgraph.viewing.network import COLOURS, OPTIONS, SHAPES, vis_network_script
from kgraph.viewing.pieces import MENTION_COLUMNS
from kgraph.viewing.sifting import Sieve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgraph.exploring.subset import Selection
    from kgraph.viewing.atlas import Atlas

_EXPLORER = Path(__file__).parent / "explorer"

#: The page's script, in the order in which its parts build on one another; ``@`` marks what differs between faces.
SCRIPTS: Final = (
    "model",
    "elements",
    "waiting",
    "@source",
    "state",
    "filters",
    "search",
    "scene",
    "draw",
    "labels",
    "evidence",
    "panel",
    "home",
    "table",
    "formats",
    "takeaway",
    "@engine",
    "examples",
    "answers",
    "ask",
    "legend",
    "main",
)
#: The parts of a page of one file, and of a page that asks a server, in the places of those marked.
_INLINED: Final = {"@source": ("paths", "inlined"), "@engine": ("engine",)}
_SERVED: Final = {"@source": ("served",), "@engine": ("endpoint",)}

#: A page of one file holds its whole graph: past so many papers browsers grow slow to open it.
MOST_PAPERS: Final = 5000


def render_page(
    selection: Selection,
    *,
    focus: str = "",
    depth: int = 1,
    chosen: Sequence[str] = (),
    examples: Sequence[Example] = (),
    with_sparql: bool = True,
) -> str:
    """Return the page of a selection as one HTML document.

    It opens on the map, on what stands within ``depth`` steps of the node ``focus``, or on the ``chosen`` nodes
    (ids). The SPARQL tab
    offers ``examples``; it is there unless :func:`why_not_to_ask` says why not, or ``with_sparql`` is false.
    Raises :class:`OutputError` for more than ``MOST_PAPERS`` papers.
    """
    papers = selection.papers.num_rows
    if papers > MOST_PAPERS:
        raise OutputError(
            f"{papers:,} papers are too many for a page of one file (at most {MOST_PAPERS:,}): 'kgraph serve' shows "
            "graphs of any size, and --focus, --paper or --type take a part"
        )
    asks = with_sparql and not why_not_to_ask(selection)
    content = page_content(selection, draw(selection))
    content["start"] = {"focus": focus, "depth": depth, "chosen": list(chosen)}
    content["ask"] = ask_content(examples) if asks else None
    # The engine is WebAssembly in a worker that the page makes of its own text.
    engine = (" 'wasm-unsafe-eval'", "worker-src blob:; ") if asks else ("", "")
    return _assemble(content, _INLINED, _data_blocks(ask_blocks(selection)) if asks else "", engine)


def render_served_page(
    atlas: Atlas, *, title: str, base_iri: str, build: str, statements: int = 0, examples: Sequence[Example] = ()
) -> str:
    """Return the page of a graph of any size, which asks the server that it comes from for what it shows.

    It holds the map. ``build`` stands in each of its requests; ``statements`` tells how many the endpoint has.
    """
    content = {
        "title": title,
        "base": base_iri,
        "types": list(ENTITY_TYPES),
        "roles": list(ROLES),
        "leastPapers": atlas.facts["leastPapers"],
        "facts": {name: told for name, told in atlas.facts.items() if name not in ("map", "communities")},
        "communities": atlas.facts["communities"],
        "overview": overview(atlas, Sieve()),
        "served": {"build": build, "statements": statements},
        "entities": {name: [] for name in ("id", "name", "type", "papers", "mentions")},
        "papers": {
            name: [] for name in ("id", "title", "date", "url", "abstract", "authors", "identifiers", "summary")
        },
        "mentions": {name: [] for name in MENTION_COLUMNS},
        "start": {"focus": "", "depth": 1, "chosen": []},
        "ask": ask_content(examples, with_sentences=True),
    }
    return _assemble(content, _SERVED, "", ("", "connect-src 'self'; "))


def _assemble(
    content: dict[str, Any], parts: Mapping[str, tuple[str, ...]], blocks: str, allowed: tuple[str, str]
) -> str:
    """Return a page: ``allowed`` is what its policy allows to scripts, and besides."""
    content["look"] = {"colours": COLOURS, "shapes": SHAPES, "options": OPTIONS}
    names = [one for name in SCRIPTS for one in parts.get(name, (name,))]
    library = _inline(vis_network_script())
    script = _inline("(() => {\n'use strict';\n" + "\n".join(_read(f"{name}.js") for name in names) + "\n})();")
    style = _inline(_read("page.css"))
    slots = {
        "policy": _policy(library, script, style, allowed),
        "title": html.escape(content["title"]),
        "style": style,
        "library": library,
        "data": script_safe_json(content),
        "ask": blocks,
        "script": script,
    }
    # One pass over the template: a title that looks like a slot is never taken for one.
    pieces = _read("template.html").split("@@")
    return "".join(slots[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def write_page(
    selection: Selection,
    path: Path,
    *,
    focus: str = "",
    depth: int = 1,
    chosen: Sequence[str] = (),
    examples: Sequence[Example] = (),
) -> str:
    """Write the page of a selection as :func:`render_page` makes it; return why it has no SPARQL tab, if so.

    Raises :class:`OutputError` where ``path`` cannot be written, and as :func:`render_page`.
    """
    text = render_page(selection, focus=focus, depth=depth, chosen=chosen, examples=examples)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place with -o") from None
    return why_not_to_ask(selection)


def _policy(library: str, script: str, style: str, allowed: tuple[str, str]) -> str:
    """Return the Content-Security-Policy: only these scripts run, and nothing is fetched from elsewhere."""
    return (
        f"default-src 'none'; script-src {_digest(library)} {_digest(script)}{allowed[0]}; {allowed[1]}"
        f"style-src {_digest(style)}; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _data_blocks(blocks: Mapping[str, str]) -> str:
    return "\n".join(f'<script type="text/plain" id="{name}">{text}</script>' for name, text in blocks.items())


def _read(name: str) -> str:
    return (_EXPLORER / name).read_text(encoding="utf-8")


def _inline(text: str) -> str:
    """Return a script or style as the browser's parser will see it, on which the policy's digest is made."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
