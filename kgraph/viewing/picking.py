"""The part of a selection that the statements of an answer speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
from pyoxigraph import NamedNode

from kgraph.errors import QueryError

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kgraph.exploring.subset import Selection

#: The node that stands for a tie → the types of its ends.
_TIE_NODES = {
    "paper-entity": ("paper", "entity"),
    "co-mention": ("entity", "entity"),
    "shared-technique": ("paper", "paper"),
}

_Pair = tuple[str, str]


def pick(selection: Selection, statements: Iterable[Triple]) -> tuple[Selection, list[str]]:
    """Return what ``statements`` name of a selection, and the ids of the nodes among it that are to be drawn.

    These are the papers and entities named, with the ties between those that a statement joins: its subject with
    its object, whatever the predicate, or the ends of a tie whose node (``kg:CoMention`` and the like) it names. The
    papers in which co-mentioned entities met come along undrawn, as evidence. Raises :class:`QueryError` where no
    node of the selection is named.
    """
    named, joined = _read(statements, selection.base_iri)
    known = {*selection.papers["id"].to_pylist(), *selection.entities["id"].to_pylist()}
    nodes = named & known
    if not nodes:
        raise QueryError(
            "no paper or entity of the graph is in the answer, so nothing can be drawn: let the query construct "
            "statements about them, such as CONSTRUCT { ?paper kg:uses ?entity } WHERE { ?paper kg:uses ?entity }"
        )
    return _restricted(selection, nodes, joined), sorted(nodes)


def _read(statements: Iterable[Triple], base_iri: str) -> tuple[set[str], set[_Pair]]:
    """Return the ids that statements name, and the pairs that they join, both ways round."""
    named: set[str] = set()
    joined: set[_Pair] = set()
    for statement in statements:
        ends = _id(statement.subject, base_iri), _id(statement.object, base_iri)
        for pair in (ends, *map(_ends_of_tie, ends)):
            named.update(pair)
            joined.update((pair, pair[::-1]))
    return named, joined


def _id(term: object, base_iri: str) -> str:
    """Return the id of a resource of the graph, or an empty text."""
    if not isinstance(term, NamedNode) or not term.value.startswith(base_iri):
        return ""
    return term.value.removeprefix(base_iri)


def _ends_of_tie(node: str) -> _Pair:
    """Return the ends of the tie that a node stands for; empty texts where it stands for none.

    >>> _ends_of_tie("paper-entity/arxiv-2106.09685/LoRA")
    ('paper/arxiv-2106.09685', 'entity/LoRA')
    """
    family, *slugs = node.split("/")
    if family not in _TIE_NODES or len(slugs) != 2:
        return "", ""
    first, second = _TIE_NODES[family]
    return f"{first}/{slugs[0]}", f"{second}/{slugs[1]}"


def _restricted(selection: Selection, nodes: set[str], joined: set[_Pair]) -> Selection:
    entities = _rows(selection.entities, [name in nodes for name in selection.entities["id"].to_pylist()])
    comentions = _joining(selection.comentions, "source", "target", joined)
    papers = nodes | _papers_of(comentions, selection.mentions)
    return replace(
        selection,
        papers=_rows(selection.papers, [paper in papers for paper in selection.papers["id"].to_pylist()]),
        entities=_with_joined_broader(entities, joined),
        aliases=_rows(selection.aliases, [name in nodes for name in selection.aliases["entity"].to_pylist()]),
        paper_entity=_joining(selection.paper_entity, "paper", "entity", joined),
        comentions=comentions,
        shared_techniques=_joining(selection.shared_techniques, "source", "target", joined),
        mentions=_rows(
            selection.mentions,
            [paper in papers and entity in nodes for paper, entity in _pairs(selection.mentions, "paper", "entity")],
        ),
    )


def _papers_of(comentions: pa.Table, mentions: pa.Table) -> set[str]:
    """Return the papers that name both ends of one of the co-mentions."""
    papers: dict[str, set[str]] = {}
    for paper, entity in _pairs(mentions, "paper", "entity"):
        papers.setdefault(entity, set()).add(paper)
    both = (papers.get(first, set()) & papers.get(second, set()) for first, second in _pairs(comentions))
    return set().union(*both)


def _with_joined_broader(entities: pa.Table, joined: set[_Pair]) -> pa.Table:
    broader = [pair[1] if pair in joined else "" for pair in _pairs(entities, "id", "broader")]
    return entities.set_column(entities.schema.get_field_index("broader"), "broader", pa.array(broader, pa.string()))


def _joining(table: pa.Table, first: str, second: str, joined: set[_Pair]) -> pa.Table:
    return _rows(table, [pair in joined for pair in _pairs(table, first, second)])


def _pairs(table: pa.Table, first: str = "source", second: str = "target") -> Iterable[_Pair]:
    return zip(table[first].to_pylist(), table[second].to_pylist(), strict=True)


def _rows(table: pa.Table, kept: list[bool]) -> pa.Table:
    return table.filter(pa.array(kept, pa.bool_()))
