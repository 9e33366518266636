"""RIS files and Atom feeds."""

from __future__ import annotations

import io

import pytest

from kgraph.reading import decoding
from kgraph.reading.atom import looks_like_atom, read_atom
from kgraph.reading.record import Fault, Record, Refused
from kgraph.reading.ris import looks_like_ris, read_ris

FEED = """<?xml version="1.0" encoding="ISO-8859-1"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>ArXiv Query</title>
  <entry>
    <id>http://arxiv.org/abs/2106.09685v2</id>
    <published>2021-06-17T17:37:18Z</published>
    <title>FooNet: Small &amp;
  Fast for \u00c9l\u00e8ves</title>
    <summary>  We present FooNet,
a network.
</summary>
    <author><name>Ada Example</name></author>
    <author><name>Bob Sample</name></author>
    <link href="https://arxiv.org/abs/2106.09685v2" rel="alternate" type="text/html"/>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/ex</arxiv:doi>
  </entry>
  <entry><id>x</id></entry>
"""


def test_ris_with_what_reference_managers_do_to_it() -> None:
    text = """\
Provider: Some
TY  - JOUR
T1  - On Examples
  of Examples
A1  - Example, Ada
AU  - Sample, Bob
N2  - Examples help.
Y1  - 2020/06/07/
DO  - 10.1000/ex
UR  - https://example.org/ex
ER  -
TY  - CPAPER
TI  - No End
AB  - x
TY  - CPAPER
AB  - No title
ER  -
"""
    assert looks_like_ris(text)
    first, second, third = read_ris(io.BytesIO(text.replace("\n", "\r\n").encode()))
    assert isinstance(first, Record)
    assert (first.position, first.title, first.abstract) == ("line 2", "On Examples of Examples", "Examples help.")
    assert (first.date, first.url) == ("2020-06-07", "https://example.org/ex")
    assert first.authors == ("Bob Sample", "Ada Example")
    assert "10.1000/ex" in first.identifiers
    assert isinstance(second, Record)
    assert second.title == "No End"
    assert third == Fault("line 15", "no title")


def test_a_feed_of_arxiv() -> None:
    assert looks_like_atom(FEED)
    first, second = read_atom(io.BytesIO((FEED + "</feed>").encode()))
    assert isinstance(first, Record)
    assert first.title == "FooNet: Small & Fast for Élèves"
    assert first.abstract == "We present FooNet, a network."
    assert (first.date, first.url) == ("2021-06-17", "https://arxiv.org/abs/2106.09685v2")
    assert first.authors == ("Ada Example", "Bob Sample")
    assert {"http://arxiv.org/abs/2106.09685v2", "10.1000/ex"} <= set(first.identifiers)
    assert second == Fault("record 2", "no title")


def test_entries_before_a_break_in_a_feed_are_kept() -> None:
    items = read_atom(io.BytesIO(FEED.encode()))
    assert isinstance(next(items), Record)
    assert isinstance(next(items), Fault)
    with pytest.raises(Refused, match="not XML"):
        next(items)


def test_feeds_that_declare_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + FEED.partition("?>")[2] + "</feed>"
    with pytest.raises(Refused, match="entities"):
        list(read_atom(io.BytesIO(bomb.encode())))


def test_formats_held_whole_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LARGEST_WHOLE", 2**20)
    with pytest.raises(Refused, match="larger than 1 MiB"):
        list(read_atom(io.BytesIO(FEED.encode() + b" " * 2**20)))
