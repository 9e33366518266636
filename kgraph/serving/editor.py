"""The query page: with the editor YASGUI where the build of the package brought it, else with a plain box."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kgraph.serving.showing import POLICY, static_page

if TYPE_CHECKING:
    from starlette.requests import Request

_ASSETS: Final = Path(__file__).parent / "assets"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}
#: The version that pyvis draws with; it is served from there.
_VIS: Final = "lib/vis-9.1.2/vis-network.min.js"
#: The two styles that the editor's table puts into the page, for columns and while one is made wider.
_STYLES: Final = (
    "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=",
    "sha256-c0O6TmFAkgpNbHxKAa1BrveWHHopjEtC47i0PzMudxg=",
)


def query_page() -> Response:
    """Return the page to write queries on."""
    if why_plain():
        return static_page("sparql.html", vary=True)
    page = static_page("editor.html", vary=True)
    hashes = " ".join(f"'{one}'" for one in _STYLES)
    page.headers["Content-Security-Policy"] = POLICY.replace("style-src 'self'", f"style-src 'self' {hashes}")
    return page


def why_plain() -> str:
    """Return why the query page has a plain box, or an empty text where it has the editor."""
    if not all((_ASSETS / name).is_file() for name in ("yasgui.min.js", "yasgui.min.css", "stamp")):
        return "kgraph was installed where npm was not found or did not answer"
    return ""


async def editor_file(request: Request) -> Response:
    """Answer with a file of the editor."""
    path = _files().get(request.path_params["name"])
    if path is None or not path.is_file():
        raise HTTPException(404)
    headers = {"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8", "Cache-Control": "no-cache"}
    return Response(_read(path), headers=headers)


@cache
def _files() -> dict[str, Path]:
    found = {name: _ASSETS / name for name in ("yasgui.min.js", "yasgui.min.css", "LICENCES.txt")}
    # Looked up and not imported: pyvis brings IPython along.
    pyvis = find_spec("pyvis")
    if pyvis and pyvis.origin:
        found["vis-network.min.js"] = Path(pyvis.origin).parent / _VIS
    return found


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()
