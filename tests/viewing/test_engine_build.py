"""Fetching the pages' SPARQL engine and editor when the package is built: web/build.py, with an npm that is made up."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

import pytest
from program import load_program

ROOT = Path(__file__).parents[2]

#: What stands for npm: it writes the package as far as the build reads it.
NPM = """#!/bin/sh
mkdir -p node_modules/oxigraph
printf '%s' "export class Store {}\nexport { a as default };\n" > node_modules/oxigraph/web.js
printf wasm > node_modules/oxigraph/web_bg.wasm
for name in oxigraph @zazuko/yasgui left-pad; do
  mkdir -p node_modules/$name
  printf '{"name": "%s", "version": "1.0.0", "license": "MIT", "author": "Ada"}' $name > node_modules/$name/package.json
done
mkdir -p node_modules/@zazuko/yasgui/build
printf '%s' "var Yasgui;
//# sourceMappingURL=yasgui.min.js.map" > node_modules/@zazuko/yasgui/build/yasgui.min.js
printf '%s' ".yasgui{}
/*# sourceMappingURL=x.map */" > node_modules/@zazuko/yasgui/build/yasgui.min.css
printf 'Copyright Grace' > node_modules/left-pad/LICENSE
"""


@pytest.fixture
def build() -> ModuleType:
    return load_program(ROOT / "web" / "build.py")


def pretend_npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "npm").write_text(script)
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")


def test_without_npm_nothing_is_written_and_nothing_fails(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "npm was not found" in build.build_assets(tmp_path / "kgraph")
    assert not (tmp_path / "kgraph").exists()


def test_an_npm_that_fails_is_told(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_npm(tmp_path / "bin", "#!/bin/sh\necho 'npm error no registry' >&2; exit 1\n", monkeypatch)
    assert "npm error no registry" in build.build_assets(tmp_path / "kgraph")
    assert not (tmp_path / "kgraph").exists()


def test_what_is_there_is_not_fetched_again(build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_npm(tmp_path / "bin", NPM, monkeypatch)
    assert build.build_assets(tmp_path / "kgraph") == ""
    written = {path.relative_to(tmp_path / "kgraph").as_posix() for path in tmp_path.glob("kgraph/*/assets/*")}
    engine, editor = ("oxigraph.js", "oxigraph.wasm.deflate"), ("yasgui.min.js", "yasgui.min.css")
    assert written == {
        *(f"viewing/assets/{name}" for name in (*engine, "LICENCES.txt", "stamp")),
        *(f"serving/assets/{name}" for name in (*editor, "LICENCES.txt", "stamp")),
    }
    assert (tmp_path / "kgraph" / "serving" / "assets" / "yasgui.min.js").read_text() == "var Yasgui;\n"
    licences = (tmp_path / "kgraph" / "serving" / "assets" / "LICENCES.txt").read_text()
    assert "Copyright Grace" in licences
    assert "Copyright (c) Ada" in licences
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.build_assets(tmp_path / "kgraph") == ""


def test_a_script_of_another_kind_is_refused(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_npm(tmp_path / "bin", NPM.replace("export class", "export default class"), monkeypatch)
    assert "not known" in build.build_assets(tmp_path / "kgraph")
    assert not list(tmp_path.glob("kgraph/*/assets/stamp"))


def test_the_lock_names_no_address() -> None:
    assert "resolved" not in (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
