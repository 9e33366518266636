"""BibTeX libraries and their LaTeX."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.reading.bibtex import looks_like_bibtex, read_bibtex
from kgraph.reading.latex import decode_latex
from kgraph.reading.record import Fault, Item, Record, Refused


def read(text: str) -> list[Item]:
    return list(read_bibtex(io.BytesIO(text.encode())))


def test_an_entry_as_google_scholar_writes_it() -> None:
    text = r"""
@article{example2021foo,
  title={{FooNet}: Small Networks for
     {\'E}l{\`e}ves \& Others},
  author={Example, Ada and van der Sample, Bob and {The Foo Team} and others},
  journal={arXiv preprint arXiv:2106.09685},
  month = jun,
  year={2021}
}
"""
    assert looks_like_bibtex(text)
    assert read(text) == [
        Record(
            "line 2",
            "FooNet: Small Networks for Élèves & Others",
            date="2021-06",
            authors=("Ada Example", "Bob van der Sample", "The Foo Team"),
            identifiers=("arXiv preprint arXiv:2106.09685",),
        )
    ]


def test_strings_abstracts_and_addresses() -> None:
    text = r"""@string{what = "On Examples"}
@inproceedings(b, title = what, abstract = "We gain 5% and 7\% on $x_1 \in X$,
  a lot.", doi = {10.1000/a\_b}, url = {\url{https://example.org/a%20b}}, date = {2020-06-07})"""
    (record,) = read(text)
    assert isinstance(record, Record)
    assert record.title == "On Examples"
    assert record.abstract == r"We gain 5% and 7% on $x_1 \in X$, a lot."
    assert record.url == "https://example.org/a%20b"
    assert "10.1000/a_b" in record.identifiers
    assert record.date == "2020-06-07"


def test_a_broken_entry_costs_itself_only_and_a_repeated_key_nothing() -> None:
    text = """@article{a, title={A}}
@article{b, title={B
@article{a, title={C}}
@misc{d, year=2020}
@misc{e, title={E}, title={F}}
"""
    items = read(text)
    assert [item.title for item in items if isinstance(item, Record)] == ["A", "C", "E"]
    assert [item.position for item in items if isinstance(item, Fault)] == ["line 2", "line 4"]


def test_other_encodings_are_refused_with_the_offset() -> None:
    with pytest.raises(Refused, match="offset 20"):
        list(read_bibtex(io.BytesIO(b"@article{a, title={A\xe9}}")))


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"{LLaMA}-7{B} {\textbf{bold}} \emph{x}", "LLaMA-7B bold x"),
        (
            r"G{\"o}del, Erd\H{o}s, \c{C}elik, na\"{\i}ve, \O rsted, Stra{\ss}e",
            "Gödel, Erdős, Çelik, naïve, Ørsted, Straße",
        ),
        (r"$\alpha$-Net and \(x^2\), {$\beta$}", r"$\alpha$-Net and \(x^2\), $\beta$"),
        (r"costs \$5, 100% of a\_b \#1 \{x\}", "costs $5, 100% of a_b #1 {x}"),
        ("``quoted'' -- a---b~c", "“quoted” – a—b c"),
        (r"see \cite{a,b} and \href{https://x.y}{here}\footnote{note}", "see  and herenote"),
        (r"\ours{} and \LaTeX{} \textgreater{} \today", "ours and LaTeX > today"),
        ("Pl\u00e4in text stays", "Pl\u00e4in text stays"),
    ],
)
def test_latex_becomes_plain_text_and_mathematics_stays(latex: str, plain: str) -> None:
    assert decode_latex(latex) == plain


@given(
    st.lists(st.sampled_from([*"\\{}$%&#~^_[]()ab \"'`", "\\frac", "\\href{", "\\begin{a}", "\\'", "\\c "])).map(
        "".join
    )
)
def test_no_latex_stops_a_reader(text: str) -> None:
    assert isinstance(decode_latex(text), str)
