"""Looking into a graph: naming nodes, searching, neighbours, paths, and the part of it that one wants."""
