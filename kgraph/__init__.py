"""Turns papers into a knowledge graph of methods, models, datasets, tasks and metrics."""
