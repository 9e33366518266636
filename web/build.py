"""Fetches from npm what pages need to ask in SPARQL: ``python web/build.py``.

Into ``kgraph/viewing/assets`` goes Oxigraph's WebAssembly build, for the tab of the explorer's page; into
``kgraph/serving/assets`` the editor YASGUI, for the query page of the server. The build of the package runs this.
Without Node or npm, or where the registry does not answer, nothing is written and nothing fails: the explorer's page
then lacks the tab, and the server offers a plain query box.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path

WEB = Path(__file__).parent
PACKAGE = WEB.parent / "kgraph"
#: Ignored by git; wheel and sdist carry them.
FOLDERS = ("viewing/assets", "serving/assets")
#: How long npm may take, in seconds.
PATIENCE = 120
MISSED = "The explorer's page will lack the SPARQL tab and the server its query editor"

ENGINE_LICENCES = """\
oxigraph.js and oxigraph.wasm.deflate are the JavaScript bindings of Oxigraph (npm package "oxigraph"), Copyright
Oxigraph developers, under the MIT licence or the Apache License 2.0, at your choice; kgraph passes them on under
the Apache License 2.0, whose text is in kgraph's own LICENSE file. The first is changed from a module (web.js) to a
plain script, the second (web_bg.wasm) compressed.
"""
EDITOR_LICENCES = """\
yasgui.min.js and yasgui.min.css are the build of YASGUI in the npm package "@zazuko/yasgui"; only the last line of
each, which names a source map, is left out. They hold code of the packages below. Of two licences at choice
(DOMPurify) kgraph passes the code on under the Apache License 2.0. The icons are Font Awesome Free's, under CC BY 4.0.
"""
#: For packages that name the MIT licence and bring no text of it.
MIT = """\
Copyright (c) {author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def build_assets(package: Path = PACKAGE) -> str:
    """Write what is not there already into the folders of ``package``; return what went wrong, or an empty text."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()
    if all(_read(package / folder / "stamp") == stamp for folder in FOLDERS):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm was not found"
    with tempfile.TemporaryDirectory() as place:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(WEB / name, place)
        problem = _install(npm, Path(place))
        return problem or _pack(Path(place, "node_modules"), package, stamp)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _install(npm: str, place: Path) -> str:
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm did not run ({error})"
    if done.returncode == 0:
        return ""
    said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return f"npm failed ({said[0] if said else done.returncode})"


def _pack(modules: Path, package: Path, stamp: str) -> str:
    try:
        files = {"viewing/assets": _engine(modules / "oxigraph"), "serving/assets": _editor(modules)}
        for folder, contents in files.items():
            # The stamp comes last: without it what is there does not count.
            _write(package / folder, {**contents, "stamp": stamp.encode()})
    except OSError as error:
        return f"the files could not be written ({error})"
    except ValueError as error:
        return str(error)
    return ""


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(folder / name)


def _engine(package: Path) -> dict[str, bytes]:
    plain = as_plain_script((package / "web.js").read_text(encoding="utf-8"))
    if re.search(r"^(import|export)\b|import\.meta", plain, re.MULTILINE):
        raise ValueError("this version of the engine's script is not known")
    return {
        "oxigraph.js": plain.encode(),
        "oxigraph.wasm.deflate": zlib.compress((package / "web_bg.wasm").read_bytes(), 9),
        "LICENCES.txt": ENGINE_LICENCES.encode(),
    }


def _editor(modules: Path) -> dict[str, bytes]:
    build = modules / "@zazuko" / "yasgui" / "build"
    contents = {
        name: re.sub(rb"\n?(//|/\*)# sourceMappingURL=.*\s*$", b"\n", (build / name).read_bytes())
        for name in ("yasgui.min.js", "yasgui.min.css")
    }
    packages = sorted(path.parent for pattern in ("*", "@*/*") for path in modules.glob(f"{pattern}/package.json"))
    texts = [licence_of(package) for package in packages if package.name != "oxigraph"]
    return {**contents, "LICENCES.txt": "\n\n".join([EDITOR_LICENCES, *texts]).encode()}


def licence_of(package: Path) -> str:
    """Return name, version and licence of an installed package, and the licence's text."""
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    author = told.get("author") or "its authors"
    texts = [
        path.read_text(encoding="utf-8").strip()
        for path in sorted(package.iterdir())
        if path.is_file() and re.match(r"licen[cs]e|copying|notice", path.name, re.IGNORECASE)
    ]
    if not texts and told.get("license") == "MIT":
        texts = [MIT.format(author=author if isinstance(author, str) else author["name"]).strip()]
    heading = f"{told['name']} {told['version']} ({told.get('license', 'licence below')})"
    return "\n\n".join([f"{heading}\n{'-' * len(heading)}", *texts])


def as_plain_script(module: str) -> str:
    """Return a module's text as a script: a page opened from a file may start no worker from a module.

    >>> as_plain_script("export class Store {}\\nexport { a, b as default };\\n")
    'class Store {}\\n\\n'
    """
    plain = re.sub(r"^export (?=(?:async )?function |class )", "", module, flags=re.MULTILINE)
    plain = re.sub(r"^export \{[^}]*\};$", "", plain, flags=re.MULTILINE)
    return plain.replace("import.meta.url", "''")


if __name__ == "__main__":
    wrong = build_assets()
    sys.stderr.write(f"{MISSED}: {wrong}.\n" if wrong else f"{' and '.join(FOLDERS)} are up to date.\n")
