"""The verbs that make and change graphs. Each calls the stages that do the work and opens the outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kgraph import pipeline
from kgraph.errors import UsageError
from kgraph.exploring.differing import Difference, find_difference
from kgraph.graph import Graph
from kgraph.rdf.terms import DEFAULT_BASE_IRI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgraph.extraction import Extractor
    from kgraph.extraction.training import TrainingReport
    from kgraph.pipeline import Progress
    from kgraph.reading import Problem

BuildEngine = Literal["local", "spark"]


def build(
    inputs: str | Path | Sequence[str | Path],
    path: str | Path,
    *,
    force: bool = False,
    base_iri: str = DEFAULT_BASE_IRI,
    store: bool = True,
    strict: bool = False,
    summaries: bool = False,
    processes: int | None = None,
    memory: str | None = None,
    candidates: Sequence[str | Path] = (),
    model: str | Path | None = None,
    vocabulary: str | Path | None = None,
    curation: str | Path | None = None,
    extractor: Extractor | None = None,
    engine: BuildEngine = "local",
    master: str | None = None,
    work: str = "",
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Read papers, write their graph at ``path`` (NAME.kg) and open it.

    ``inputs`` are files, folders or ``-`` (standard input). ``force`` replaces a graph that is there; ``strict``
    stops at a bad record, which is otherwise skipped and told to ``on_problem``; ``summaries`` says that the
    texts are not the authors' abstracts; ``processes`` extract (default: one a core); ``memory`` ("4GB") is what the
    relational engine may use before it turns to the disk; ``candidates`` are files of :func:`extract_part`, or tables
    of your own with their columns, in place of an extraction; ``model`` are weights made by :func:`train`,
    ``vocabulary`` names of your own (SKOS or CSV), ``curation`` corrections (CSV), both as docs/curation.md says;
    ``extractor`` finds the names in place of the tagger (docs/extractors.md); the ``engine`` "spark" extracts on the
    cluster at ``master`` (Spark's URL) with ``work``, a folder that its machines reach (docs/spark.md). Raises
    :class:`kgraph.errors.KgraphError`: the graph that was there stays as it was.
    """
    pipeline.build_graph(
        _listed(inputs),
        Path(path),
        force=force,
        base_iri=base_iri,
        store=store,
        strict=strict,
        summaries=summaries,
        candidates=[Path(file) for file in candidates],
        knowledge=_knowledge(model, vocabulary, curation, extractor),
        means=pipeline.Means(processes, memory, on_problem, progress),
        cluster=_cluster(engine, master, work, alone=not (extractor or candidates)),
    )
    return Graph(path)


