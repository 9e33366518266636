"""Fetches Oxigraph's WebAssembly build for the page's SPARQL tab: ``python web/build.py``.

The build of the package runs this. Without Node or npm, or where the registry does not answer, nothing is
written and nothing fails: the page then lacks the tab.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

WEB = Path(__file__).parent
#: Ignored by git; wheel and sdist carry it.
ASSETS = WEB.parent / "kgraph" / "viewing" / "assets"
#: How long npm may take, in seconds.
PATIENCE = 120

LICENCES = """\
oxigraph.js and oxigraph.wasm.deflate are the JavaScript bindings of Oxigraph (npm package "oxigraph"), Copyright
Oxigraph developers, under the MIT licence or the Apache License 2.0, at your choice; kgraph passes them on under
the Apache License 2.0, whose text is in kgraph's own LICENSE file. The first is changed from a module (web.js) to a
plain script, the second (web_bg.wasm) compressed.
"""


def build_assets(assets: Path = ASSETS) -> str:
    """Write the engine into ``assets`` where it is not there already; return what went wrong, or an empty text."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()
    if (assets / "stamp").is_file() and (assets / "stamp").read_text(encoding="utf-8") == stamp:
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm was not found"
    with tempfile.TemporaryDirectory() as place:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(WEB / name, place)
        problem = _install(npm, Path(place))
        return problem or _pack(Path(place, "node_modules", "oxigraph"), assets, stamp)


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


def _pack(package: Path, assets: Path, stamp: str) -> str:
    try:
        script, engine = (package / "web.js").read_text(encoding="utf-8"), (package / "web_bg.wasm").read_bytes()
        plain = as_plain_script(script)
        if re.search(r"^(import|export)\b|import\.meta", plain, re.MULTILINE):
            return "this version of the engine's script is not known"
        assets.mkdir(parents=True, exist_ok=True)
        # The stamp comes last: without it what is there does not count.
        for name, content in (
            ("oxigraph.js", plain.encode()),
            ("oxigraph.wasm.deflate", zlib.compress(engine, 9)),
            ("LICENCES.txt", LICENCES.encode()),
            ("stamp", stamp.encode()),
        ):
            draft = assets / f".{name}.{os.getpid()}"
            draft.write_bytes(content)
            draft.replace(assets / name)
    except OSError as error:
        return f"the engine could not be written ({error})"
    return ""


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
    sys.stderr.write(f"The page will lack the SPARQL tab: {wrong}.\n" if wrong else f"{ASSETS} is up to date.\n")
