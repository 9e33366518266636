"""CSV and TSV."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.reading.delimited import looks_like_table, read_table
from kgraph.reading.record import Fault, Item, Record, Refused


def read(text: str) -> list[Item]:
    return list(read_table(io.BytesIO(text.encode())))


def test_columns_are_found_by_their_names() -> None:
    text = 'Document Title,Authors,Abstract Note,Publication Year,DOI,Link\r\n"A, b","Doe, Jo; Roe, Al","x\n\ny",2020,10.1000/ex,https://example.org\r\n'
    assert read(text) == [
        Record(
            "line 2",
            "A, b",
            "x\n\ny",
            date="2020",
            url="https://example.org",
            authors=("Jo Doe", "Al Roe"),
            identifiers=("10.1000/ex", "https://example.org"),
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(delimiter: str) -> None:
    text = f"id{delimiter}title{delimiter}abstract\n1{delimiter}A{delimiter}B\n\n"
    assert looks_like_table(text)
    assert read(text) == [Record("line 2", "A", "B", identifiers=("1",))]


def test_a_bad_row_costs_that_row_only() -> None:
    text = 'title,abstract\nA,b\n"B" x,c\nC,d,e\n,f\n"D,g\nE,h\n'
    items = read(text)
    assert [item.title for item in items if isinstance(item, Record)] == ["A", "E"]
    assert [item.position for item in items if isinstance(item, Fault)] == ["line 3", "line 4", "line 5", "line 6"]


def test_quotes_in_tables_with_tabs_may_be_just_quotes() -> None:
    items = read('title\tabstract\n"Why?": A Study\tWe ask "why".\n"Open\tx\n')
    assert [item.title for item in items if isinstance(item, Record)] == ['"Why?": A Study', '"Open']


def test_bytes_that_are_not_utf8_cost_their_row() -> None:
    items = list(read_table(io.BytesIO(b"title,abstract\nA,b\nCaf\xe9,c\nD,e\n")))
    assert [type(item) for item in items] == [Record, Fault, Record]
    assert isinstance(items[1], Fault)
    assert "offset 22" in items[1].reason


def test_a_table_without_a_title_column_is_none() -> None:
    assert not looks_like_table("name,abstract\nA,b\n")
    with pytest.raises(Refused, match="title column"):
        read("name,abstract\nA,b\n")


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from('\n",'), min_size=1).filter(
    str.strip
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([("title", "abstract"), *rows])
    records = [item for item in read(buffer.getvalue()) if isinstance(item, Record)]
    assert [(record.title, record.abstract) for record in records] == rows
