"""The graph as RDF: terms, triples, the triple store, files in every RDF format, and SHACL validation."""
