"""The whole way from files to a graph on disk: read, extract, settle, resolve, link, write."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kgraph.errors import InputError
from kgraph.extraction import Extractor, extract_all, settle
from kgraph.linking import count_entities, link_comentions, link_paper_entities, link_shared_techniques
from kgraph.rdf.description import Provenance
from kgraph.rdf.store import build_store
from kgraph.rdf.terms import DEFAULT_BASE_IRI, check_base_iri
from kgraph.rdf.triples import ntriples
from kgraph.reading import Problem, read_papers
from kgraph.records import ROLES, Candidate, EntityType, Mention, Paper
from kgraph.resolution import NameCount, Resolution, read_curation, resolve
from kgraph.storing.builds import commit, digest_tables, write_tables, writing
from kgraph.storing.columns import tabulate, tabulate_papers
from kgraph.storing.manifest import Manifest
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.tables import MemoryTables, Tables
from kgraph.version import __version__
from kgraph.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa


class Progress(Protocol):
    """Is told how far a stage has come; ``total`` is 0 while nobody knows."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a build goes by beside what ships: weights of the tagger, a vocabulary, corrections, another extractor."""

    model: Path | None = None
    vocabulary: Path | None = None
    curation: Path | None = None
    extractor: Extractor | None = None

    def describe(self) -> dict[str, Any]:
        """Return for the manifest the SHA-256 of each file, and what the extractor says of itself.

        Raises :class:`InputError` where a file cannot be read.
        """
        given = {"model": self.model, "vocabulary": self.vocabulary, "curation": self.curation}
        told: dict[str, Any] = {name: _sha256(path) for name, path in given.items() if path}
        tell = getattr(self.extractor, "describe", None)
        return {**told, "extractor": tell()} if tell else told


NOTHING_MORE: Final = Knowledge()


@dataclass(frozen=True, slots=True)
class Extracted:
    """Papers with their candidates, the mentions settled over all of them, and the entities these resolve to.

    ``candidates`` and ``settled`` hold a list for each paper.
    """

    papers: Sequence[Paper]
    candidates: Sequence[Sequence[Candidate]]
    settled: Sequence[Sequence[Candidate]]
    resolution: Resolution


