"""How the command line shows things: progress on stderr, results as text or JSON."""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import click

from kgraph.errors import InputError, UsageError
from kgraph.terminal import VERBOSE, display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from kgraph.exploring.differing import Difference
    from kgraph.exploring.neighbours import Evidence, NodeView, RelatedPaper
    from kgraph.exploring.nodes import Node
    from kgraph.exploring.paths import Step
    from kgraph.exploring.searching import Hit
    from kgraph.extraction import Extractor
    from kgraph.querying import NamedQuery
    from kgraph.rdf.validation import Violation
    from kgraph.reading import Problem

_SHOWN_PAPERS = 10


class ProgressBars:
    """A bar on stderr for each stage of long work; a plain line a stage where stderr is no terminal.

    With ``--verbose`` it is a line a stage that is done, with how many it was and how many seconds it took.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        context = click.get_current_context(silent=True)
        self._quiet = quiet
        self._verbose = bool(context and context.meta.get(VERBOSE))
        self._stage = ""
        self._done = 0
        self._began = 0.0
        self._bar: Any = None

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that ``done`` of ``total`` (0: unknown) of a stage are done."""
        if self._quiet:
            return
        if stage != self._stage:
            self._finish()
            self._begin(stage, total)
        self._done = done
        if self._bar:
            self._bar.update(done - self._bar.pos)
        elif sys.stderr.isatty() and not self._verbose:
            click.echo(f"\r{stage:>16}  {done or ''}", nl=False, err=True)

    def _begin(self, stage: str, total: int) -> None:
        self._stage, self._began = stage, time.monotonic()
        if self._verbose:
            return
        if total:
            self._bar = click.progressbar(length=total, label=f"{stage:>16}", file=sys.stderr)
            self._bar.__enter__()
        elif not sys.stderr.isatty():
            click.echo(f"{stage:>16}", err=True)

    def _finish(self) -> None:
        if self._bar:
            self._bar.__exit__(None, None, None)
        elif self._stage and self._verbose:
            click.echo(f"{self._stage:>16} {self._done or '':>9} {time.monotonic() - self._began:8.1f} s", err=True)
        elif self._stage and sys.stderr.isatty():
            click.echo(err=True)
        self._bar = None


@contextmanager
def report_problems() -> Iterator[Callable[[Problem], None]]:
    """Give a function that prints a skipped record as one line on stderr; at the end say how many there were."""
    seen = 0

    def report(problem: Problem) -> None:
        nonlocal seen
        seen += 1
        click.echo(f"skipped {problem}", err=True)

    yield report
    if seen:
        click.echo(f"skipped in all: {seen}; --strict stops at the first one instead", err=True)


def choose_extractor(name: str, settings: Sequence[str], knowledge: Mapping[str, Path | None]) -> Extractor | None:
    """Return the extractor of a name with its settings (KEY=VALUE); none for the tagger, which needs neither."""
    from kgraph.extraction import load_extractor, read_settings

    if name == "tagger" and not settings:
        return None
    files = {"model_path": knowledge["model"], "vocabulary": knowledge["vocabulary"]}
    return load_extractor(name, **read_settings(name, settings), **{key: file for key, file in files.items() if file})


def read_shard(text: str) -> tuple[int, int]:
    """Return which part of how many is meant. Raises :class:`UsageError`.

    >>> read_shard("2/8")
    (2, 8)
    """
    part, slash, of = text.partition("/")
    if not (slash and part.isdecimal() and of.isdecimal()):
        raise UsageError(f"{text!r} is no part; write K/N, such as 1/8")
    return int(part), int(of)


def report_cost(extractor: Extractor | None) -> None:
    """Tell on stderr what an extractor has read, written and cost, where it knows."""
    report = getattr(extractor, "report", None)
    if report is not None:
        click.echo(report, err=True)


def summarise_build(output: Path, info: Mapping[str, Any]) -> str:
    """Return what a build found and what to try next."""
    counts = info["counts"]
    without = counts["papers_without_abstract"]
    lines = [format_info(info)]
    if without:
        lines.append(
            f"no abstract: {without} of {_papers(counts['papers'])}; only the titles were read there "
            "(docs/input-formats.md tells where to get abstracts)"
        )
    lines += [
        "try:",
        f"  kgraph search {output} TEXT",
        f"  kgraph query {output} --name sharing-pairs",
        f"  kgraph view {output} -o {output.with_suffix('.html')}",
    ]
    return "\n".join(lines)


