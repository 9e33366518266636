"""Gathers the pages of the documentation, makes the reference from the code, and builds the site: ``make docs``.

The pages go into ``build/docs``: those of ``docs/``, the texts at the root of the repository, and the reference, which
exists nowhere else so that it cannot be out of date. Zensical builds ``build/site`` of them and stops at a link or an
anchor inside that leads nowhere.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

import kgraph
from kgraph.cli import main
from kgraph.errors import KgraphError
from kgraph.querying import named_queries
from kgraph.serving.openapi import openapi

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: Texts at the root of the repository that are pages of the site too.
ROOT_PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changes.md",
}
#: Folders of the repository that pages link to, and the page that stands for each.
FOLDERS = {"ontology/queries": "reference/queries.md", "exports": "exports.md", "benchmarks": "performance.md"}
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)]*)?\))")


def gather(target: Path) -> None:
    """Write all pages into a folder, which is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(DOCS, target, ignore=shutil.ignore_patterns("*.py", "__pycache__", "zensical.toml"))
    pages = {path: path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    pages |= {ROOT / name: page for name, page in ROOT_PAGES.items()}
    for source, page in pages.items():
        (target / page).write_text(_relinked(source, page), encoding="utf-8")
    (target / "reference").mkdir(exist_ok=True)
    for name, make in REFERENCE.items():
        (target / "reference" / name).write_text(make(), encoding="utf-8")


def write_settings(target: Path, pages: Path) -> None:
    """Write the settings of the builder; pages that the navigation does not name stand at its end."""
    settings = (DOCS / "zensical.toml").read_text(encoding="utf-8")
    names = sorted(page.relative_to(pages).as_posix() for page in pages.rglob("*.md"))
    more = [name for name in names if f'"{name}"' not in settings]
    if more:
        settings = settings.replace("\n]\n", f'\n  {{ "More" = {json.dumps(more)} }},\n]\n', 1)
    target.write_text(settings, encoding="utf-8")


def _relinked(source: Path, page: str) -> str:
    """Return a page whose links lead to the pages of the site instead of the files of the repository."""
    up = "../" * page.count("/")

    def replaced(match: re.Match[str]) -> str:
        before, link, after = match.groups()
        if "://" in link:
            return match[0]
        place = (source.parent / link).resolve()
        inside = place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else link
        known = ROOT_PAGES | FOLDERS
        return f"{before}{up}{known.get(inside, inside.removeprefix('docs/'))}{after}"

    return _LINK.sub(replaced, source.read_text(encoding="utf-8"))


def command_page() -> str:
    """Return the help of every command, as the command itself prints it."""
    parts = [
        "# Commands\n\nThe help of each command as it prints it (`kgraph COMMAND --help`). "
        "[The command line](../command-line.md)\ntells of scripts, exit codes and completion.\n",
        _help(main, "kgraph"),
    ]
    parts += [f"## kgraph {name}\n\n{_help(command, f'kgraph {name}')}" for name, command in main.commands.items()]
    return "\n".join(parts)


def _help(command: click.Command, words: str) -> str:
    context = click.Context(command, info_name=words, max_content_width=100, terminal_width=100)
    return f"```text\n{command.get_help(context).rstrip()}\n```\n"


def python_page() -> str:
    """Return the public names of the package with their signatures and docstrings."""
    functions = [name for name in kgraph.__all__ if inspect.isfunction(getattr(kgraph, name))]
    classes = [name for name in kgraph.__all__ if inspect.isclass(getattr(kgraph, name))]
    parts = ["# Python\n\nEverything public is in the package `kgraph` itself.\n", "## Functions\n"]
    parts += [_described(f"### {name}", f"kgraph.{name}", getattr(kgraph, name)) for name in functions]
    for name in (classes := sorted(classes, key=lambda name: name != "Graph")):
        kind = getattr(kgraph, name)
        parts.append(f"## {name}\n\n{_prose(inspect.getdoc(kind))}\n")
        parts += [_described(f"### {name}.{member}", member, value) for member, value in _members(kind)]
    parts.append("## Exceptions\n")
    parts.append("All are `kgraph.KgraphError`; the command line prints the message and ends with the exit code.\n")
    parts.append("| exception | exit code | means |\n|---|---|---|")
    parts += [
        f"| `kgraph.errors.{error.__name__}` | {error.exit_code} | {' '.join(_prose(inspect.getdoc(error)).split())} |"
        for error in _errors()
    ]
    return "\n".join(parts) + "\n"


def _errors(base: type[KgraphError] = KgraphError) -> Iterator[type[KgraphError]]:
    yield base
    for error in base.__subclasses__():
        if error.__module__ == "kgraph.errors":
            yield from _errors(error)


def _members(kind: type) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, value in vars(kind).items()
        if not name.startswith("_") and inspect.getdoc(value) and (callable(value) or hasattr(value, "__get__"))
        and not inspect.ismemberdescriptor(value)
    ]  # fmt: skip