def add(
    graph: str | Path,
    inputs: str | Path | Sequence[str | Path],
    *,
    strict: bool = False,
    processes: int | None = None,
    memory: str | None = None,
    extractor: Extractor | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Add papers to a graph and open it: it is then what a build of all its papers would be.

    Only papers that are new, or whose text is another now, are extracted; by the options, weights, vocabulary and
    corrections that the graph was built with, of which it keeps copies. ``extractor`` must be the one it was built
    with. Raises :class:`kgraph.errors.KgraphError`: the graph that was there stays as it was.
    """
    means = pipeline.Means(processes, memory, on_problem, progress)
    pipeline.add_papers(Path(graph), _listed(inputs), strict=strict, extractor=extractor, means=means)
    return Graph(graph)


def remove(
    graph: str | Path,
    papers: str | Sequence[str],
    *,
    processes: int | None = None,
    memory: str | None = None,
    extractor: Extractor | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Remove papers (as :meth:`Graph.find` takes them) from a graph and open it: nothing of them stays in its folder.

    Raises :class:`kgraph.errors.KgraphError`: the graph that was there stays as it was.
    """
    opened = Graph(graph)
    ids = {opened.find_paper(paper).id for paper in ([papers] if isinstance(papers, str) else papers)}
    opened.close()
    means = pipeline.Means(processes, memory, on_problem, progress)
    pipeline.remove_papers(Path(graph), ids, extractor=extractor, means=means)
    return Graph(graph)


def merge(
    graphs: Sequence[str | Path],
    path: str | Path,
    *,
    force: bool = False,
    processes: int | None = None,
    memory: str | None = None,
    extractor: Extractor | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Write the graph of all papers of some graphs at ``path`` and open it: what a build of them all would be.

    The graphs must have been built with the same options. Raises :class:`kgraph.errors.KgraphError`.
    """
    means = pipeline.Means(processes, memory, on_problem, progress)
    given = [Path(graph) for graph in graphs]
    if not given:
        raise UsageError("no graph was given")
    pipeline.merge_graphs(given, Path(path), force=force, extractor=extractor, means=means)
    return Graph(path)


def diff(old: str | Path, new: str | Path) -> Difference:
    """Return the papers, entities and edges that came and went from one graph to another."""
    return find_difference(Graph(old).tables, Graph(new).tables)


def extract(
    inputs: str | Path | Sequence[str | Path],
    *,
    strict: bool = False,
    processes: int | None = None,
    memory: str | None = None,
    model: str | Path | None = None,
    vocabulary: str | Path | None = None,
    curation: str | Path | None = None,
    extractor: Extractor | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield what a build of these inputs would hold of each paper: ``id``, ``title``, ``entities``."""
    yield from pipeline.extract_papers(
        _listed(inputs),
        strict=strict,
        knowledge=_knowledge(model, vocabulary, curation, extractor),
        means=pipeline.Means(processes, memory, on_problem, progress),
    )


def extract_part(
    inputs: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    shard: int,
    of: int,
    strict: bool = False,
    processes: int | None = None,
    memory: str | None = None,
    model: str | Path | None = None,
    vocabulary: str | Path | None = None,
    extractor: Extractor | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the candidates of part ``shard`` of ``of`` of the papers (Parquet); return how many they are.

    Every part is given all inputs. ``build(inputs, path, candidates=parts)`` then gives the graph that a build
    without parts gives.
    """
    return pipeline.extract_part(
        _listed(inputs),
        Path(output),
        shard=shard,
        of=of,
        strict=strict,
        knowledge=_knowledge(model, vocabulary, None, extractor),
        means=pipeline.Means(processes, memory, on_problem, progress),
    )


def estimate(
    inputs: str | Path | Sequence[str | Path],
    extractor: Extractor | None,
    *,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
) -> str:
    """Return about what an extractor would read, write and cost; nothing is sent anywhere.

    Raises :class:`kgraph.errors.UsageError` for an extractor that costs nothing but time.
    """
    from kgraph.reading import read_papers

    reckon = getattr(extractor, "estimate", None)
    if reckon is None:
        raise UsageError("only the extractor 'llm' has a cost to estimate")
    return str(reckon(read_papers(_listed(inputs), strict=strict, on_problem=on_problem)))


def train(
    labels: Sequence[str | Path],
    output: str | Path,
    *,
    more: Sequence[str | Path] = (),
    first: Sequence[str | Path] = (),
    own: Sequence[str | Path] = (),
) -> TrainingReport:
    """Train the tagger on labelled papers (JSON Lines, see docs/training.md) and write its weights.

    ``more`` are labels by other readers: learnt from too, counting half. What the tagger begins with is what the
    shipped one knows, or what it learns from the many labels of ``first``. In the papers of ``own`` only what they
    introduce was labelled.
    """
    from kgraph.extraction.training import train as train_tagger

    given, others, read_first, read_own = ([Path(file) for file in files] for files in (labels, more, first, own))
    return train_tagger(given, Path(output), others, read_first, read_own)


def _cluster(engine: BuildEngine, master: str | None, work: str, *, alone: bool) -> pipeline.Cluster | None:
    if engine == "local":
        if master or work:
            raise UsageError("a master and a working folder are for the engine spark: add --engine spark")
        return None
    if not master:
        raise UsageError("the engine spark needs the address of its master: --master URL, such as spark://HOST:7077")
    if not alone:
        raise UsageError("the engine spark extracts with the tagger; it takes no other extractor and no candidates")
    return pipeline.Cluster(master, work)


def _knowledge(
    model: str | Path | None,
    vocabulary: str | Path | None,
    curation: str | Path | None,
    extractor: Extractor | None,
) -> pipeline.Knowledge:
    weights, names, corrections = (Path(file) if file else None for file in (model, vocabulary, curation))
    return pipeline.Knowledge(weights, names, corrections, extractor)


def _listed(inputs: str | Path | Sequence[str | Path]) -> list[str | Path]:
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    if not given:
        raise UsageError("no input was given")
    return given