def format_info(info: Mapping[str, Any]) -> str:
    """Return what a graph holds, in a few aligned lines."""
    counts = info["counts"]
    kinds = ", ".join(
        f"{name.removeprefix('entities_')} {count:,}" for name, count in counts.items() if name.startswith("entities_")
    )
    names = {
        "papers": "papers",
        "mentions": "mentions",
        "entities": "entities",
        "paper–entity edges": "paper_entity_edges",
        "co-mention edges": "comention_edges",
        "shared-technique edges": "shared_technique_edges",
    }
    told = {name: f"{counts[key]:,}" if key in counts else "unknown" for name, key in names.items()}
    told["entities"] += f" ({kinds})" if kinds else ""
    rows = [
        *told.items(),
        ("triples", f"{counts['triples']:,}" if "triples" in counts else "no store; run 'kgraph index'"),
        ("base IRI", info["base_iri"]),
    ]
    return "\n".join(f"{name:<23} {value}" for name, value in rows)


def format_difference(difference: Difference, limit: int) -> str:
    """Return what came (+) and went (-), the first few of each kind by name."""
    if difference.is_empty:
        return "the same papers, entities and edges"
    blocks = []
    for kind, change in difference.changes.items():
        if not change.came and not change.went:
            continue
        blocks.append(f"{kind.replace('_', '-'):<23} +{len(change.came):,} -{len(change.went):,}")
        for sign, found in (("+", change.came), ("-", change.went)):
            blocks += [f"  {sign} {name}" for _, name in found[:limit]]
            if len(found) > limit:
                blocks.append(f"  {sign} … and {len(found) - limit:,} more")
    blocks += [f"the id {old} is now {new}" for old, new in difference.renamed]
    return "\n".join(blocks)


def to_json(value: Any) -> str:
    """Return records, or lists of them, as indented JSON."""

    def plain(record: Any) -> Any:
        if is_dataclass(record) and not isinstance(record, type):
            return asdict(record)
        raise TypeError(f"{type(record).__name__} has no JSON form")

    return json.dumps(value, default=plain, ensure_ascii=False, indent=1)


def format_hits(hits: Sequence[Hit]) -> str:
    """Return what a search found, a line a node."""
    return _columns(
        [
            (hit.kind, _clean(hit.name), "" if hit.kind == "paper" else _papers(hit.papers),
             "" if hit.matched == hit.name else f"as {_clean(hit.matched)!r}", hit.id)
            for hit in hits
        ]
    )  # fmt: skip


def format_view(view: NodeView) -> str:
    """Return a node and what stands around it."""
    parts = [_paper_head(view) if view.node.kind == "paper" else _entity_head(view)]
    for role, nodes in view.by_role.items():
        shown = [f"  {_label(node)}" for node in nodes[:_SHOWN_PAPERS]]
        if len(nodes) > len(shown):
            shown.append(f"  … and {len(nodes) - len(shown)} more")
        parts.append("\n".join([f"{_ROLE_TITLES[view.node.kind == 'paper'][role]} ({len(nodes)})", *shown]))
    if view.neighbours:
        rows = [
            (f"  {_clean(n.name)}", n.type, _papers(n.papers), f"LLR {n.log_likelihood:.1f}", f"NPMI {n.npmi:.2f}")
            for n in view.neighbours
        ]
        parts.append("mentioned with\n" + _columns(rows))
    if view.related:
        parts.append("shares techniques with\n" + format_related(view.related))
    if view.evidence:
        parts.append("evidence\n" + "\n".join(_evidence(e, view.node) for e in view.evidence))
    return "\n\n".join(parts)


_ROLE_TITLES: dict[bool, dict[str, str]] = {
    False: {
        "introduces": "introduced by",
        "evaluates_on": "evaluated on by",
        "compares_with": "compared with by",
        "uses": "used by",
        "mentions": "mentioned by",
    },
    True: {
        "introduces": "introduces",
        "evaluates_on": "evaluates on",
        "compares_with": "compares with",
        "uses": "uses",
        "mentions": "mentions",
    },
}


def _entity_head(view: NodeView) -> str:
    node = view.node
    lines = [f"{_clean(node.name)}  ({node.kind}, {_papers(node.papers)})", f"  {node.id}"]
    others = [(alias, count, reason) for alias, count, reason in view.aliases if alias != node.name]
    if others:
        lines.append("also written")
        lines += [_columns([(f"  {_clean(alias)}", f"{count}×", reason) for alias, count, reason in others])]
    if view.broader:
        lines.append("is a kind of  " + ", ".join(_clean(n.name) for n in view.broader))
    if view.narrower:
        shown = ", ".join(_clean(n.name) for n in view.narrower[:_SHOWN_PAPERS])
        more = len(view.narrower) - _SHOWN_PAPERS
        lines.append("kinds of it  " + shown + (f" … and {more} more" if more > 0 else ""))
    return "\n".join(lines)