def build_graph(
    inputs: Sequence[str | Path],
    path: Path,
    *,
    force: bool = False,
    base_iri: str = DEFAULT_BASE_IRI,
    store: bool = True,
    strict: bool = False,
    summaries: bool = False,
    processes: int | None = None,
    knowledge: Knowledge = NOTHING_MORE,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Read papers and write their graph at ``path``; return its manifest. See :func:`kgraph.build`."""
    check_base_iri(base_iri)
    options = {"summaries": summaries, **knowledge.describe()}
    with writing(path, replace=force) as draft:
        extracted = extract_inputs(
            inputs,
            strict=strict,
            summaries=summaries,
            processes=processes,
            knowledge=knowledge,
            on_problem=on_problem,
            progress=progress,
        )
        origin = Origin(base_iri, options, _digest_inputs(inputs))
        return write_graph(extracted, path, draft, origin, store=store, progress=progress)


@dataclass(frozen=True, slots=True)
class Origin:
    """What the manifest of a graph says of how it was made: base IRI, options, and the digests of the inputs."""

    base_iri: str = DEFAULT_BASE_IRI
    options: dict[str, Any] = field(default_factory=dict)
    inputs: list[dict[str, str]] = field(default_factory=list)


def write_graph(
    extracted: Extracted,
    path: Path,
    draft: Path,
    origin: Origin,
    *,
    store: bool = True,
    progress: Progress | None = None,
) -> Manifest:
    """Link what was extracted, write it into the draft of a build, and make that the current build of ``path``."""
    _tell(progress, "linking")
    tables = link(extracted)
    write_tables(draft, tables)
    build = digest_tables(draft, origin.base_iri)
    manifest = Manifest(build, __version__, origin.base_iri, origin.options, origin.inputs, count_tables(tables))
    if store:
        _tell(progress, "storing")
        triples = write_store(Tables(draft), draft / "store", manifest)
        manifest = replace(manifest, counts={**manifest.counts, "triples": triples})
    commit(path, draft, manifest)
    return manifest


def extract_inputs(
    inputs: Sequence[str | Path],
    *,
    strict: bool = False,
    summaries: bool = False,
    processes: int | None = None,
    knowledge: Knowledge = NOTHING_MORE,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Extracted:
    """Read papers, extract and settle their mentions, and resolve these to entities."""
    papers = read_papers(
        inputs,
        strict=strict,
        summaries=summaries,
        on_problem=on_problem,
        progress=lambda done: _tell(progress, "reading", done),
    )
    candidates = []
    for found in _extract(papers, processes, knowledge):
        candidates.append(found)
        _tell(progress, "extracting", len(candidates), len(papers))
    extracted = settle_and_resolve(papers, candidates, knowledge, progress)
    for correction in extracted.resolution.unused:
        nothing = f"there is no {correction.type} {correction.name!r} here to {correction.action}"
        if on_problem and knowledge.curation:
            on_problem(Problem(knowledge.curation.name, f"line {correction.line}", nothing))
    return extracted


def _extract(papers: Sequence[Paper], processes: int | None, knowledge: Knowledge) -> Iterator[list[Candidate]]:
    if knowledge.extractor:
        return knowledge.extractor(papers)
    return extract_all(papers, processes=processes, model_path=knowledge.model, vocabulary=knowledge.vocabulary)


def settle_and_resolve(
    papers: Sequence[Paper],
    candidates: Sequence[Sequence[Candidate]],
    knowledge: Knowledge = NOTHING_MORE,
    progress: Progress | None = None,
) -> Extracted:
    """Settle candidates over the whole corpus and resolve them to entities."""
    corrections = read_curation(knowledge.curation) if knowledge.curation else ()
    vocabulary = load_vocabulary(knowledge.vocabulary)
    _tell(progress, "settling")
    settled = settle(papers, candidates)
    _tell(progress, "resolving")
    return Extracted(papers, candidates, settled, resolve(count_names(settled), vocabulary, corrections))


def count_names(settled: Sequence[Sequence[Candidate]]) -> list[NameCount]:
    """Count the distinct (surface, type, long form) over the mentions of a corpus."""
    mentions: Counter[tuple[str, EntityType, str]] = Counter()
    papers: Counter[tuple[str, EntityType, str]] = Counter()
    for in_paper in settled:
        names = [(mention.surface, mention.type, mention.long_form) for mention in in_paper]
        mentions.update(names)
        papers.update(set(names))
    return [NameCount(*name, mentions[name], papers[name]) for name in sorted(mentions)]


def link(extracted: Extracted) -> dict[str, pa.Table]:
    """Return all tables of a graph."""
    resolution = extracted.resolution
    tables = {
        "papers": tabulate_papers(extracted.papers),
        "candidates": tabulate("candidates", (c for found in extracted.candidates for c in found)),
        "mentions": tabulate("mentions", _mentions(extracted)),
        "aliases": tabulate("aliases", resolution.aliases),
    }
    engine = MemoryTables(tables).engine
    papers = len(extracted.papers)
    tables["paper_entity"] = link_paper_entities(engine)
    engine.register("paper_entity", tables["paper_entity"])
    tables["entities"] = _tabulate_entities(resolution, count_entities(engine))
    engine.register("entities", tables["entities"])
    tables["comentions"] = link_comentions(engine, papers)
    tables["shared_techniques"] = link_shared_techniques(engine, papers)
    engine.close()
    return tables


def _mentions(extracted: Extracted) -> Iterator[Mention]:
    """Yield the mentions with their entities; a mention has the type of its entity."""
    resolution = extracted.resolution
    types = {entity.id: entity.type for entity in resolution.entities}
    for in_paper in extracted.settled:
        for c in in_paper:
            entity = resolution.ids.get((c.surface, c.type, c.long_form))
            if entity is None:  # dropped by hand
                continue
            yield Mention(
                c.paper, c.field, c.start, c.end, c.surface, types[entity], c.role, c.confidence, c.long_form,
                c.sentence_start, c.sentence_end, entity,
            )  # fmt: skip


def _tabulate_entities(resolution: Resolution, counted: pa.Table) -> pa.Table:
    import pyarrow as pa

    counts = {row["entity"]: row for row in counted.to_pylist()}
    rows = [
        {
            "id": entity.id,
            "name": entity.name,
            "type": entity.type,
            "broader": entity.broader,
            "papers": counts[entity.id]["papers"],
            "mentions": counts[entity.id]["mentions"],
        }
        for entity in resolution.entities
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMAS["entities"])


def count_tables(tables: dict[str, pa.Table]) -> dict[str, int]:
    """Return what a graph holds: papers, entities by type, edges by kind."""
    entities = Counter(tables["entities"]["type"].to_pylist())
    return {
        "papers": len(tables["papers"]),
        "papers_without_abstract": sum(not text for text in tables["papers"]["abstract"].to_pylist()),
        "mentions": len(tables["mentions"]),
        "entities": len(tables["entities"]),
        **{f"entities_{kind}": count for kind, count in sorted(entities.items())},
        "paper_entity_edges": len(tables["paper_entity"]),
        "comention_edges": len(tables["comentions"]),
        "shared_technique_edges": len(tables["shared_techniques"]),
    }


def describe_papers(extracted: Extracted) -> Iterator[dict[str, Any]]:
    """Yield what a build would hold of each paper, as ``kgraph extract`` prints it."""
    resolution = extracted.resolution
    entities = {entity.id: entity for entity in resolution.entities}
    for paper, in_paper in zip(extracted.papers, extracted.settled, strict=True):
        found: dict[str, list[Candidate]] = defaultdict(list)
        for mention in in_paper:
            entity = resolution.ids.get((mention.surface, mention.type, mention.long_form))
            if entity is not None:
                found[entity].append(mention)
        yield {
            "id": paper.id,
            "title": paper.title,
            "entities": [
                {
                    "name": entities[entity].name,
                    "type": entities[entity].type,
                    "role": min((m.role for m in mentions), key=ROLES.index),
                    "surfaces": sorted({m.surface for m in mentions}),
                    "confidence": max(m.confidence for m in mentions),
                    "mentions": [
                        {"field": m.field, "start": m.start, "end": m.end, "surface": m.surface} for m in mentions
                    ],
                }
                for entity, mentions in found.items()
            ],
        }


def write_store(tables: Tables, folder: Path, manifest: Manifest) -> int:
    """Write the triple store of tables into a new folder; return the number of triples."""
    return build_store(ntriples(tables, manifest.base_iri, provenance=provenance(manifest)), folder)


def provenance(manifest: Manifest) -> Provenance:
    """Return what the RDF of a graph says of its making."""
    return Provenance(manifest.kgraph, tuple((given["file"], given["sha256"]) for given in manifest.inputs))


def _digest_inputs(inputs: Sequence[str | Path]) -> list[dict[str, str]]:
    """Return base name and SHA-256 of every input file, sorted; standard input has no digest."""
    files = [Path(given) for given in inputs if str(given) != "-"]
    flat = [file for given in files for file in (sorted(given.rglob("*")) if given.is_dir() else [given])]
    digests = {(file.name, _sha256(file)) for file in flat if file.is_file()}
    return [{"file": name, "sha256": digest} for name, digest in sorted(digests)]


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None


def _tell(progress: Progress | None, stage: str, done: int = 0, total: int = 0) -> None:
    if progress:
        progress(stage, done, total)
