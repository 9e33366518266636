"""The handle on a graph, and the verbs that make one. Each method delegates to the room that does the work."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from kgraph import pipeline
from kgraph.errors import UsageError
from kgraph.exploring.neighbours import NodeView, RelatedPaper, related_papers, view_node
from kgraph.exploring.nodes import Node, find_node
from kgraph.exploring.paths import Step, find_path
from kgraph.exploring.searching import Hit, search_nodes
from kgraph.exploring.subset import Selection, Subset, select
from kgraph.pipeline import Progress
from kgraph.rdf.terms import check_base_iri
from kgraph.storing.builds import OpenBuild, adding_to, write_manifest
from kgraph.storing.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import igraph
    import networkx as nx
    import rdflib
    import rustworkx
    from pyoxigraph import Store, Triple
    from pyvis.network import Network

    from kgraph.querying import NamedQuery, QueryResult
    from kgraph.rdf.validation import Violation
    from kgraph.serving import Limits
    from kgraph.viewing import InlinePage

Engine = Literal["oxigraph", "rdflib"]


def open_graph(path: str | Path) -> Graph:
    """Open a graph. Raises :class:`kgraph.errors.GraphError` where there is none."""
    return Graph(path)


class Graph:
    """A graph on disk: search it, walk it, ask it, and take it elsewhere.

    It reads the build that is current when it is opened, also while another one is written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._build = OpenBuild(self.path)
        self.manifest = self._build.manifest
        self.tables = Tables(self._build.folder)

    def __repr__(self) -> str:
        counts = self.manifest.counts
        return f"<Graph {self.name}: {counts['papers']} papers, {counts['entities']} entities>"

    @property
    def name(self) -> str:
        """The name of the graph's folder without its extension."""
        return self.path.absolute().stem

    def close(self) -> None:
        """Let writers remove the build that this handle reads, once another one is current."""
        self._build.close()

    def info(self) -> dict[str, Any]:
        """Return the manifest: what the graph was made of, with which options, and what it holds."""
        return asdict(self.manifest)

    # Looking into it

    def find(self, text: str) -> Node:
        """Return the paper or entity meant by an id, IRI, arXiv id, DOI, name, alias or title.

        Raises :class:`kgraph.errors.UnknownNode` or :class:`kgraph.errors.AmbiguousNode`.
        """
        return find_node(self.tables, text, self.manifest.base_iri)

    def find_paper(self, text: str) -> Node:
        """Return the paper meant by an id, IRI, arXiv id, DOI or title. Raises as :meth:`find`, and for an entity."""
        node = self.find(text)
        if node.kind != "paper":
            raise UsageError(f"{text!r} is a {node.kind}; this takes a paper, 'show' tells what an entity is near")
        return node

    def search(self, text: str, *, limit: int = 10, kind: str = "") -> list[Hit]:
        """Return papers and entities whose name, alias or title is like ``text``, best first."""
        return search_nodes(self.tables, text, limit=limit, kind=kind)

    def show(self, node: str, *, limit: int = 10) -> NodeView:
        """Return a paper or entity with its aliases, papers or entities by role, neighbours and sentences."""
        return view_node(self.tables, self.find(node), limit=limit)

    def related(self, paper: str, *, limit: int = 10) -> tuple[RelatedPaper, ...]:
        """Return the papers that share techniques with a paper, by score."""
        return related_papers(self.tables, self.find_paper(paper).id, limit=limit)

    def path_between(self, start: str, goal: str) -> list[Step]:
        """Return the shortest way from one node to another, or an empty list."""
        return find_path(self.tables, self.find(start), self.find(goal))

    def entities(self) -> Iterator[dict[str, Any]]:
        """Yield the entities: id, name, type, aliases, alias_counts, papers, broader."""
        aliases: dict[str, dict[str, int]] = {}
        for row in self.tables.read("aliases").to_pylist():
            aliases.setdefault(row["entity"], {})[row["alias"]] = row["count"]
        for row in self.tables.read("entities").to_pylist():
            counts = aliases.get(row["id"], {})
            yield {
                "id": row["id"],
                "name": row["name"],
                "type": row["type"],
                "aliases": list(counts),
                "alias_counts": counts,
                "papers": row["papers"],
                "broader": row["broader"] or None,
            }

    # Asking it

    def query(
        self,
        sparql: str = "",
        *,
        name: str | None = None,
        params: Mapping[str, str] | None = None,
        engine: Engine = "oxigraph",
    ) -> QueryResult:
        """Answer a SPARQL query, or a named one with its parameters; iterate over it for rows as dictionaries.

        A parameter that is a node takes what :meth:`find` takes. Raises :class:`kgraph.errors.QueryError`.
        """
        from kgraph.querying import named_query, run_query

        target = self.store if engine == "oxigraph" else self.to_rdflib(native=True)
        if name is None:
            if params:
                raise UsageError("parameters belong to named queries; write the values into the query itself")
            return run_query(target, sparql)
        named = named_query(name)
        nodes = {p.name for p in named.parameters if p.type == "node"}
        values = {key: self.iri(value) if key in nodes else value for key, value in (params or {}).items()}
        return run_query(target, named.text, named.bind(values))

    @staticmethod
    def named_queries() -> Sequence[NamedQuery]:
        """Return the queries that ship with the package."""
        from kgraph.querying import named_queries

        return list(named_queries().values())

    def iri(self, node: str) -> str:
        """Return the IRI of a paper or entity."""
        return self.manifest.base_iri + self.find(node).id

    @cached_property
    def store(self) -> Store:
        """The triple store, open for reading."""
        from kgraph.rdf.store import open_store

        return open_store(self.tables.folder / "store")

    def index(self) -> int:
        """Make the triple store anew from the tables; return the number of triples."""
        with adding_to(self.path, self.manifest.build) as draft:
            triples = pipeline.write_store(self.tables, draft / "store", self.manifest)
            place = self.tables.folder / "store"
            # Two renames: a kill leaves the old store, the new one, or in between a message to do this again.
            if place.exists():
                place.rename(draft / "before")
            (draft / "store").rename(place)
            self.manifest = self.manifest.with_triples(triples)
            write_manifest(self.path, self.manifest)
        return triples

    def validate(self) -> list[Violation]:
        """Check the graph against its SHACL shapes; an empty list means that it conforms."""
        from kgraph.rdf.validation import validate

        return validate(self.tables, self.manifest.base_iri)

    # Taking it elsewhere

    def serve(
        self, *, host: str = "127.0.0.1", port: int = 8000, limits: Limits | None = None, cors: Sequence[str] = ()
    ) -> None:
        """Serve the graph over HTTP until the process is told to stop: SPARQL, a JSON API, the explorer.

        ``limits`` are what a query may take, ``cors`` the origins whose pages may ask. Needs the extra ``serve``.
        """
        from kgraph.serving import serve

        serve(self.path, host=host, port=port, limits=limits, cors=cors)

    def serve_mcp(self, *, limits: Limits | None = None, port: int | None = None) -> None:
        """Offer the graph to language models by the Model Context Protocol, on standard input and output.

        With a ``port`` over HTTP on this machine instead. Needs the extra ``mcp``.
        """
        from kgraph.serving.mcp import serve_mcp

        serve_mcp(self.path, limits=limits, port=port)

    def select(self, subset: Subset | None = None) -> Selection:
        """Return the tables of a part of the graph."""
        return select(self.tables, subset or Subset(), title=self.name, base_iri=self.manifest.base_iri)

    def export(
        self,
        format_name: str,
        path: str | Path,
        *,
        subset: Subset | None = None,
        base_iri: str | None = None,
        texts: bool = True,
        annotations: bool = False,
        rdf12: bool = False,
        shards: int = 0,
    ) -> None:
        """Write the graph, or a part of it, as a file (``csv``: a folder) in a format of ``kgraph export --list``.

        For RDF: ``texts=False`` leaves abstracts and quoted sentences out, ``annotations`` adds every mention as a
        Web Annotation, ``rdf12`` the reifiers of RDF 1.2, and ``shards`` writes a folder of so many N-Triples files.
        Raises :class:`kgraph.errors.UsageError` where the format cannot do what is asked.
        """
        from kgraph.exporting import TARGETS, RdfOptions, export_selection

        selection = self.select(subset)
        if base_iri is not None:
            selection = replace(selection, base_iri=check_base_iri(base_iri))
        rdf = RdfOptions(texts, annotations, rdf12, shards, pipeline.provenance(self.manifest))
        appearance = None
        if format_name in TARGETS and TARGETS[format_name].drawn:
            from kgraph.viewing.appearance import appearance as appearance_of

            appearance = appearance_of(selection)
        export_selection(selection, format_name, Path(path), rdf, appearance)

    def push(
        self,
        address: str,
        *,
        user: str = "",
        password: str = "",
        database: str | None = None,
        subset: Subset | None = None,
        progress: Progress | None = None,
    ) -> dict[str, int]:
        """Write the graph, or a part of it, into a database over Bolt; return the numbers of nodes and relationships.

        Without a user no credentials are sent. An interrupted push goes on where it stopped when it is asked for
        again; pushing twice is pushing once. Raises :class:`kgraph.errors.OutputError` where the server cannot be
        reached or refuses.
        """
        from kgraph.exporting.bolt import Server, push_selection

        content = f"{self.manifest.build} {subset or Subset()!r}"
        key = hashlib.sha256(content.encode()).hexdigest()
        server = Server(address, user, password, database)
        return push_selection(self.select(subset), server, key=key, progress=progress)

    @overload
    def view(self, path: str | Path, *, subset: Subset | None = None, query: str = "") -> str: ...
    @overload
    def view(self, path: None = None, *, subset: Subset | None = None, query: str = "") -> InlinePage: ...
    def view(
        self, path: str | Path | None = None, *, subset: Subset | None = None, query: str = ""
    ) -> str | InlinePage:
        """Write an interactive page of the graph, or of a part of it: one HTML file that needs no network.

        It opens around the subset's focus, or on what ``query``, a SPARQL CONSTRUCT, returns of the subset. Returns
        why the page has no SPARQL tab, or an empty text. Without a path it returns the page for a notebook to show;
        that one lacks the tab, to be small. Raises :class:`kgraph.errors.OutputError` where it cannot be
        written or the graph is too large for one file, and :class:`kgraph.errors.QueryError`.
        """
        from kgraph.storing.files import whole_file
        from kgraph.viewing import InlinePage, pick, render_page, write_page

        part = subset or Subset()
        selection = self.select(part)
        chosen: list[str] = []
        if query:
            selection, chosen = pick(selection, self._constructed(query))
        if path is None:
            page = render_page(selection, focus=part.focus, depth=part.depth, chosen=chosen, with_sparql=False)
            return InlinePage(page)
        examples = [asdict(named) for named in self.named_queries()]
        with whole_file(Path(path)) as draft:
            return write_page(selection, draft, focus=part.focus, depth=part.depth, chosen=chosen, examples=examples)

    def _constructed(self, sparql: str) -> Sequence[Triple]:
        answer = self.query(sparql)
        if answer.kind != "graph":
            raise UsageError(
                "only the answer to a CONSTRUCT or DESCRIBE can be drawn; 'kgraph query' prints the others"
            )
        return answer.triples

    def to_networkx(self, subset: Subset | None = None) -> nx.MultiDiGraph[str]:
        """Return the graph as a networkx MultiDiGraph whose edges are keyed by their kind."""
        from kgraph.exporting.networks import to_networkx

        return to_networkx(self.select(subset))

    def to_rustworkx(self, subset: Subset | None = None) -> rustworkx.PyDiGraph[dict[str, Any], dict[str, Any]]:
        """Return the graph as a rustworkx PyDiGraph; nodes and edges are dictionaries of their attributes."""
        from kgraph.exporting.python_graphs import to_rustworkx

        return to_rustworkx(self.select(subset))

    def to_igraph(self, subset: Subset | None = None) -> igraph.Graph:
        """Return the graph as a directed igraph Graph whose vertices are named by their ids."""
        from kgraph.exporting.python_graphs import to_igraph

        return to_igraph(self.select(subset))

    def to_rdflib(self, subset: Subset | None = None, *, native: bool = False) -> rdflib.Graph:
        """Return the graph as an rdflib Graph of its own, kept in Oxigraph, or in rdflib's memory where ``native``."""
        from kgraph.rdf.rdflib_graph import to_rdflib

        return to_rdflib(self.select(subset).tables() if subset else self.tables, self.manifest.base_iri, native=native)

    def to_pyvis(self, subset: Subset | None = None) -> Network:
        """Return the graph as a pyvis Network with fixed positions, to be changed and written as you like."""
        from kgraph.viewing import to_pyvis

        return to_pyvis(self.select(subset))

    def _repr_html_(self) -> str:
        """Show the graph's page in a notebook, in a frame of its own; without the SPARQL tab, to keep it small."""
        import html

        from kgraph.errors import OutputError

        try:
            return self.view()._repr_html_()
        except OutputError as error:
            return f"<p>{html.escape(f'{self!r}: {error}')}</p>"
