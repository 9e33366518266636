"""The triple store: built once, read by many, and honest when it is missing or broken."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import Store
from small_build import write_build

from kgraph.errors import GraphError
from kgraph.rdf import store
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.store import build_store, memory_store, open_store, piped, update_store
from kgraph.rdf.triples import ntriples


def test_a_store_holds_what_was_streamed_into_it(tmp_path: Path) -> None:
    lines = list(ntriples(write_build(tmp_path / "build")))
    count = build_store(lines, tmp_path / "store")
    first, second = open_store(tmp_path / "store"), open_store(tmp_path / "store")
    assert count == len(first) == len(second) == b"".join(lines).count(b"\n")
    assert set(first) == set(memory_store(lines))


def test_a_store_that_is_changed_often_is_compacted_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_READ_FROM_DISK", 0)
    said = b"<a:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"
    counted = b'<a:d> <http://rdfs.org/ns/void#triples> "%d"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    build_store([said, counted % 2], tmp_path / "0")
    for number in range(1, 13):
        changes = [
            (True, b"<a:s> <a:p> <a:%d> .\n" % number),
            (False, counted % (number + 1)),
            (True, counted % (number + 2)),
        ]
        assert update_store(tmp_path / str(number - 1), tmp_path / str(number), changes) == number + 2
    assert {str(quad.object) for quad in open_store(tmp_path / "12") if str(quad.subject) == "<a:s>"} == {
        f"<a:{number}>" for number in range(1, 13)
    }
    files = [len(list((tmp_path / str(number)).glob("*.sst"))) for number in range(13)]
    assert max(files) < 20
    assert any(after < before for before, after in pairwise(files))


def test_a_missing_store_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="kgraph index"):
        open_store(tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_broken_store_says_how_to_rebuild_it(tmp_path: Path) -> None:
    build_store([b"<a:s> <a:p> <a:o> .\n"], tmp_path)
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(GraphError, match="kgraph index"):
        open_store(tmp_path)


def test_a_store_is_never_written_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(GraphError, match="not empty"):
        build_store([], tmp_path)


def test_pieces_of_any_size_read_as_one_stream() -> None:
    assert piped([b"ab", b"", b"c" * 3_000_000, b"d"]).read() == b"ab" + b"c" * 3_000_000 + b"d"


def test_both_rdflib_graphs_hold_the_same_terms(tmp_path: Path) -> None:
    import rdflib

    tables = write_build(tmp_path)
    fast, native = to_rdflib(tables), to_rdflib(tables, native=True)
    assert set(fast) == set(native)
    name = 'SELECT ?e { ?e skos:prefLabel "LoRA" }'
    assert set(fast.query(name)) == set(native.query(name))
    label = fast.value(rdflib.URIRef("https://w3id.org/kgraph/entity/lora"), rdflib.SKOS.prefLabel)
    assert label == rdflib.Literal("LoRA")
    assert isinstance(memory_store([]), Store)
