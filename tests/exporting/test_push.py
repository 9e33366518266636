from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from kgraph.cli import main
from kgraph.errors import OutputError, UsageError
from kgraph.exploring.subset import Subset, select
from kgraph.exporting import bolt
from kgraph.exporting.bolt import Server, push_selection
from kgraph.graph import Graph
from kgraph.storing.tables import MemoryTables


@pytest.mark.parametrize("address", ["localhost:7687", "http://localhost:7474", "bolt://", ""])
def test_an_address_that_is_none_is_refused(small_tables: MemoryTables, address: str) -> None:
    selection = select(small_tables, Subset(), title="small", base_iri="https://example.org/")
    with pytest.raises(UsageError, match="bolt://HOST:7687"):
        push_selection(selection, Server(address), key="k")


def test_credentials_in_the_address_are_refused_and_not_repeated(small_tables: MemoryTables) -> None:
    selection = select(small_tables, Subset(), title="small", base_iri="https://example.org/")
    with pytest.raises(UsageError, match="NEO4J_PASSWORD") as told:
        push_selection(selection, Server("bolt://ada:very-private@localhost"), key="k")
    assert "very-private" not in str(told.value)


def test_a_server_does_not_show_its_password() -> None:
    assert "very-private" not in repr(Server("bolt://localhost", "ada", "very-private"))


def test_a_missing_driver_says_what_to_install(small_tables: MemoryTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    selection = select(small_tables, Subset(), title="small", base_iri="https://example.org/")
    with pytest.raises(OutputError, match=r"pip install 'kgraph-papers\[push\]'"):
        push_selection(selection, Server("bolt://localhost"), key="k")


def test_batches_are_the_same_each_time_and_whole(small_tables: MemoryTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bolt, "BATCH", 2)
    one, two = (list(bolt._batches(small_tables)) for _ in range(2))
    assert one == two
    assert max(len(batch.rows) for batch in one) == 2
    nodes = sorted(row["id"] for batch in one for row in batch.rows if "id" in row)
    assert nodes == sorted(
        node for table in ("papers", "entities") for node in small_tables.read(table)["id"].to_pylist()
    )


def test_without_a_password_and_a_terminal_it_says_what_to_do(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    result = CliRunner().invoke(main, ["push", str(sample_graph.path), "bolt://localhost:7687"])
    assert result.exit_code == 2
    assert "NEO4J_PASSWORD" in result.stderr
