"""Building the package with its own build: with npm, without it, and from the source distribution."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from needed import program

pytestmark = pytest.mark.systems

ROOT = Path(__file__).parents[2]
ENGINE = "kgraph/viewing/assets/oxigraph.wasm.deflate"
EDITOR = "kgraph/serving/assets/yasgui.min.js"
#: Made by npm; each folder with the licences of what is in it.
MADE = {
    ENGINE,
    "kgraph/viewing/assets/oxigraph.js",
    "kgraph/viewing/assets/LICENCES.txt",
    EDITOR,
    "kgraph/serving/assets/yasgui.min.css",
    "kgraph/serving/assets/LICENCES.txt",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the build reads, as a checkout has it: without what a build made before."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("kgraph", "ontology", "web"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("assets", "__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def files_of_wheel(source: Path, place: Path, path: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, source],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_without_npm_the_package_is_built_without_engine_and_editor(source: Path, tmp_path: Path) -> None:
    # Only this Python is on the path.
    files = files_of_wheel(source, tmp_path, str(Path(sys.executable).parent))
    assert "kgraph/viewing/page.py" in files
    assert "kgraph/viewing/explorer/worker.js" in files
    assert not MADE & files


def test_with_npm_the_wheel_carries_engine_editor_and_their_licences(source: Path, tmp_path: Path) -> None:
    program("npm")
    files = files_of_wheel(source, tmp_path, os.environ["PATH"])
    assert files >= MADE
    assert not any("node_modules" in name for name in files)


def test_the_source_distribution_carries_them_to_where_no_npm_is(source: Path, tmp_path: Path) -> None:
    program("npm")
    tools = tmp_path / "tools"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tools), "hatchling"], check=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path / "sdist")]
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(next((tmp_path / "sdist").glob("*.tar.gz")), tmp_path / "unpacked", filter="data")
    unpacked = next((tmp_path / "unpacked").iterdir())
    assert files_of_wheel(unpacked, tmp_path, str(Path(sys.executable).parent)) >= MADE
