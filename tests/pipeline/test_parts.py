"""A corpus extracted in parts gives the graph of one machine."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import kgraph
from kgraph.errors import InputError, UsageError
from kgraph.graph import Graph
from kgraph.resources import data_path
from kgraph.storing.schemas import SCHEMAS

SAMPLE = data_path("sample/papers.jsonl")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("parts")
    files = [folder / f"part-{number}.parquet" for number in (1, 2, 3)]
    for number, file in enumerate(files, start=1):
        kgraph.extract_part(SAMPLE, file, shard=number, of=3)
    return files


def test_parts_give_the_bytes_of_a_build_in_one(parts: list[Path], sample_graph: Graph, tmp_path: Path) -> None:
    graph = kgraph.build(SAMPLE, tmp_path / "g.kg", candidates=parts[::-1])
    for name in SCHEMAS:
        assert graph.tables.path(name).read_bytes() == sample_graph.tables.path(name).read_bytes()
    assert graph.manifest == sample_graph.manifest


def test_parts_that_do_not_make_a_whole_are_refused(parts: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2/3"):
        kgraph.build(SAMPLE, tmp_path / "g.kg", candidates=[parts[0], parts[2]])
    with pytest.raises(InputError, match="twice"):
        kgraph.build(SAMPLE, tmp_path / "g.kg", candidates=[*parts, parts[0]])
    with pytest.raises(UsageError, match="part 4 of 3"):
        kgraph.extract_part(SAMPLE, tmp_path / "p.parquet", shard=4, of=3)
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "more.jsonl").write_text('{"title": "One more"}\n' + "".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match="other papers"):
        kgraph.build(tmp_path / "more.jsonl", tmp_path / "g.kg", candidates=parts)
    assert not (tmp_path / "g.kg").exists()


def test_a_table_of_your_own_is_checked_against_the_texts(parts: list[Path], tmp_path: Path) -> None:
    table = pq.read_table(parts[0]).replace_schema_metadata(None)
    pq.write_table(table, tmp_path / "mine.parquet")
    graph = kgraph.build(SAMPLE, tmp_path / "g.kg", candidates=[tmp_path / "mine.parquet"], store=False)
    assert graph.manifest.options["candidates"]
    wrong = table.set_column(table.schema.get_field_index("surface"), "surface", table["long_form"])
    pq.write_table(wrong, tmp_path / "wrong.parquet")
    with pytest.raises(InputError, match="texts"):
        kgraph.build(SAMPLE, tmp_path / "h.kg", candidates=[tmp_path / "wrong.parquet"])
    (tmp_path / "text.parquet").write_text("no table")
    with pytest.raises(InputError, match="cannot be read as candidates"):
        kgraph.build(SAMPLE, tmp_path / "h.kg", candidates=[tmp_path / "text.parquet"])
