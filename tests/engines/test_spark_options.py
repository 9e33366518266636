"""What is told where a build on a cluster was asked for wrongly, or cannot be had; nothing here starts Spark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import kgraph
from kgraph.engines.spark import SparkEngine
from kgraph.errors import UsageError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "spark"}, "needs the address of its master"),
        ({"master": "local[2]"}, "add --engine spark"),
        ({"work": "/tmp"}, "add --engine spark"),
        ({"engine": "spark", "master": "local[2]", "candidates": ["part.parquet"]}, "no candidates"),
        ({"engine": "spark", "master": "yarn"}, "give --work"),
    ],
)
def test_options_that_do_not_go_together_are_told(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        kgraph.build("papers.bib", tmp_path / "s.kg", **options)
    assert not list(tmp_path.iterdir())


def test_a_missing_spark_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(UsageError, match=r"pip install 'kgraph-papers\[spark\]'"):
        SparkEngine("local[1]")
