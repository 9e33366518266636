"""Graphs that change: papers added and removed, two graphs made one; each the same as a build of what is then there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgraph.errors import GraphError, UsageError
from kgraph.pipeline.building import describe_tables, digest_inputs, make_tables, provenance, read_all, write_store
from kgraph.pipeline.gathering import gather_papers
from kgraph.pipeline.knowledge import Knowledge, kept_knowledge
from kgraph.pipeline.means import ALL_MEANS, Means
from kgraph.pipeline.proposing import started
from kgraph.pipeline.settling import fold_known, kept_settling
from kgraph.pipeline.taking import keep_candidates, prefix, take_graphs
from kgraph.pipeline.workshop import workshop
from kgraph.rdf.difference import changed_lines
from kgraph.rdf.store import update_store
from kgraph.storing.builds import OpenBuild, adding_to, commit, writing
from kgraph.storing.tables import Tables
from kgraph.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from kgraph.engines.local import LocalEngine
    from kgraph.extraction import Extractor
    from kgraph.storing.manifest import Manifest

#: Up to this share of new papers the store is a changed copy of the old one: beyond, making it anew is faster.
FEW: Final = 0.1


def add_papers(
    path: Path,
    inputs: Sequence[str | Path],
    *,
    strict: bool = False,
    extractor: Extractor | None = None,
    means: Means = ALL_MEANS,
) -> Manifest:
    """Add papers to a graph. See :func:`kgraph.add`."""
    old = OpenBuild(path)
    knowledge = _knowledge(old, extractor)
    summaries = bool(old.manifest.options.get("summaries"))
    with adding_to(path, old.manifest.build) as draft, started(knowledge, means) as means:
        with workshop(draft, means.memory) as engine:
            taken = take_graphs(engine, [Tables(old.folder)])
            new = read_all(inputs, strict, summaries, means)
            gather_papers(engine, draft, (paper for records in (new, taken) for paper in records))
            manifest = _remake(engine, draft, [old], knowledge, means, digest_inputs(inputs))
            if (old.folder / "store").is_dir():
                means.tell("storing")
                write = _change_store if _are_few_new(engine) else _write_store
                manifest = manifest.with_triples(write(engine, draft, old, manifest))
        old.close()
        commit(path, draft, manifest)
    return manifest


def remove_papers(
    path: Path, papers: Collection[str], *, extractor: Extractor | None = None, means: Means = ALL_MEANS
) -> Manifest:
    """Remove papers, given by their ids, from a graph. See :func:`kgraph.remove`."""
    old = OpenBuild(path)
    with adding_to(path, old.manifest.build) as draft:
        with workshop(draft, means.memory) as engine:
            gather_papers(engine, draft, take_graphs(engine, [Tables(old.folder)], papers))
            if not engine.query("SELECT 1 FROM papers LIMIT 1").num_rows:
                raise GraphError(f"{path}: has no other paper; delete the folder instead")
            manifest = _remake(engine, draft, [old], _knowledge(old, extractor), means)
            if (old.folder / "store").is_dir():
                # Made anew: a store that triples were taken from still has their texts in its files.
                means.tell("storing")
                manifest = manifest.with_triples(_write_store(engine, draft, old, manifest))
        old.close()
        commit(path, draft, manifest)
    return manifest


def merge_graphs(
    graphs: Sequence[Path],
    path: Path,
    *,
    force: bool = False,
    extractor: Extractor | None = None,
    means: Means = ALL_MEANS,
) -> Manifest:
    """Write the graph of all papers of some graphs. See :func:`kgraph.merge`."""
    given = [OpenBuild(graph) for graph in graphs]
    first = given[0]
    for graph, other in zip(graphs, given, strict=True):
        if differing := _differing(first.manifest, other.manifest):
            named = ", ".join(differing)
            raise UsageError(f"{graphs[0]} and {graph} were built with different options ({named}); build both alike")
    with writing(path, replace=force) as draft:
        with workshop(draft, means.memory) as engine:
            gather_papers(engine, draft, take_graphs(engine, [Tables(each.folder) for each in given]))
            manifest = _remake(engine, draft, given, _knowledge(first, extractor), means)
            if all((each.folder / "store").is_dir() for each in given):
                means.tell("storing")
                manifest = manifest.with_triples(_write_store(engine, draft, first, manifest))
        for each in given:
            each.close()
        commit(path, draft, manifest)
    return manifest


def _differing(one: Manifest, other: Manifest) -> list[str]:
    """Return the names of the options that two graphs were not built alike with; kgraph's own knowledge is one."""
    options = [{**each.options, "base IRI": each.base_iri} for each in (one, other)]
    names = sorted({name for each in options for name in each if options[0].get(name) != options[1].get(name)})
    return ["weights or vocabulary of kgraph" if name == "shipped" else name for name in names]


def _knowledge(build: OpenBuild, extractor: Extractor | None) -> Knowledge:
    return kept_knowledge(build.folder, build.manifest.options, extractor)


def _remake(
    engine: LocalEngine,
    draft: Path,
    graphs: Sequence[OpenBuild],
    knowledge: Knowledge,
    means: Means,
    inputs: Sequence[dict[str, str]] = (),
) -> Manifest:
    """Write the tables that follow from the engine's papers, by ``knowledge``, which the graphs were built with."""
    manifest = graphs[0].manifest
    keep_candidates(engine, len(graphs))
    settling = kept_settling(graphs[0]) if len(graphs) == 1 else None
    if means.is_started:  # until the other process is ready, what will be remembered
        load_vocabulary(knowledge.vocabulary)
        fold_known(engine)
    make_tables(engine, draft, knowledge, means, settling)
    every = [given for graph in graphs for given in graph.manifest.inputs] + list(inputs)
    distinct = [{"file": file, "sha256": digest} for file, digest in sorted({(g["file"], g["sha256"]) for g in every})]
    return describe_tables(engine, draft, manifest.base_iri, manifest.options, distinct)


def _are_few_new(engine: LocalEngine) -> bool:
    return engine.count("new_papers") <= FEW * engine.count("papers")


def _write_store(engine: LocalEngine, draft: Path, _old: OpenBuild, manifest: Manifest) -> int:
    return write_store(Tables(draft, engine), draft / "store", manifest)


def _change_store(engine: LocalEngine, draft: Path, old: OpenBuild, manifest: Manifest) -> int:
    before = Tables(old.folder), provenance(old.manifest)
    after = Tables(draft, engine), provenance(manifest)
    changes = changed_lines(engine, before, after, prefix(0), manifest.base_iri)
    return update_store(old.folder / "store", draft / "store", changes)
