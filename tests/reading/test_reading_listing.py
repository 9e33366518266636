"""Listings: titles and abstracts in turn, and what is done where one is missing."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.errors import InputError
from kgraph.reading import Problem, read_papers
from kgraph.reading.listing import looks_like_listing, read_listing
from kgraph.reading.record import Fault, Record

SPACED = """new

Get trending papers in your email inbox!

Subscribe

byAK and the research community

Jun 6

FooNet: A Small Network

We present FooNet, a small network. It is fast.

Barring the Bar

Bars are everywhere. We bar them.
"""

GLUED = """Get trending papers in your email inbox once a day!
Get trending papers in your email inbox!
SubscribeFooNet: A Small Network
We present FooNet, a small network. It is fast.
Barring the Bar
Bars are everywhere. We bar them.
"""

LONG = "This abstract has many words and more than one sentence. It goes on for a while. " * 4


def pairs(text: str) -> list[tuple[str, str]]:
    return [(item.title, item.abstract) for item in items(text) if isinstance(item, Record)]


def faults(text: str) -> list[tuple[str, str]]:
    return [(item.position, item.reason) for item in items(text) if isinstance(item, Fault)]


def items(text: str) -> list[Record | Fault]:
    return list(read_listing(io.BytesIO(text.encode())))


@pytest.mark.parametrize("text", [SPACED, GLUED, SPACED.replace("\n", "\r\n")])
def test_both_layouts_give_titles_with_their_abstracts_and_no_preamble(text: str) -> None:
    assert pairs(text) == [
        ("FooNet: A Small Network", "We present FooNet, a small network. It is fast."),
        ("Barring the Bar", "Bars are everywhere. We bar them."),
    ]
    assert faults(text) == []
    assert looks_like_listing(text)


def test_pages_joined_without_a_line_break_lose_nothing() -> None:
    joined = SPACED.rstrip() + GLUED.rstrip() + SPACED
    assert len(pairs(joined)) == 6
    assert all(abstract.endswith(("fast.", "them.")) for _, abstract in pairs(joined))


def test_an_abstract_may_end_in_an_address_under_the_domain_new() -> None:
    text = f"A Title\n\n{LONG}The code is at https://foo.new\n"
    assert pairs(text)[0][1].endswith("https://foo.new")


def test_a_title_may_begin_with_subscribe_where_no_preamble_came_before() -> None:
    assert pairs(f"SubscribeNet: A Network\n\n{LONG}\n")[0][0] == "SubscribeNet: A Network"


@pytest.mark.parametrize("abstract", ["Bars are everywhere. We bar them.", LONG.strip()])
def test_a_missing_abstract_costs_its_title_only_and_tells_the_line(abstract: str) -> None:
    text = f"First Paper\n{abstract}\nSecond Paper\nThird Paper\n{abstract}\nLast Paper\n"
    assert pairs(text) == [("First Paper", abstract), ("Third Paper", abstract)]
    assert faults(text) == [
        ("line 3", "a title without its abstract"),
        ("line 6", "a title without its abstract"),
    ]


@pytest.mark.parametrize("abstract", ["Bars are everywhere. We bar them.", LONG.strip()])
def test_a_missing_title_costs_its_abstract_only_and_tells_the_line(abstract: str) -> None:
    text = f"{abstract}\nFirst Paper\n{abstract}\n{abstract}\nThird Paper\n{abstract}\n"
    assert pairs(text) == [("First Paper", abstract), ("Third Paper", abstract)]
    assert faults(text) == [
        ("line 1", "an abstract without its title"),
        ("line 4", "an abstract without its title"),
    ]


def test_a_title_that_ends_in_a_full_stop_is_still_a_title_between_abstracts() -> None:
    text = f"First Paper\n{LONG}\nA title with a stop.\n{LONG}\nThird Paper\n{LONG}\n"
    assert [title for title, _ in pairs(text)] == ["First Paper", "A title with a stop.", "Third Paper"]


def test_an_abstract_without_a_full_stop_is_still_an_abstract_after_a_title() -> None:
    text = f"First Paper\n{LONG}and it ends\nSecond Paper\n{LONG}\n"
    assert len(pairs(text)) == 2


def test_bytes_that_are_not_utf8_cost_the_paper_and_tell_the_offset() -> None:
    text = f"First Paper\n{LONG}\nSecond Paper\n".encode() + b"Caf\xe9 is here. It is.\n"
    result = list(read_listing(io.BytesIO(text)))
    assert isinstance(result[0], Record)
    assert isinstance(result[1], Fault)
    assert result[1].position == "line 4"
    assert f"offset {len(text) - len('? is here. It is.') - 1}" in result[1].reason


def test_the_listing_is_read_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(SPACED + "\nLonely Title\n", encoding="utf-8")
    problems: list[Problem] = []
    papers = read_papers([path], on_problem=problems.append)
    assert sorted(paper.title for paper in papers) == ["Barring the Bar", "FooNet: A Small Network"]
    assert [str(problem) for problem in problems] == ["page.txt:line 19: a title without its abstract"]
    with pytest.raises(InputError, match=r"^page\.txt:line 19: a title without its abstract$"):
        read_papers([path], strict=True)


TITLES = st.sampled_from(["A Title", "FooNet: Nets of Foo", "Do Bars Bar?", "A Rather Longer Title, with Commas"])
ABSTRACTS = st.sampled_from([LONG.strip(), "We bar bars. It is good.", "This work is about foo. We like it."])


@given(st.lists(st.tuples(TITLES, ABSTRACTS, st.sampled_from(["both", "both", "title", "abstract"])), max_size=30))
def test_nothing_is_ever_glued_or_swapped(papers: list[tuple[str, str, str]]) -> None:
    kept = {"both": (0, 1), "title": (0,), "abstract": (1,)}
    lines = [paper[index] for paper in papers for index in kept[paper[2]]]
    read = pairs("\n".join(lines))
    adjacent = set(pairwise(lines))
    assert all(pair in adjacent for pair in read)
    assert all("." not in title and abstract.endswith(".") for title, abstract in read)
