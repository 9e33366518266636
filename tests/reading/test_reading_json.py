"""JSON and JSON Lines in the shapes that services and tools give."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.reading import json_records
from kgraph.reading.json_records import looks_like_json, looks_like_json_lines, read_json, read_json_lines
from kgraph.reading.record import Fault, Item, Record, Refused


def document(text: str) -> list[Item]:
    return list(read_json(io.BytesIO(text.encode())))


def lines(text: str) -> list[Item]:
    return list(read_json_lines(io.BytesIO(text.encode())))


def only(items: list[Item]) -> Record:
    (item,) = items
    assert isinstance(item, Record)
    return item


def test_the_daily_papers_interface() -> None:
    answer = [
        {
            "paper": {
                "id": "2106.09685",
                "title": "LoRA: Low-Rank\n  Adaptation",
                "summary": "We adapt\nmodels.",
                "publishedAt": "2021-06-17T17:37:18.000Z",
                "authors": [{"_id": "1", "name": "Ada Example", "hidden": False}],
            },
            "publishedAt": "2021-06-18T00:00:00.000Z",
            "title": "LoRA: Low-Rank\n  Adaptation",
        }
    ]
    record = only(document(json.dumps(answer)))
    assert record.title == "LoRA: Low-Rank Adaptation"
    assert record.abstract == "We adapt models."
    assert record.date == "2021-06-17"
    assert record.authors == ("Ada Example",)
    assert "2106.09685" in record.identifiers


def test_csl_json() -> None:
    item = {
        "id": "example2020",
        "type": "article-journal",
        "title": "On Examples",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Examples help.</jats:p>",
        "author": [{"family": "Example", "given": "Ada"}, {"literal": "The Examples"}],
        "issued": {"date-parts": [[2020, 6, 7]]},
        "DOI": "10.1000/EX",
        "URL": "https://example.org/ex",
    }
    record = only(document(json.dumps([item])))
    assert (record.title, record.abstract, record.date) == ("On Examples", "Examples help.", "2020-06-07")
    assert record.authors == ("Ada Example", "The Examples")
    assert record.url == "https://example.org/ex"
    assert "10.1000/EX" in record.identifiers


def test_openalex_pages_and_their_inverted_abstracts() -> None:
    work = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1000/ex",
        "display_name": "On Examples",
        "title": "On Examples",
        "publication_year": 2020,
        "publication_date": "2020-06-07",
        "authorships": [{"author_position": "first", "author": {"id": "A1", "display_name": "Ada Example"}}],
        "abstract_inverted_index": {"help": [1, 3], "Examples": [0], "and": [2]},
        "locations": [{"landing_page_url": "https://arxiv.org/abs/2006.01234", "source": {"id": "S1"}}],
        "primary_location": {"landing_page_url": "https://example.org/ex"},
    }
    record = only(document(json.dumps({"meta": {"count": 1}, "results": [work]})))
    assert record.abstract == "Examples help and help"
    assert record.authors == ("Ada Example",)
    assert (record.date, record.url) == ("2020-06-07", "https://example.org/ex")
    assert {"https://doi.org/10.1000/ex", "https://arxiv.org/abs/2006.01234"} <= set(record.identifiers)


def test_the_snapshot_of_arxiv() -> None:
    line = {
        "id": "0704.0001",
        "title": "On examples of examples at\n  high energies",
        "abstract": "  Examples are studied at\nhigh energies.\n",
        "authors": "Ada Example, Bob Sample",
        "authors_parsed": [["Example", "Ada", ""], ["Sample", "Bob", "Jr."]],
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
        "update_date": "2008-11-26",
        "doi": "10.1000/ex",
        "categories": "hep-ph",
    }
    record = only(lines(json.dumps(line)))
    assert record.title == "On examples of examples at high energies"
    assert record.abstract == "Examples are studied at high energies."
    assert record.authors == ("Ada Example", "Bob Sample Jr.")
    assert record.date == "2007-04-02"


def test_crossref_and_semantic_scholar() -> None:
    crossref = {"status": "ok", "message": {"items": [{"title": ["On Examples"], "DOI": "10.1000/ex"}]}}
    assert only(document(json.dumps(crossref))).title == "On Examples"
    scholar = {"total": 1, "data": [{"title": "T", "year": 2020, "externalIds": {"ArXiv": "2106.09685"}}]}
    record = only(lines(json.dumps(scholar)))
    assert (record.date, record.identifiers) == ("2020", ("2106.09685",))


def test_plain_records_keep_their_text_as_it_is() -> None:
    record = only(lines(json.dumps({"title": " A  title\n", "abstract": "One.\n\nTwo.", "text_kind": "summary"})))
    assert (record.title, record.abstract, record.summary) == (" A  title\n", "One.\n\nTwo.", True)
    assert not only(lines(json.dumps({"title": "A", "summary": "B"}))).summary


def test_one_object_several_objects_and_an_array_are_all_documents() -> None:
    assert only(document('{\n "title": "A"\n}')).title == "A"
    assert len(document('{"title": "A"}\n{"title": "B"}')) == 2
    assert len(document('[{"title": "A"}, {"title": "B"}]')) == 2


def test_a_bad_line_costs_that_line_only() -> None:
    items = lines('{"title": "A"}\n\n{"title": \n[1, "x"]\n{"abstract": "B"}\n{"title": "C"}\n' + "[" * 100_000)
    assert [item.position for item in items if isinstance(item, Record)] == ["line 1", "line 6"]
    reasons = {item.position: item.reason for item in items if isinstance(item, Fault)}
    assert set(reasons) == {"line 3", "line 4", "line 5", "line 7"}
    assert reasons["line 5"] == "no title"
    assert reasons["line 7"] == "nested too deeply"


def test_records_before_a_break_in_an_array_are_kept() -> None:
    items: list[Item] = []
    with pytest.raises(Refused, match="not JSON") as refusal:
        items.extend(read_json(io.BytesIO(b'[{"title": "A"}, 3, {"title": "B"}, {"title" "C"}]')))
    assert refusal.value.position == "record 4"
    stream = read_json(io.BytesIO(b'[{"title": "A"}, {"title" "C"}]'))
    assert isinstance(next(stream), Record)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"title": "x", "a": ['])
def test_deep_nesting_is_refused_at_once(opening: str) -> None:
    with pytest.raises(Refused, match="nested"):
        document(opening * 100_000)


def test_long_numbers_are_refused() -> None:
    for number in ("1" * 5000, "1e" + "9" * 50):
        with pytest.raises(Refused, match="number"):
            document(f'[{{"title": "A", "year": {number}}}]')


def test_a_stretch_without_a_record_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "LONGEST_RECORD", 2**20)
    many = ",".join('{"title": "A", "abstract": "' + "b" * 1000 + '"}' for _ in range(2000))
    assert len(document(f"[{many}]")) == 2000
    with pytest.raises(Refused, match="no complete record in 1 MiB"):
        document('["' + "a" * 2**21 + '"]')


@pytest.mark.parametrize("read", [document, lines])
def test_lone_surrogates_do_not_stop_a_reader(read: Callable[[str], list[Item]]) -> None:
    text = r'{"title": "a\ud800b\udc00c\ud83d\ude00d\\ud800e", "year": 2020}'
    title = only(read(text)).title
    assert title.replace("\ud800", "\ufffd").replace("\udc00", "\ufffd") == "a\ufffdb\ufffdc😀d\\ud800e"


@given(st.lists(st.sampled_from(["\\", "\\ud83d", "\\ude00", "\\u0041", "x", '\\"', "\\\\", "ud800"]), max_size=40))
def test_escapes_survive_being_cut_at_any_place(pieces: list[str]) -> None:
    text = '[{"title": "A' + "".join(pieces) + '"}]'
    try:
        expected = json.loads(text)[0]["title"]
    except ValueError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kgraph.reading.decoding._CHUNK", 1)
        found = only(document(text)).title
    assert found == "".join("\ufffd" if 0xD800 <= ord(char) < 0xE000 else char for char in expected)


def test_lines_and_documents_are_told_apart() -> None:
    assert looks_like_json_lines('{"title": "A"}\n{"title": "B"}\n')
    assert looks_like_json_lines('{"title": "A", "abs\n{"title": "B"}\n')
    assert not looks_like_json_lines('{\n  "title": "A"\n}\n')
    assert not looks_like_json_lines('[\n{"title": "A"}\n]')
    assert looks_like_json(' {\n  "title": "A"\n}\n')
    assert looks_like_json('[\n{"title": "A"}\n]')
    assert not looks_like_json("[Re] A Study of Studies\n")
