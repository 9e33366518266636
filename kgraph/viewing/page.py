"""The page of one file: everything inside it, nothing fetched, no text taken for markup."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.errors import OutputError
from kgraph.viewing.content import page_content, script_safe_json
from kgraph.viewing.drawing import draw
from kgraph.viewing.network import COLOURS, OPTIONS, SHAPES, vis_network_script

if TYPE_CHECKING:
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
    "legend",
    "main",
)


def render_page(selection: Selection) -> str:
    """Return the page of a selection as one HTML document."""
    content = page_content(selection, draw(selection))
    content["look"] = {"colours": COLOURS, "shapes": SHAPES, "options": OPTIONS}
    library = _inline(vis_network_script())
    script = _inline("(() => {\n'use strict';\n" + "\n".join(_read(f"{name}.js") for name in SCRIPTS) + "\n})();")
    style = _inline(_read("page.css"))
    policy = (
        f"default-src 'none'; script-src {_digest(library)} {_digest(script)}; style-src {_digest(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(selection.title),
        "style": style,
        "library": library,
        "data": script_safe_json(content),
        "script": script,
    }
    # One pass over the template: a title that looks like a slot is never taken for one.
    pieces = _read("template.html").split("@@")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def write_page(selection: Selection, path: Path) -> None:
    """Write the page of a selection. Raises :class:`OutputError` where ``path`` cannot be written."""
    text = render_page(selection)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another place with -o") from None


def _read(name: str) -> str:
    return (_EXPLORER / name).read_text(encoding="utf-8")


def _inline(text: str) -> str:
    """Return a script or style as the browser's parser will see it, on which the policy's digest is made."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
