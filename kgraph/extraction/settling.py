"""Candidates of the whole corpus, made consistent."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.records import Candidate, Paper


def settle(papers: Sequence[Paper], candidates: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """Return the candidates of each paper, settled over the corpus."""
    return [list(found) for found in candidates]
