"""Every RDF format carries the whole graph, and another library reads the same from it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Triple, parse
from small_build import write_build

from kgraph.errors import OutputError, UsageError
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.serialize import RDF12_FORMATS, RDF_FORMATS, write_rdf, write_shards
from kgraph.rdf.terms import expand
from kgraph.rdf.triples import ntriples
from kgraph.storing.tables import Tables

RDFLIB_NAMES = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}
WITH_NAMED_GRAPH = {"nquads", "trig"}

# rdflib warns of its own parsers.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return write_build(tmp_path_factory.mktemp("build"))


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_a_file_read_back_by_its_own_parser_is_the_same_graph(tables: Tables, tmp_path: Path, form: str) -> None:
    write_rdf(tables, tmp_path / "graph", form)
    read = [str(quad.triple) for quad in parse(path=str(tmp_path / "graph"), format=RDF_FORMATS[form])]
    expected = [line.removesuffix(" .") for line in b"".join(ntriples(tables)).decode().split("\n") if line]
    assert sorted(read) == sorted(expected * (2 if form in WITH_NAMED_GRAPH else 1))


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_rdflib_reads_the_same_graph(tables: Tables, tmp_path: Path, form: str) -> None:
    write_rdf(tables, tmp_path / "graph", form)
    dataset = rdflib.Dataset()
    dataset.parse(tmp_path / "graph", format=RDFLIB_NAMES[form])
    expected = set(to_rdflib(tables, native=True))
    assert set(dataset.default_graph) == expected
    if form in WITH_NAMED_GRAPH:
        assert set(dataset.graph(rdflib.URIRef("https://w3id.org/kgraph/graph"))) == expected


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_the_same_graph_gives_the_same_bytes_packed_or_not(tables: Tables, tmp_path: Path, form: str) -> None:
    for name in ("one", "two", "one.gz", "two.gz"):
        write_rdf(tables, tmp_path / name, form)
    one, packed = ((tmp_path / name).read_bytes() for name in ("one", "one.gz"))
    assert one == (tmp_path / "two").read_bytes() == gzip.decompress(packed)
    assert packed == (tmp_path / "two.gz").read_bytes()


def test_nquads_stay_sorted(tables: Tables, tmp_path: Path) -> None:
    write_rdf(tables, tmp_path / "graph.nq", "nquads")
    lines = (tmp_path / "graph.nq").read_bytes().split(b"\n")[:-1]
    assert lines == sorted(lines)


def test_shards_together_are_the_graph(tables: Tables, tmp_path: Path) -> None:
    paths = write_shards(tables, tmp_path, 3)
    lines = [line for path in paths for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [path.name for path in paths] == [f"part-{n}-of-3.nt.gz" for n in (1, 2, 3)]
    assert sorted(lines) == b"".join(ntriples(tables)).splitlines()


@pytest.mark.parametrize("form", RDF12_FORMATS)
def test_every_edge_with_weights_reifies_its_statements(tables: Tables, tmp_path: Path, form: str) -> None:
    write_rdf(tables, tmp_path / "graph", form, reifiers=True)
    triples = {quad.triple for quad in parse(path=str(tmp_path / "graph"), format=RDF_FORMATS[form])}
    plain = {quad.triple for quad in parse(b"".join(ntriples(tables)), format=RDF_FORMATS["ntriples"])}
    reifiers = {t.subject: t.object for t in triples if t.predicate.value == expand("rdf:reifies")}
    classes = ("kg:PaperEntity", "kg:CoMention", "kg:SharedTechnique")
    edges = {t.subject for t in plain if isinstance(t.object, NamedNode) and t.object.value in map(expand, classes)}
    stated = {t.object for t in triples if t.predicate.value == expand("rdf:reifies")}
    links = ("introduces", "evaluatesOn", "comparesWith", "uses", "mentions", "coMentionedWith", "sharesTechniqueWith")
    assert stated == {t for t in plain if t.predicate.value in {expand(f"kg:{link}") for link in links}}
    assert all(isinstance(target, Triple) for target in stated)
    assert {edge for edge in edges if not str(edge).endswith("/class/CoMention>")} >= set(reifiers)
    assert len(reifiers) == sum(len(tables.read(name)) for name in ("paper_entity", "comentions", "shared_techniques"))


def test_reifiers_stay_sorted_and_are_counted(tables: Tables) -> None:
    lines = b"".join(ntriples(tables, reifiers=True)).splitlines()
    assert lines == sorted(set(lines))
    total = next(
        line
        for line in lines
        if line.startswith(f"<https://w3id.org/kgraph/dataset> <{expand('void:triples')}>".encode())
    )
    assert f'"{len(lines)}"'.encode() in total


@pytest.mark.parametrize("form", sorted(set(RDF_FORMATS) - set(RDF12_FORMATS)))
def test_formats_without_rdf12_say_so(tables: Tables, tmp_path: Path, form: str) -> None:
    with pytest.raises(UsageError, match=r"no RDF 1\.2; turtle"):
        write_rdf(tables, tmp_path / "graph", form, reifiers=True)
    assert not (tmp_path / "graph").exists()


def test_turtle_is_written_with_prefixes_and_short_ids(tables: Tables, tmp_path: Path) -> None:
    write_rdf(tables, tmp_path / "graph.ttl", "turtle")
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    assert "@prefix skos: <http://www.w3.org/2004/02/skos/core#>" in text
    assert "skos:broader <entity/lora>" in text


def test_unknown_formats_and_places_are_told(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="turtle"):
        write_rdf(tables, tmp_path / "graph", "trix")
    with pytest.raises(OutputError, match="cannot be written"):
        write_rdf(tables, tmp_path / "missing" / "graph.ttl", "turtle")
    with pytest.raises(UsageError, match="shards"):
        write_shards(tables, tmp_path, 0)
