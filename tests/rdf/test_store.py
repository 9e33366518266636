"""The triple store: built once, read by many, and honest when it is missing or broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store
from small_build import write_build

from kgraph.errors import GraphError
from kgraph.rdf.rdflib_graph import to_rdflib
from kgraph.rdf.store import build_store, memory_store, open_store, piped
from kgraph.rdf.triples import ntriples


def test_a_store_holds_what_was_streamed_into_it(tmp_path: Path) -> None:
    lines = list(ntriples(write_build(tmp_path / "build")))
    count = build_store(lines, tmp_path / "store")
    first, second = open_store(tmp_path / "store"), open_store(tmp_path / "store")
    assert count == len(first) == len(second) == b"".join(lines).count(b"\n")
    assert set(first) == set(memory_store(lines))


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
