"""Mentions → edges: counts as relational expressions that an engine runs, scores as one function of sorted rows."""

from kgraph.linking.comentions import link_comentions
from kgraph.linking.numbering import number_nodes
from kgraph.linking.paper_entities import count_entities, link_paper_entities
from kgraph.linking.shared_techniques import link_shared_techniques

__all__ = ["count_entities", "link_comentions", "link_paper_entities", "link_shared_techniques", "number_nodes"]
