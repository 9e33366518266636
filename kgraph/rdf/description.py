"""What a graph says about itself: VoID statistics, a DCAT data set, and PROV for where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kgraph.rdf.statements import Statements
from kgraph.rdf.terms import KG, ONTOLOGY, PREFIXES, expand
from kgraph.storing.tables import Tables

#: The path under which the resources of the description stand.
DESCRIPTION_FAMILY: Final = "dataset"

_VOCABULARIES = ("dcterms", "fabio", "kg", "prov", "schema", "skos")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a graph: the version of kgraph, and the digests of the inputs where they are known.

    ``inputs`` are pairs of a file's base name and its SHA-256 digest in hexadecimal digits (or empty).
    """

    version: str = ""
    inputs: tuple[tuple[str, str], ...] = ()


def describe(tables: Tables, base_iri: str, statements: Sequence[Statements], provenance: Provenance) -> list[bytes]:
    """Return the description as sorted lines of N-Triples; its counts include itself."""
    counts = _count_by_property(tables, statements)
    sizes = _class_sizes(tables, [entry for entry in statements if entry.predicate == "rdf:type"])
    triples = set(_dataset(base_iri))
    triples.update(_partitions(base_iri, counts, sizes))
    triples.update(_origin(tables, base_iri, provenance))
    total = counts.total() + len(triples) + 1
    triples.add(_integer(_node(base_iri), "void:triples", total))
    return sorted(f"{triple} .\n".encode() for triple in triples)


def _count_by_property(tables: Tables, statements: Iterable[Statements]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in tables.rows(" UNION ALL ".join(entry.count() for entry in statements)):
        counts[str(row["predicate"])] += int(str(row["triples"]))
    return counts


def _dataset(base_iri: str) -> Iterator[Triple]:
    dataset = _node(base_iri)
    yield _link(dataset, "rdf:type", expand("void:Dataset"))
    yield _link(dataset, "rdf:type", expand("dcat:Dataset"))
    yield _text(dataset, "dcterms:title", "Knowledge graph of papers")
    yield _text(
        dataset,
        "dcterms:description",
        "Papers and the methods, models, datasets, tasks and metrics that they name, with the sentences that say so.",
    )
    yield _link(dataset, "dcterms:conformsTo", ONTOLOGY)
    yield _text(dataset, "void:uriSpace", base_iri)
    for prefix in _VOCABULARIES:
        yield _link(dataset, "void:vocabulary", PREFIXES[prefix])


def _partitions(base_iri: str, counts: Counter[str], sizes: dict[str, int]) -> Iterator[Triple]:
    dataset = _node(base_iri)
    for local_name, size in sizes.items():
        partition = _node(base_iri, f"/class/{local_name}")
        yield _link(dataset, "void:classPartition", partition.value)
        yield _link(partition, "rdf:type", expand("void:Dataset"))
        yield _link(partition, "void:class", expand(f"kg:{local_name}"))
        yield _integer(partition, "void:entities", size)
    for predicate, size in sorted(counts.items()):
        if not predicate.startswith("kg:") or not size:
            continue
        partition = _node(base_iri, f"/property/{predicate.removeprefix('kg:')}")
        yield _link(dataset, "void:propertyPartition", partition.value)
        yield _link(partition, "rdf:type", expand("void:Dataset"))
        yield _link(partition, "void:property", expand(predicate))
        yield _integer(partition, "void:triples", size)


def _class_sizes(tables: Tables, types: Iterable[Statements]) -> dict[str, int]:
    """Return how many nodes each class of ours has, as the statements of their types say."""
    lines = " UNION ALL ".join(entry.lines() for entry in types)
    sql = f"SELECT split_part(line, ' ', 3) AS class, count(*) AS size FROM ({lines}) GROUP BY 1 ORDER BY 1"  # noqa: S608
    sizes = {str(row["class"])[1:-1]: int(str(row["size"])) for row in tables.rows(sql)}
    return {iri.removeprefix(KG): size for iri, size in sizes.items() if iri.startswith(KG)}


def _origin(tables: Tables, base_iri: str, provenance: Provenance) -> Iterator[Triple]:
    dataset, software, build = (_node(base_iri, path) for path in ("", "/software", "/build"))
    yield _link(dataset, "rdf:type", expand("prov:Entity"))
    yield _link(dataset, "prov:wasGeneratedBy", build.value)
    yield _link(build, "rdf:type", expand("prov:Activity"))
    yield _link(build, "prov:wasAssociatedWith", software.value)
    yield _link(software, "rdf:type", expand("prov:SoftwareAgent"))
    yield _text(software, "schema:name", "kgraph")
    if provenance.version:
        yield _text(software, "schema:softwareVersion", provenance.version)
    for name, digest in _inputs(tables, provenance):
        source = _node(base_iri, f"/source/{quote(name, safe='')}")
        yield _link(dataset, "prov:wasDerivedFrom", source.value)
        yield _link(build, "prov:used", source.value)
        yield _link(source, "rdf:type", expand("prov:Entity"))
        yield _text(source, "dcterms:title", name)
        if digest:
            yield _text(source, "dcterms:identifier", f"sha256:{digest}")


def _inputs(tables: Tables, provenance: Provenance) -> list[tuple[str, str]]:
    if provenance.inputs:
        return sorted(provenance.inputs)
    files = "SELECT DISTINCT s.file FROM (SELECT unnest(sources) AS s FROM papers) ORDER BY s.file"
    return [(str(row["file"]), "") for row in tables.rows(files)]


def _node(base_iri: str, path: str = "") -> NamedNode:
    return NamedNode(f"{base_iri}{DESCRIPTION_FAMILY}{path}")


def _link(subject: NamedNode, predicate: str, target: str) -> Triple:
    return Triple(subject, NamedNode(expand(predicate)), NamedNode(target))


def _text(subject: NamedNode, predicate: str, value: str) -> Triple:
    return Triple(subject, NamedNode(expand(predicate)), Literal(value))


def _integer(subject: NamedNode, predicate: str, value: int) -> Triple:
    return Triple(subject, NamedNode(expand(predicate)), Literal(value))
