from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


def _blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [body for kind, body in _BLOCK.findall(text) if kind == language]


def _commands() -> list[list[str]]:
    lines = [line for body in _blocks("sh") for line in body.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("kgraph ")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the repository to the commands of the README."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "kgraph").mkdir()
    (folder / "kgraph" / "data").symlink_to(ROOT / "kgraph" / "data")
    return folder


def test_every_command_of_the_readme_runs_as_it_stands(place: Path) -> None:
    commands = _commands()
    assert len(commands) >= 6
    for command in commands:
        done = subprocess.run([sys.executable, "-m", *command], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout or "-o" in command, command


def test_the_python_of_the_readme_runs_as_it_stands(place: Path) -> None:
    for code in _blocks("python"):
        done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_the_make_targets_of_the_readme_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in "\n".join(_blocks("sh")).splitlines():
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile


def test_every_link_of_the_documents_leads_to_a_file() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
