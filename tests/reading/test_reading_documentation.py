"""What docs/input-formats.md shows is what is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kgraph.reading import FORMAT_NAMES, read_papers
from kgraph.reading.decoding import LARGEST_WHOLE, LONGEST_RECORD
from kgraph.reading.fields import _ABSTRACT_KEYS, _AUTHOR_KEYS, _DATE_KEYS, _IDENTIFIER_KEYS, TITLE_KEYS, fold_key

PAGE = (Path(__file__).parents[2] / "docs" / "input-formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("language", "example"), EXAMPLES, ids=[language for language, _ in EXAMPLES])
def test_every_example_is_read(tmp_path: Path, language: str, example: str) -> None:
    path = tmp_path / "example"
    path.write_text(example, encoding="utf-8")
    titles = {paper.title.partition(" for ")[0] for paper in read_papers([path], strict=True)}
    assert "FooNet: A Small Network" in titles
    assert all(paper.abstract for paper in read_papers([path]))


def test_every_format_key_and_limit_is_documented() -> None:
    assert len(EXAMPLES) == 6
    assert all(f"`{name}`" in PAGE for name in FORMAT_NAMES)
    named = {fold_key(name) for name in re.findall(r"`([^`\n]+)`", PAGE)}
    for keys in (TITLE_KEYS, _ABSTRACT_KEYS, _AUTHOR_KEYS, _DATE_KEYS, _IDENTIFIER_KEYS):
        assert set(keys) <= named
    assert f"{LONGEST_RECORD // 2**20} MiB" in PAGE
    assert f"{LARGEST_WHOLE // 2**20} MiB" in PAGE
