"""The graph into a running database over Bolt: Neo4j, Memgraph, ArcadeDB and others that speak it and Cypher.

Constraints come first, then batches of MERGE, each in a transaction of its own that also notes how far the push
is (a node ``KgraphPush``, gone when it is done). What was interrupted goes on from there; what is pushed again
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kgraph.errors import OutputError, UsageError
from kgraph.exporting.property_graph import (
    INDEXED,
    NAMES,
    UNIQUE,
    constraint,
    edge_groups,
    index,
    merge_edges,
    merge_nodes,
    node_groups,
)
from kgraph.exporting.relations import EDGE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgraph.exploring.subset import Selection
    from kgraph.storing.tables import Tables

#: Rows of one transaction.
BATCH: Final = 1000

SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True)
class Server:
    """Where to push: the address, who is asking (no user: no credentials are sent), and the database."""

    address: str
    user: str = ""
    password: str = ""
    database: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.address!r}, user={self.user!r}, database={self.database!r})"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows and the Cypher that writes them. ``clearing`` goes before it where it is not empty."""

    clearing: str
    action: str
    rows: list[dict[str, Any]]


def push_selection(
    selection: Selection,
    server: Server,
    *,
    key: str,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, int]:
    """Write a selection into a database; return how many nodes and relationships it has there.

    ``key`` names the content: an interrupted push of the same key goes on where it stopped. ``progress`` is told
    "pushing", how many rows are done, and of how many. Nothing is deleted but entities whose type has changed, which
    come anew. Raises :class:`UsageError` for an address that is none, :class:`OutputError` where the driver is
    missing or the server cannot be reached, refuses the credentials, or refuses to write.
    """
    _check_address(server.address)
    try:
        import neo4j
        from neo4j import exceptions
    except ImportError:
        raise OutputError("pushing needs the Neo4j driver: pip install 'kgraph-papers[push]'") from None
    auth = (server.user, server.password) if server.user else None
    try:
        with (
            neo4j.GraphDatabase.driver(server.address, auth=auth) as driver,
            driver.session(database=server.database) as session,
        ):
            driver.verify_connectivity()
            _prepare(session, exceptions)
            return _push(session, selection, key, progress)
    except exceptions.AuthError:
        raise OutputError(
            f"{server.address}: refuses the user {server.user!r}; give --user and NEO4J_PASSWORD"
        ) from None
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
        raise OutputError(
            f"{server.address}: cannot be reached or is gone ({_first_line(error)}); "
            "the same command goes on from where it stopped"
        ) from None
    except (exceptions.Neo4jError, exceptions.DriverError) as error:
        raise OutputError(f"{server.address}: {_first_line(error)}") from None


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UsageError("the address must look like bolt://HOST:7687 (or bolt+s://, neo4j://, neo4j+s://)")
    if parts.username or parts.password:
        raise UsageError("credentials do not belong in the address: give --user, and the password by NEO4J_PASSWORD")


def _first_line(error: Exception) -> str:
    told = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(told).splitlines()[0]


def _prepare(session: Any, exceptions: Any) -> None:
    for label, name in UNIQUE:
        _either(
            session, exceptions, constraint(label, name), f"CREATE CONSTRAINT ON (n:{label}) ASSERT n.{name} IS UNIQUE"
        )
    for label, name in INDEXED:
        _either(session, exceptions, index(label, name), f"CREATE INDEX ON :{label}({name})")


def _either(session: Any, exceptions: Any, statement: str, of_memgraph: str) -> None:
    """Run a statement, or the older form of it that Memgraph understands."""
    try:
        session.run(statement).consume()
    except exceptions.ClientError as error:
        if "Syntax" not in f"{error.code} {error.message}" and "parse" not in f"{error.message}":
            raise
        session.run(of_memgraph).consume()


def _push(
    session: Any, selection: Selection, key: str, progress: Callable[[str, int, int], None] | None
) -> dict[str, int]:
    tables = selection.tables()
    total = _count(tables)
    done, counted = 0, {"nodes": 0, "relationships": 0}
    found = session.run("MATCH (p:KgraphPush {id: $id}) RETURN p.batches AS batches", id=key).single()
    behind = int(found["batches"]) if found else 0
    for number, batch in enumerate(_batches(tables), start=1):
        if number > behind:
            session.execute_write(_write, batch, selection.title, key, number)
        done += len(batch.rows)
        counted["nodes" if "id" in batch.rows[0] else "relationships"] += len(batch.rows)
        if progress:
            progress("pushing", done, total)
    session.run("MATCH (p:KgraphPush {graph: $graph}) DELETE p", graph=selection.title).consume()
    return counted


def _write(transaction: Any, batch: Batch, graph: str, key: str, number: int) -> None:
    if batch.clearing:
        transaction.run(
            f"UNWIND $rows AS row {batch.clearing}", rows=[{"id": row["id"]} for row in batch.rows]
        ).consume()
    transaction.run(f"UNWIND $rows AS row {batch.action}", rows=batch.rows).consume()
    transaction.run(
        "MERGE (p:KgraphPush {id: $id}) SET p.graph = $graph, p.batches = $number", id=key, graph=graph, number=number
    ).consume()


def _count(tables: Tables) -> int:
    selects = [select for _, select, _ in (*node_groups(), *edge_groups())]
    counts = " + ".join(f"(SELECT count(*) FROM ({select}))" for select in selects)  # noqa: S608
    return int(str(tables.rows(f"SELECT {counts} AS total")[0]["total"]))


def _batches(tables: Tables) -> Iterator[Batch]:
    """Yield the rows in batches, always the same ones for the same tables: nodes first."""
    for labels, select, relation in node_groups():
        kind = labels.rpartition(":")[2]
        columns = ", ".join(("id", f"label AS {NAMES[relation.name]}", *relation.columns))
        # An entity that has another type by now would stand in the way of the constraint.
        clearing = f"MATCH (n:Entity {{id: row.id}}) WHERE NOT n:{kind} DETACH DELETE n" if ":" in labels else ""
        for rows in _rows(tables, f"SELECT {columns} FROM ({select})", ("id",)):  # noqa: S608
            yield Batch(clearing, merge_nodes(labels), rows)
    for _, select, relation in edge_groups():
        columns = ", ".join(("source", "target", f"{EDGE_ID} AS id", "weight", *relation.columns))
        for rows in _rows(tables, f"SELECT {columns} FROM ({select})", ("source", "target")):  # noqa: S608
            yield Batch("", merge_edges(relation), rows)


def _rows(tables: Tables, select: str, keys: tuple[str, ...]) -> Iterator[list[dict[str, Any]]]:
    pieces = (
        batch.slice(start, BATCH).to_pylist()
        for batch in tables.batches(select)
        for start in range(0, batch.num_rows, BATCH)
    )
    rows = (_parameters(row, keys) for piece in pieces for row in piece)
    while group := list(islice(rows, BATCH)):
        yield group


def _parameters(row: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return a row as the statement takes it: its keys, and as properties all that is not empty."""
    properties = {name: value for name, value in row.items() if name not in keys and value not in ("", [], None)}
    return {key: row[key] for key in keys} | {"properties": properties}
