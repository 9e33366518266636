"""The whole way from files to a graph on disk: read, extract, settle, resolve, link, write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.pipeline.clustering import Cluster, extract_on_cluster, open_cluster
from kgraph.pipeline.describing import describe_papers
from kgraph.pipeline.gathering import gather_papers
from kgraph.pipeline.knowledge import NOTHING_MORE, Knowledge, digest_file
from kgraph.pipeline.linking import link_tables
from kgraph.pipeline.means import ALL_MEANS, Means
from kgraph.pipeline.parts import take_parts, write_part
from kgraph.pipeline.proposing import write_candidates
from kgraph.pipeline.workshop import new_workshop, workshop
from kgraph.rdf.description import Provenance
from kgraph.rdf.store import build_store
from kgraph.rdf.terms import DEFAULT_BASE_IRI, check_base_iri
from kgraph.rdf.triples import ntriples
from kgraph.reading import Problem, read_records
from kgraph.storing.builds import commit, digest_build, writing
from kgraph.storing.manifest import Manifest
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.tables import Tables
from kgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgraph.engines.local import LocalEngine
    from kgraph.records import Paper


def build_graph(
    inputs: Sequence[str | Path],
    path: Path,
    *,
    force: bool = False,
    base_iri: str = DEFAULT_BASE_IRI,
    store: bool = True,
    strict: bool = False,
    summaries: bool = False,
    candidates: Sequence[Path] = (),
    knowledge: Knowledge = NOTHING_MORE,
    means: Means = ALL_MEANS,
    cluster: Cluster | None = None,
) -> Manifest:
    """Read papers and write their graph at ``path``; return its manifest. See :func:`kgraph.build`."""
    check_base_iri(base_iri)
    options = {"summaries": summaries, **knowledge.describe()}
    with writing(path, replace=force) as draft:
        with open_cluster(cluster) as spark, workshop(draft, means.memory) as engine:
            gather_papers(engine, draft, read_all(inputs, strict, summaries, means))
            if spark:
                extract_on_cluster(engine, draft, spark, knowledge, means)
            else:
                options.update(know_candidates(engine, candidates, knowledge))
            make_tables(engine, draft, knowledge, means)
            manifest = describe_tables(engine, draft, base_iri, options, digest_inputs(inputs))
            if store:
                means.tell("storing")
                manifest = manifest.with_triples(write_store(Tables(draft, engine), draft / "store", manifest))
        commit(path, draft, manifest)
    return manifest


def extract_papers(
    inputs: Sequence[str | Path],
    *,
    strict: bool = False,
    knowledge: Knowledge = NOTHING_MORE,
    means: Means = ALL_MEANS,
) -> Iterator[dict[str, Any]]:
    """Yield what a build would hold of each paper. See :func:`kgraph.extract`."""
    with new_workshop(means.memory) as (folder, engine):
        gather_papers(engine, folder, read_all(inputs, strict, False, means))
        know_candidates(engine, (), knowledge)
        make_tables(engine, folder, knowledge, means)
        yield from describe_papers(engine)


def extract_part(
    inputs: Sequence[str | Path],
    output: Path,
    *,
    shard: int,
    of: int,
    strict: bool = False,
    knowledge: Knowledge = NOTHING_MORE,
    means: Means = ALL_MEANS,
) -> int:
    """Write the candidates of one part of the papers. See :func:`kgraph.extract_part`."""
    return write_part(read_all(inputs, strict, False, means), output, shard, of, knowledge, means)


def read_all(inputs: Sequence[str | Path], strict: bool, summaries: bool, means: Means) -> Iterator[Paper]:
    """Yield the records of the inputs, telling how many there are."""
    return read_records(
        inputs,
        strict=strict,
        summaries=summaries,
        on_problem=means.on_problem,
        progress=lambda done: means.tell("reading", done),
    )


def know_candidates(engine: LocalEngine, files: Sequence[Path], knowledge: Knowledge) -> dict[str, Any]:
    """Settle which of the engine's papers are to be extracted: all, unless files hold what was; return their origin."""
    if files:
        engine.keep("new_papers", "SELECT id FROM papers WHERE false")
        return take_parts(engine, files, knowledge)
    engine.keep("new_papers", "SELECT id FROM papers")
    engine.register("known_candidates", SCHEMAS["candidates"].empty_table())
    return {}


def make_tables(
    engine: LocalEngine, draft: Path, knowledge: Knowledge, means: Means, settling: Path | None = None
) -> None:
    """Write the tables that follow from the engine's papers, ``new_papers`` and ``known_candidates``.

    ``settling`` is what another build kept of settling the engine's ``kept_papers``.
    """
    knowledge.keep(draft)
    write_candidates(engine, draft, knowledge, means)
    for correction in link_tables(engine, draft, knowledge, means, settling):
        nothing = f"there is no {correction.type} {correction.name!r} here to {correction.action}"
        if means.on_problem and knowledge.curation:
            means.on_problem(Problem(knowledge.curation.name, f"line {correction.line}", nothing))


def describe_tables(
    engine: LocalEngine, draft: Path, base_iri: str, options: dict[str, Any], inputs: Iterable[dict[str, str]]
) -> Manifest:
    """Return the manifest of the tables in a draft, with those of the inputs that a paper was read from."""
    files = "SELECT DISTINCT s.file FROM (SELECT unnest(sources) AS s FROM papers) AS each"
    read = set(engine.query(files)["file"].to_pylist())
    used = [given for given in inputs if given["file"] in read]
    build = digest_build(draft, __version__, base_iri, *(f"{given['file']} {given['sha256']}" for given in used))
    return Manifest(build, __version__, base_iri, options, used, count_tables(engine))


def count_tables(engine: LocalEngine) -> dict[str, int]:
    """Return what a graph holds: papers, entities by type, edges by kind."""
    each = ", ".join(f"(SELECT COUNT(*) FROM {name}) AS {name}" for name in SCHEMAS)  # noqa: S608 - our own names
    empty = "(SELECT COUNT(*) FROM papers WHERE abstract = '') AS papers_without_abstract"
    counts = engine.query(f"SELECT {each}, {empty}").to_pylist()[0]
    kinds = engine.query("SELECT type, COUNT(*) AS entities FROM entities GROUP BY type ORDER BY type").to_pylist()
    return {
        "papers": counts["papers"],
        "papers_without_abstract": counts["papers_without_abstract"],
        "mentions": counts["mentions"],
        "entities": counts["entities"],
        **{f"entities_{row['type']}": row["entities"] for row in kinds},
        "paper_entity_edges": counts["paper_entity"],
        "comention_edges": counts["comentions"],
        "shared_technique_edges": counts["shared_techniques"],
    }


def write_store(tables: Tables, folder: Path, manifest: Manifest) -> int:
    """Write the triple store of tables into a new folder; return the number of triples."""
    return build_store(ntriples(tables, manifest.base_iri, provenance=provenance(manifest)), folder)


def provenance(manifest: Manifest) -> Provenance:
    """Return what the RDF of a graph says of its making."""
    return Provenance(manifest.kgraph, tuple((given["file"], given["sha256"]) for given in manifest.inputs))


def digest_inputs(inputs: Sequence[str | Path]) -> list[dict[str, str]]:
    """Return base name and SHA-256 of every input file, sorted; standard input has no digest."""
    files = [Path(given) for given in inputs if str(given) != "-"]
    flat = [file for given in files for file in (sorted(given.rglob("*")) if given.is_dir() else [given])]
    digests = {(file.name, digest_file(file)) for file in flat if file.is_file()}
    return [{"file": name, "sha256": digest} for name, digest in sorted(digests)]
