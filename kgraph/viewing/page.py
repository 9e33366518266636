"""The page of one file: everything inside it, nothing fetched, no text taken for markup."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgraph.errors import OutputError
from kgraph.viewing.asking import Example, ask_blocks, ask_content, why_not_to_ask
from kgraph.viewing.content import page_content, script_safe_json
from kgraph.viewing.drawing import draw
from kgraph.viewing.network import COLOURS, OPTIONS, SHAPES, vis_network_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgraph.exploring.subset import Selection

_EXPLORER = Path(__file__).parent / "explorer"

#: The page's script, in the order in which its parts build on one another.
SCRIPTS = (
    "model",
    "elements",
    "state",
    "filters",
    "search",
    "paths",
    "scene",
    "draw",
    "labels",
    "evidence",
    "panel",
    "home",
    "table",
    "formats",
    "takeaway",
    "engine",
    "examples",
    "answers",
    "ask",
    "legend",
    "main",
)


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
    content["look"] = {"colours": COLOURS, "shapes": SHAPES, "options": OPTIONS}
    content["start"] = {"focus": focus, "depth": depth, "chosen": list(chosen)}
    content["ask"] = ask_content(examples) if asks else None
    library = _inline(vis_network_script())
    script = _inline("(() => {\n'use strict';\n" + "\n".join(_read(f"{name}.js") for name in SCRIPTS) + "\n})();")
    style = _inline(_read("page.css"))
    parts = {
        "policy": _policy(library, script, style, asks=asks),
        "title": html.escape(selection.title),
        "style": style,
        "library": library,
        "data": script_safe_json(content),
        "ask": _data_blocks(ask_blocks(selection)) if asks else "",
        "script": script,
    }
    # One pass over the template: a title that looks like a slot is never taken for one.
    pieces = _read("template.html").split("@@")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


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


def _policy(library: str, script: str, style: str, *, asks: bool) -> str:
    """Return the Content-Security-Policy: nothing is fetched, and only these scripts run."""
    # The engine is WebAssembly in a worker that the page makes of its own text.
    engine = (" 'wasm-unsafe-eval'", "worker-src blob:; ") if asks else ("", "")
    return (
        f"default-src 'none'; script-src {_digest(library)} {_digest(script)}{engine[0]}; {engine[1]}"
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