def _paper_head(view: NodeView) -> str:
    details = view.details
    facts = [view.node.id, details["date"], ", ".join(_clean(a) for a in details["authors"]), details["url"]]
    lines = [_clean(view.node.name), *(f"  {fact}" for fact in facts if fact)]
    if not details["abstract"]:
        lines.append("  (no abstract)")
    elif details["text_kind"] == "summary":
        lines.append("  (the text is a summary, not the authors' abstract)")
    return "\n".join(lines)


def _label(node: Node) -> str:
    return f"{_clean(node.name)}  {node.id if node.kind == 'paper' else node.kind}"


def _evidence(evidence: Evidence, node: Node) -> str:
    text, start, end = evidence.sentence, evidence.start, evidence.end
    marked = " ".join(f"{text[:start]}[{text[start:end]}]{text[end:]}".split())
    where = evidence.name if node.kind == "paper" else evidence.title
    return f"  {_clean(where)}  ({evidence.role}, {evidence.confidence:.2f})\n    “{_clean(marked)}”"


def format_related(papers: Sequence[RelatedPaper]) -> str:
    """Return papers with the techniques that they share."""
    if not papers:
        return "no paper shares a technique with it"
    return "\n".join(
        f"  {paper.score:5.2f}  {_clean(paper.title)}  {paper.id}\n         {', '.join(map(_clean, paper.techniques))}"
        for paper in papers
    )


def format_path(steps: Sequence[Step]) -> str:
    """Return a path, a step a line."""
    return "\n".join(
        (f"  {step.relation.replace('_', ' ')}  " if step.relation else "")
        + f"{_clean(step.node.name)}  ({step.node.kind})"
        for step in steps
    )


def format_named_queries(queries: Sequence[NamedQuery]) -> str:
    """Return the named queries with what they answer and their parameters."""
    return "\n".join(
        "\n".join(
            [
                f"{query.name}: {query.title}",
                *(f"    --param {p.name}={p.type.upper()}  {p.about}" for p in query.parameters),
            ]
        )
        for query in queries
    )


def format_targets() -> str:
    """Return the export formats, a line each."""
    from kgraph.exporting import TARGETS

    return _columns(
        [(name, " ".join(target.extensions) or "(folder)", target.carries) for name, target in TARGETS.items()]
    )


def format_violations(violations: Sequence[Violation]) -> str:
    """Return what a validation found, a line each."""
    if not violations:
        return "the graph conforms to its shapes"
    return "\n".join([*map(str, violations), f"{len(violations)} violations"])


def ask_password(user: str, address: str) -> str:
    """Return the password from ``NEO4J_PASSWORD``, else ask for it where there is someone to ask."""
    password = os.environ.get("NEO4J_PASSWORD")
    if password is not None or not user:
        return password or ""
    if not sys.stdin.isatty():
        raise UsageError(f"no password for {user!r}: set NEO4J_PASSWORD, or give --user '' where none is needed")
    return str(click.prompt(f"Password of {user} at {address}", hide_input=True, err=True))


def read_query(
    sparql: str | None, file: Path | None, name: str | None, params: Sequence[str]
) -> tuple[str, dict[str, str]]:
    """Return the text of the query (empty for a named one) and its parameters."""
    if sum(given is not None for given in (sparql, file, name)) != 1:
        raise UsageError("give one of: a query, -f FILE, or --name NAME (--list tells the named ones)")
    unpaired = [param for param in params if "=" not in param]
    if unpaired:
        raise UsageError(f"--param {unpaired[0]!r}: write KEY=VALUE")
    parameters = dict(param.split("=", 1) for param in params)
    if not file:
        return sparql or "", parameters
    try:
        return file.read_text(encoding="utf-8"), parameters
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: is no UTF-8 text, so no query") from None


def _papers(count: int) -> str:
    return f"{count:,} paper" if count == 1 else f"{count:,} papers"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Align the cells of rows by the width that terminals give them; the last column is as it is."""
    if not rows:
        return ""
    widths = [max(display_width(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join(
            [*(cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
    )


def _clean(text: str) -> str:
    """Keep text from a paper on one line and from steering the terminal."""
    return "".join(" " if c in "\n\t" else c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