def _described(heading: str, name: str, value: Any) -> str:
    value = getattr(value, "__func__", value)
    signature = ""
    if inspect.isfunction(value):
        told = str(inspect.signature(value)).replace("kgraph.exploring.", "")
        signature = f"```text\n{name}{_broken(told)}\n```\n\n"
    return f"{heading}\n\n{signature}{_prose(inspect.getdoc(value))}\n"


def _broken(signature: str) -> str:
    """Return a long signature a parameter a line."""
    signature = re.sub(r"((?:: |-> ))'([^']*)'", r"\1\2", signature)
    if len(signature) < 80:
        return signature
    inner, _, returns = signature[1:].rpartition(") -> ")
    parameters = re.split(r", (?![^\[]*\])", inner)
    return "(\n    " + ",\n    ".join(parameters) + f",\n) -> {returns}"


def _prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: roles of reStructuredText as code, doctests as code blocks."""
    text = re.sub(r":\w+:`([^`]+)`", r"`\1`", docstring or "").replace("``", "`")
    text = re.sub(r"docs/([\w-]+)\.md", _page_link, text)
    return re.sub(r"((?:^>>> .*\n?(?:^(?!>>>).+\n?)*)+)", r"```python\n\1```\n", text, flags=re.MULTILINE)


def _page_link(match: re.Match[str]) -> str:
    return f"[{match[1]}](../{match[1]}.md)" if (DOCS / f"{match[1]}.md").exists() else match[0]


def http_page() -> str:
    """Return the paths of the JSON API, from the description that the server gives of itself."""
    told = openapi()
    parts = [
        f"# HTTP\n\n{told['info']['description']}\n",
        "The machine-readable form is at `/api/openapi.json` of every server (OpenAPI 3.1). What else a server answers "
        "is\nin [Serving a graph](../serving.md).\n",
        "## JSON API\n",
    ]
    parts += [_operation(path, operation) for path, methods in told["paths"].items() for operation in methods.values()]
    parts.append("## Objects\n")
    for name, schema in told["components"]["schemas"].items():
        parts.append(f"### {name}\n\n```json\n{json.dumps(schema, indent=1, ensure_ascii=False)}\n```\n")
    return "\n".join(parts)


def _operation(path: str, operation: dict[str, Any]) -> str:
    schema = operation["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    lines = [f"### GET {path}\n", f"{operation['summary']}.\n"]
    if parameters := operation["parameters"]:
        lines.append("| parameter | in | needed | is |\n|---|---|---|---|")
        lines += [
            f"| `{one['name']}` | {one['in']} | {'yes' if one.get('required') else ''} | {one.get('description', '')} |"
            for one in parameters
        ]
        lines.append("")
    answers = f"[{name}](#{name.lower()})" if name else "an object"
    problems = [status for status in operation["responses"] if status >= "400"]
    lines.append(f"Answers {answers}{'; problems: ' + ', '.join(problems) if problems else ''}.\n")
    return "\n".join(lines)


def query_page() -> str:
    """Return the named queries with their parameters and text."""
    parts = [
        "# Named queries\n\nQuestions that ship with kgraph: `kgraph query GRAPH --name NAME --param KEY=VALUE`, "
        "`graph.query(name=…, params={…})`,\nthe server's query page, and the page's SPARQL tab. "
        "The files are in `ontology/queries` and run on any SPARQL 1.1 store:\ngive a parameter there by writing its "
        "value in place of `UNDEF`, or leave it open.\n"
    ]
    for query in named_queries().values():
        rows = [f"- `{one.name}` ({one.type}): {one.about}" for one in query.parameters]
        told = "\n".join(rows) + "\n\n" if rows else ""
        parts.append(
            f"## {query.name}\n\n**{query.title}.** {query.comment}\n\n{told}```sparql\n{query.text.strip()}\n```\n"
        )
    return "\n".join(parts)


REFERENCE: dict[str, Callable[[], str]] = {
    "commands.md": command_page,
    "python.md": python_page,
    "http.md": http_page,
    "queries.md": query_page,
}


def build_site() -> int:
    """Gather the pages and build the site; return the exit code of the builder."""
    build = ROOT / "build"
    gather(build / "docs")
    write_settings(build / "zensical.toml", build / "docs")
    zensical = Path(sys.executable).with_name("zensical")
    return subprocess.run([str(zensical), "build", "--clean", "--strict"], cwd=build, check=False).returncode


if __name__ == "__main__":
    sys.exit(build_site())
