from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from kgraph.cli import main
from kgraph.errors import UsageError
from kgraph.graph import Graph
from kgraph.rdf.terms import expand


def lines_of(path: Path) -> list[bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return sorted(line for file in files for line in gzip.decompress(file.read_bytes()).splitlines())


def export(graph: Graph, *arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["export", str(graph.path), *map(str, arguments)])
    return result.exit_code, result.stderr


def test_an_export_holds_what_the_store_holds(sample_graph: Graph, tmp_path: Path) -> None:
    sample_graph.export("ntriples", tmp_path / "g.nt.gz")
    exported = {quad.triple for quad in parse(b"\n".join(lines_of(tmp_path / "g.nt.gz")), RdfFormat.N_TRIPLES)}
    assert exported == {quad.triple for quad in sample_graph.store}


def test_shards_are_a_folder_that_holds_the_whole(sample_graph: Graph, tmp_path: Path) -> None:
    sample_graph.export("ntriples", tmp_path / "g.nt.gz", texts=False)
    assert export(sample_graph, "ntriples", "-o", tmp_path / "parts", "--shards", 3, "--no-text")[0] == 0
    assert len(list((tmp_path / "parts").iterdir())) == 3
    assert lines_of(tmp_path / "parts") == lines_of(tmp_path / "g.nt.gz")


def test_without_texts_no_abstract_and_no_quote_leaves_the_graph(sample_graph: Graph, tmp_path: Path) -> None:
    assert export(sample_graph, "turtle", "-o", tmp_path / "g.ttl", "--no-text")[0] == 0
    text = (tmp_path / "g.ttl").read_text(encoding="utf-8")
    assert "kg:quote" not in text
    assert "kg:end" in text
    rows = sample_graph.tables.read("papers").to_pylist()
    assert not any(row["abstract"][:60] in text for row in rows if row["abstract"])


def test_annotations_have_every_mention(sample_graph: Graph, tmp_path: Path) -> None:
    assert export(sample_graph, "ntriples", "-o", tmp_path / "g.nt.gz", "--annotations")[0] == 0
    annotations = [line for line in lines_of(tmp_path / "g.nt.gz") if expand("oa:Annotation").encode() in line]
    assert len(annotations) == len(sample_graph.tables.read("mentions"))


def test_rdf12_is_read_back_by_oxigraph(sample_graph: Graph, tmp_path: Path) -> None:
    assert export(sample_graph, "turtle", "-o", tmp_path / "g.ttl", "--rdf12")[0] == 0
    triples = [quad.triple for quad in parse(path=str(tmp_path / "g.ttl"), format=RdfFormat.TURTLE)]
    assert sum(t.predicate.value == expand("rdf:reifies") for t in triples) > len(
        sample_graph.tables.read("paper_entity")
    )


@pytest.mark.parametrize(
    ("format_name", "flags", "said"),
    [
        ("gexf", ["--no-text"], "--no-text does not go with gexf"),
        ("csv", ["--annotations"], "--annotations does not go with csv"),
        ("turtle", ["--shards", "2"], "--shards does not go with turtle; it goes with ntriples"),
        ("json", ["--shards", "2"], "--shards does not go with json"),
        ("jsonld", ["--rdf12"], "--rdf12 does not go with jsonld; it goes with turtle, ntriples, nquads, trig"),
        ("rdfxml", ["--rdf12"], "--rdf12 does not go with rdfxml"),
        ("graphml", ["--rdf12"], "--rdf12 does not go with graphml"),
    ],
)
def test_what_a_format_cannot_do_is_told_in_a_line(
    sample_graph: Graph, tmp_path: Path, format_name: str, flags: list[str], said: str
) -> None:
    code, told = export(sample_graph, format_name, "-o", tmp_path / "g", *flags)
    assert code == 2
    assert said in told
    assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_less_than_one_shard_is_refused(sample_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1 or more"):
        sample_graph.export("ntriples", tmp_path / "parts", shards=-1)
