"""What the README and the pages of docs/ show runs as it stands, and their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from program import load_program

from kgraph.cli import main

ROOT = Path(__file__).parents[1]
#: Pages whose every block marked ``sh`` or ``python`` runs. Others need an extra, a server, a model or labels first;
#: tests/systems/test_databases_page.py and the tests of their rooms run those.
FOLLOWED = (
    "README.md",
    "docs/tutorial.md",
    "docs/howto/researcher.md",
    "docs/howto/librarian.md",
    "docs/howto/data.md",
)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "exports" / "README.md"]
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")


@pytest.fixture(scope="module")
def site() -> ModuleType:
    """The program that makes the site."""
    return load_program(ROOT / "docs" / "make_site.py")


@pytest.fixture(scope="module")
def builds() -> dict[str, Path]:
    """The graphs that pages had built so far, by command: several begin alike."""
    return {}


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed_from_top_to_bottom(
    page: str,
    tmp_path: Path,
    builds: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(_clone(tmp_path))
    blocks = _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    for kind, body in blocks:
        if kind == "python":
            exec(compile(body, page, "exec"), {"__name__": "page"})
            assert capsys.readouterr().out
        else:
            for line in filter(None, body.splitlines()):
                _run(line, builds)


def _clone(folder: Path) -> Path:
    """Return a folder that looks like the repository to the commands of a page."""
    for name in ("docs", "kgraph", "ontology"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def _run(line: str, builds: dict[str, Path]) -> None:
    if line in builds:
        shutil.copytree(builds[line], "library.kg", dirs_exist_ok=True)
    elif line.startswith("kgraph "):
        command, _, target = line.partition(" > ")
        done = CliRunner().invoke(main, shlex.split(command)[1:])
        assert done.exit_code == 0, f"{line}\n{done.output}"
        assert done.output, line
        if target:
            Path(target).write_text(done.stdout, encoding="utf-8")
        if line.startswith("kgraph build ") and "--force" not in line:
            builds[line] = Path("library.kg").absolute()
    elif line.startswith("printf "):
        subprocess.run(["bash", "-ec", line], check=True)
    else:
        assert line.startswith("make "), f"mark as text what cannot run here: {line}"
        assert f"\n{line.split()[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_package_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "kgraph", "--help"], capture_output=True, text=True, check=True)
    assert "kgraph build" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path, site: ModuleType) -> None:
    made = {ROOT / "docs" / "reference" / name for name in site.REFERENCE}
    for link, anchor in _LINK.findall(_without_blocks(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        target = Path(os.path.normpath(page.parent / link)) if link else page
        # The site has the texts of the root as pages beside those of docs/.
        if target.parent == ROOT / "docs" and target.name in site.ROOT_PAGES.values():
            target = ROOT / {made: name for name, made in site.ROOT_PAGES.items()}[target.name]
        assert target in made or target.exists(), link
        if anchor and target.suffix == ".md" and target not in made:
            assert anchor[1:] in _anchors(target), f"{link}{anchor}"


def _without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", _without_blocks(page), re.MULTILINE)
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip()) for heading in headings}


def test_the_reference_has_all_that_is_public(site: ModuleType) -> None:
    import kgraph
    from kgraph.querying import named_queries
    from kgraph.serving.openapi import openapi

    commands, python = site.command_page(), site.python_page()
    assert all(f"## kgraph {name}\n" in commands for name in main.commands)
    methods = [name for name, value in vars(kgraph.Graph).items() if callable(value) and not name.startswith("_")]
    assert all(f"### Graph.{name}\n" in python for name in methods)
    assert all(f"{name}\n" in python for name in kgraph.__all__ if name != "__version__")
    assert all(f"### GET {path}\n" in site.http_page() for path in openapi()["paths"])
    assert all(f"## {name}\n" in site.query_page() for name in named_queries())


def test_the_site_has_every_page_in_its_navigation(site: ModuleType, tmp_path: Path) -> None:
    site.gather(tmp_path / "docs")
    site.write_settings(tmp_path / "zensical.toml", tmp_path / "docs")
    settings = (tmp_path / "zensical.toml").read_text(encoding="utf-8")
    pages = {page.relative_to(tmp_path / "docs").as_posix() for page in (tmp_path / "docs").rglob("*.md")}
    assert set(re.findall(r'"([\w/-]+\.md)"', settings)) == pages
