"""SPARQL over a graph: checks, engines, result formats and the named queries."""

from kgraph.querying.engines import run_query
from kgraph.querying.formats import RESULT_FORMATS, format_result
from kgraph.querying.named import NamedQuery, Parameter, named_queries, named_query, read_query
from kgraph.querying.results import QueryResult, Term

__all__ = [
    "RESULT_FORMATS",
    "NamedQuery",
    "Parameter",
    "QueryResult",
    "Term",
    "format_result",
    "named_queries",
    "named_query",
    "read_query",
    "run_query",
]
