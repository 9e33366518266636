from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgraph.errors import GraphError, OutputError
from kgraph.storing.builds import OpenBuild, commit, digest_build, write_table, write_tables, writing
from kgraph.storing.files import whole_file, whole_folder
from kgraph.storing.manifest import Manifest, read_manifest
from kgraph.storing.schemas import SCHEMAS
from kgraph.storing.tables import MemoryTables, Tables

BASE = "https://example.org/"


def _write(graph: Path, tables: MemoryTables, *, replace: bool = False, base: str = BASE) -> str:
    with writing(graph, replace=replace) as draft:
        write_tables(draft, {name: tables.read(name) for name in SCHEMAS})
        build = digest_build(draft, base)
        commit(graph, draft, Manifest(build, "1", base))
    return build


def test_a_build_is_read_as_it_was_written(tmp_path: Path, small_tables: MemoryTables) -> None:
    _write(tmp_path / "g.kg", small_tables)
    tables = Tables(OpenBuild(tmp_path / "g.kg").folder)
    assert tables.read("papers").to_pylist() == sorted(
        small_tables.read("papers").to_pylist(), key=lambda row: str(row["id"])
    )


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path, small_tables: MemoryTables) -> None:
    table = small_tables.read("mentions")
    backwards = table.take(list(range(len(table)))[::-1])
    for name, rows in (("a", table), ("b", backwards)):
        (tmp_path / name).mkdir()
        write_table(tmp_path / name, "mentions", rows)
    assert (tmp_path / "a/mentions.parquet").read_bytes() == (tmp_path / "b/mentions.parquet").read_bytes()


def test_a_graph_is_not_replaced_unasked(tmp_path: Path, small_tables: MemoryTables) -> None:
    _write(tmp_path / "g.kg", small_tables)
    with pytest.raises(GraphError, match="--force"):
        _write(tmp_path / "g.kg", small_tables)


def test_a_folder_of_something_else_is_never_touched(tmp_path: Path, small_tables: MemoryTables) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(GraphError, match="is no graph"):
        _write(tmp_path, small_tables, replace=True)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_failure_leaves_the_old_graph_and_nothing_else(tmp_path: Path, small_tables: MemoryTables) -> None:
    build = _write(tmp_path / "g.kg", small_tables)
    with pytest.raises(ValueError, match="no way"), writing(tmp_path / "g.kg", replace=True) as draft:
        (draft / "papers.parquet").write_text("half")
        raise ValueError("no way")
    assert read_manifest(tmp_path / "g.kg").build == build
    assert [folder.name for folder in (tmp_path / "g.kg/builds").iterdir()] == [build]


def test_a_failed_first_build_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no way"), writing(tmp_path / "g.kg", replace=False):
        raise ValueError("no way")
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_is_open_stays_until_it_is_closed(tmp_path: Path, small_tables: MemoryTables) -> None:
    graph = tmp_path / "g.kg"
    first = _write(graph, small_tables)
    reader = OpenBuild(graph)
    second = _write(graph, small_tables, replace=True, base="https://example.com/")
    assert {folder.name for folder in (graph / "builds").iterdir()} == {first, second}
    reader.close()
    third = _write(graph, small_tables, replace=True, base="https://example.net/")
    assert {folder.name for folder in (graph / "builds").iterdir()} == {third}


def test_two_writers_at_once_are_told_of_each_other(tmp_path: Path, small_tables: MemoryTables) -> None:
    with writing(tmp_path / "g.kg", replace=True), pytest.raises(GraphError, match="another kgraph"):
        _write(tmp_path / "g.kg", small_tables)


def test_what_is_no_graph_says_so(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="kgraph build"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "nonsense": 2}', "\x00"])
def test_a_damaged_manifest_says_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(GraphError, match="damaged"):
        read_manifest(tmp_path)


def test_a_graph_of_a_later_format_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(GraphError, match="format 99"):
        read_manifest(tmp_path)


def test_a_foreign_table_says_so(tmp_path: Path, small_tables: MemoryTables) -> None:
    write_table(tmp_path, "aliases", small_tables.read("aliases"))
    (tmp_path / "aliases.parquet").rename(tmp_path / "papers.parquet")
    with pytest.raises(GraphError, match="other columns"):
        Tables(tmp_path).read("papers")


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(ValueError, match="stop"), whole_file(path) as draft:
        draft.write_text("half")
        raise ValueError("stop")
    assert path.read_text() == "old"
    with whole_file(path) as draft:
        draft.write_text("new")
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_a_folder_of_other_files_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine.txt").write_text("precious")
    with pytest.raises(OutputError, match="other files"), whole_folder(target) as draft:
        (draft / "nodes.csv").write_text("")
    assert (target / "mine.txt").exists()


def test_an_unwritable_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / "missing" / "out.txt"):
        pass
