"""SPARQL over a graph: checks, engines, result formats and the named queries."""
