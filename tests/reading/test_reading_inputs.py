"""Inputs of every kind: files, folders, compression, encodings, and what cannot be read."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kgraph.errors import InputError, UsageError
from kgraph.reading import FORMAT_NAMES, Problem, read_papers
from kgraph.records import Source

LINES = '{"title": "FooNet", "id": "2106.09685"}\n{"title": "BarNet"}\n'
BIBTEX = "@article{a, title={FooNet}, eprint={2106.09685}, abstract={Foo.}}\n"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def titles(*inputs: str | Path, **options: object) -> list[str]:
    return sorted(paper.title for paper in read_papers(inputs, **options))  # type: ignore[arg-type]


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd, lambda data: gzip.compress(data) + gzip.compress(b"")])
@pytest.mark.parametrize(
    "encode", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"], ids=lambda name: str(name)
)
def test_compression_and_encoding_are_told_by_content(
    tmp_path: Path, pack: Callable[[bytes], bytes], encode: str
) -> None:
    mark = "\ufeff" if encode.endswith("e") else ""
    path = write(tmp_path / "papers", pack((mark + LINES).encode(encode)))
    assert titles(path) == ["BarNet", "FooNet"]


def test_several_inputs_merge_in_any_order(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.jsonl", LINES), write(tmp_path / "two.bib", BIBTEX)
    papers = read_papers([one, two])
    assert papers == read_papers([str(two), one, one])
    foo = next(paper for paper in papers if paper.title == "FooNet")
    assert foo.abstract == "Foo."
    assert foo.sources == (Source("one.jsonl", 1), Source("two.bib", 1))


def test_a_folder_is_read_whole_and_what_is_passed_over_is_told(tmp_path: Path) -> None:
    write(tmp_path / "b" / "deep" / "x.jsonl.gz", gzip.compress(LINES.encode()))
    write(tmp_path / "a.bib", BIBTEX.replace("FooNet", "Third").replace("2106.09685", "2106.00001"))
    write(tmp_path / ".hidden" / "x.jsonl", LINES)
    write(tmp_path / "graph.kg" / "x.jsonl", LINES)
    write(tmp_path / "notes.md", "# Heading\n\n" + "This is prose. It goes on. " * 20 + "\n")
    write(tmp_path / "picture.png", bytes(range(256)))
    write(tmp_path / "empty.json", "")
    write(tmp_path / "comment.bib", "@comment{nothing}")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    problems: list[Problem] = []
    assert titles(tmp_path, on_problem=problems.append) == ["BarNet", "FooNet", "Third"]
    assert [problem.file for problem in problems] == [
        ".hidden",
        "broken",
        "comment.bib",
        "empty.json",
        "graph.kg",
        "link",
        "notes.md",
        "picture.png",
        "pipe",
    ]
    assert str(problems[3]) == "empty.json: empty"
    with pytest.raises(InputError, match=r"^comment\.bib: no paper in it$"):
        read_papers([tmp_path], strict=True, on_problem=problems.append)


def test_standard_input_and_pipes_need_no_rewinding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(LINES.encode()))))
    (foo,) = (paper for paper in read_papers(["-"]) if paper.title == "FooNet")
    assert foo.sources == (Source("<stdin>", 1),)
    reader, writer = os.pipe()
    os.write(writer, LINES.encode())
    os.close(writer)
    assert titles(f"/dev/fd/{reader}") == ["BarNet", "FooNet"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.json", b" \n\n", "empty"),
        ("a.pdf", b"%PDF-1.5 etc.", "a PDF, not text"),
        ("a.bin", bytes(range(256)) * 10, "not text"),
        ("a.html", b"<!DOCTYPE html><html><body><p>Hi", "save it as text"),
        ("prose", b"Hello world\n", "in no format"),
        ("a.txt", b"Hello world\n", "a title without its abstract"),
        ("a.jsonl", b'{"title": 1e999', "not JSON"),
        ("a.bib", b"% nothing", "no paper in it"),
        ("a.bib", b"@article{a, title={\xe9}}", "not UTF-8 at offset 19"),
        ("a.gz", gzip.compress(LINES.encode(), mtime=0)[:12], "damaged"),
        ("a.gz", b"\x1f\x8bnonsense", "damaged"),
        ("a.zst", zstd(LINES.encode())[:9] + b"nonsense", "damaged"),
        ("a.gz", gzip.compress(gzip.compress(LINES.encode(), mtime=0), mtime=0), "compressed twice"),
    ],
)
def test_what_cannot_be_read_says_so_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(InputError, match=message) as error:
        read_papers([path], on_problem=lambda _: None)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", ["nowhere.json", "no\x00where", "a" * 5000])
def test_missing_inputs_are_told(path: str) -> None:
    with pytest.raises(InputError):
        read_papers([path])


def test_a_folder_without_papers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no paper in it"):
        read_papers([tmp_path])


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_the_papers_before_damage_are_kept(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    text = "".join(
        json.dumps({"title": f"Paper {number}", "id": os.urandom(99).hex()}) + "\n" for number in range(9000)
    )
    packed = gzip.compress(text.encode())
    path = write(tmp_path / "a.gz", packed[: len(packed) - 100])
    problems: list[Problem] = []
    assert len(read_papers([path], on_problem=problems.append)) > 500
    assert "damaged" in problems[-1].reason


def test_the_format_may_be_named_and_must_exist(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "Hello\n" + "We do. It is good.\n")
    assert titles(path, format="listing") == ["Hello"]
    assert "listing" in FORMAT_NAMES
    with pytest.raises(UsageError, match="bibtex"):
        read_papers([path], format="docx")


def test_problems_are_warnings_where_nobody_listens(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", LINES + "x\n")
    with pytest.warns(UserWarning, match=r"^a\.jsonl:line 3: not JSON"):
        read_papers([path])
    with pytest.raises(InputError, match=r"^a\.jsonl:line 3: not JSON"):
        read_papers([path], strict=True)


def test_progress_counts_records_and_summaries_are_marked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", LINES)
    counts: list[int] = []
    papers = read_papers([path], summaries=True, progress=counts.append)
    assert counts == [1, 2]
    assert {paper.text_kind for paper in papers} == {"summary"}


def test_text_is_cleaned_and_only_web_addresses_are_kept(tmp_path: Path) -> None:
    record = {
        "title": "a\x00\ud800b\tc",
        "abstract": "e\u0301\r\n\x1b",
        "url": "javascript:alert(1)",
        "authors": ["\x01 "],
    }
    (paper,) = read_papers([write(tmp_path / "a.jsonl", json.dumps(record) + "\n\n")])
    assert (paper.title, paper.abstract, paper.url, paper.authors) == ("a\ufffdb\tc", "e\u0301\n", "", ())


@given(
    st.binary(max_size=300), st.sampled_from([None, *FORMAT_NAMES]), st.sampled_from(["a.txt", "a.json", "a.bib", "a"])
)
def test_any_bytes_give_papers_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, format_name: str | None, name: str
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "bytes" / name, data)
    try:
        papers = read_papers([path], format=format_name, on_problem=lambda _: None)
    except InputError:
        return
    for paper in papers:
        "".join([paper.id, paper.title, paper.abstract, paper.url, paper.date, *paper.authors]).encode()


FRAGMENTS = {
    "atom": [
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        "<entry>",
        "</entry>",
        "<title>T",
        "</title>",
        "</feed>",
        "&x;",
    ],
    "bibtex": [
        "@a{b,",
        "title={",
        "}",
        '"',
        ",\n",
        "=",
        "#",
        "author={",
        " and ",
        "\\",
        "@string{x={y}}",
        "month=jan",
        "\n@",
    ],
    "json": ["[", "{", '"title":', '"T"', ",", "}", "]", '"results":', '"paper":', "1e5", '"\\ud800"', "null", "\n"],
    "jsonl": [
        '{"title":',
        '"T"',
        "}",
        "\n",
        ',"authors":',
        '[["a"]]',
        ',"date":',
        '{"date-parts":[[2020,null]]}',
        "[",
        "]",
    ],
    "listing": [
        "A Title\n",
        "We do. It is good.\n",
        "new\n",
        "Subscribe",
        "Get trending papers in your email inbox!",
        "\n",
    ],
    "ris": ["TY  - JOUR\n", "TI  - T\n", "AB  - ", "ER  - \n", "UR  - a;b\n", "\nx\n", "AU  - ,\n", "DA  - 2020/13\n"],
    "table": ["title,abstract\n", "title\tabstract\n", '"', "a", ",", "\t", "\n", "\r", ";"],
}


@given(st.data(), st.sampled_from(sorted(FRAGMENTS)))
def test_any_mixture_of_the_pieces_of_a_format_gives_papers_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str
) -> None:
    odd = st.sampled_from([b"\xff", b"\x00", b"\xed\xa0\x80", b"\r"])
    pieces = st.one_of(*[st.sampled_from(FRAGMENTS[name]).map(str.encode)] * 8, odd)
    content = b"".join(data.draw(st.lists(pieces, max_size=20)))
    path = write(tmp_path_factory.getbasetemp() / "pieces" / "a", content)
    problems: list[Problem] = []
    try:
        read_papers([path], format=name, on_problem=problems.append)
    except InputError as error:
        assert "\n" not in str(error)
