"""The N-Triples of a graph: sorted, escaped, typed, without blank nodes, and lean."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from small_build import ENTITIES, HOSTILE, PAPERS, write_build

from kgraph.errors import UsageError
from kgraph.rdf.expressions import text, web_address
from kgraph.rdf.terms import DEFAULT_BASE_IRI, expand
from kgraph.rdf.triples import ntriples
from kgraph.storing.tables import Tables

ENGINE = duckdb.connect()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return write_build(tmp_path_factory.mktemp("build"))


def triples_of(
    tables: Tables, base_iri: str = DEFAULT_BASE_IRI, *, texts: bool = True, annotations: bool = False
) -> list[Triple]:
    lines = b"".join(ntriples(tables, base_iri, texts=texts, annotations=annotations))
    return [quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES)]


def plain(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def values(triples: list[Triple], subject: str, predicate: str) -> set[str]:
    node, link = NamedNode(DEFAULT_BASE_IRI + subject), NamedNode(expand(predicate))
    return {str(t.object) for t in triples if t.subject == node and t.predicate == link}


@pytest.mark.parametrize("annotations", [False, True])
def test_lines_are_sorted_and_distinct(tables: Tables, annotations: bool) -> None:
    lines = b"".join(ntriples(tables, annotations=annotations)).splitlines()
    assert lines == sorted(set(lines))


def test_two_runs_give_the_same_bytes(tables: Tables) -> None:
    again = Tables(tables.folder)
    assert b"".join(ntriples(tables)) == b"".join(ntriples(again))


def test_no_blank_nodes_no_languages_and_every_node_has_a_type(tables: Tables) -> None:
    triples = triples_of(tables, annotations=True)
    assert not any(isinstance(term, BlankNode) for t in triples for term in (t.subject, t.object))
    assert not any(isinstance(t.object, Literal) and t.object.language for t in triples)
    subjects = {t.subject for t in triples}
    typed = {t.subject for t in triples if t.predicate.value == expand("rdf:type")}
    assert subjects == typed


def test_nothing_points_into_the_void(tables: Tables) -> None:
    triples = triples_of(tables, "https://example.org/kg/", annotations=True)
    subjects = {t.subject for t in triples}
    links = {
        t.object
        for t in triples
        if isinstance(t.object, NamedNode) and t.object.value.startswith("https://example.org/kg/")
    }
    assert links <= subjects


def test_hostile_texts_come_back_as_they_were(tables: Tables) -> None:
    titles = {plain(t.object) for t in triples_of(tables) if t.predicate.value == expand("dcterms:title")}
    assert HOSTILE in titles
    assert {paper[1] for paper in PAPERS} <= titles


def test_dates_are_typed_as_precisely_as_they_are_known(tables: Tables) -> None:
    triples = triples_of(tables)
    issued = [values(triples, paper[0], "dcterms:issued") for paper in PAPERS]
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert issued == [
        {f'"2021-06-17"^^<{xsd}date>'},
        {f'"2023-05"^^<{xsd}gYearMonth>'},
        {f'"2024"^^<{xsd}gYear>'},
        {'"2024-02-31"'},
    ]


def test_only_web_addresses_become_links(tables: Tables) -> None:
    triples = triples_of(tables)
    assert values(triples, PAPERS[0][0], "schema:url") == {"<https://arxiv.org/abs/2106.00001>"}
    assert values(triples, PAPERS[1][0], "schema:url") == {'"javascript:alert(1)"'}
    assert values(triples, PAPERS[3][0], "schema:url") == {'"http://example.org/a b"'}


def test_abstracts_and_summaries_are_told_apart(tables: Tables) -> None:
    triples = triples_of(tables)
    assert values(triples, PAPERS[2][0], "dcterms:description") == {'"A summary of LoRA and GPT-3."'}
    assert values(triples, PAPERS[2][0], "dcterms:abstract") == set()
    assert len(values(triples, PAPERS[0][0], "dcterms:abstract")) == 1


def test_kg_mentions_is_written_for_every_role(tables: Tables) -> None:
    triples = triples_of(tables)
    roles = ("introduces", "evaluatesOn", "comparesWith", "uses")
    direct = {(t.subject, t.object) for t in triples if t.predicate.value in {expand(f"kg:{role}") for role in roles}}
    mentions = {(t.subject, t.object) for t in triples if t.predicate.value == expand("kg:mentions")}
    edges = tables.rows("SELECT * FROM paper_entity")
    assert direct <= mentions
    assert len(mentions) == len(edges)


def test_symmetric_edges_go_both_ways(tables: Tables) -> None:
    triples = triples_of(tables)
    for name in ("kg:coMentionedWith", "kg:sharesTechniqueWith"):
        pairs = {(t.subject, t.object) for t in triples if t.predicate.value == expand(name)}
        assert pairs
        assert pairs == {(there, here) for here, there in pairs}


def test_every_edge_leads_to_a_sentence_of_its_paper_that_holds_a_spelling(tables: Tables) -> None:
    triples = triples_of(tables)
    found: dict[object, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for t in triples:
        found[t.subject][t.predicate.value].add(plain(t.object))
    edges = [node for node in found if found[node][expand("rdf:type")] == {expand("kg:PaperEntity")}]
    assert edges
    for edge in edges:
        (entity,) = found[edge][expand("kg:entity")]
        names = found[NamedNode(entity)][expand("skos:prefLabel")] | found[NamedNode(entity)][expand("skos:altLabel")]
        (paper,) = found[edge][expand("kg:paper")]
        texts = found[NamedNode(paper)][expand("dcterms:title")] | found[NamedNode(paper)][expand("dcterms:abstract")]
        texts |= found[NamedNode(paper)][expand("dcterms:description")]
        for sentence in found[edge][expand("kg:evidence")]:
            (quote,) = found[NamedNode(sentence)][expand("kg:quote")]
            (start,) = found[NamedNode(sentence)][expand("kg:start")]
            assert any(name in quote for name in names)
            assert any(whole[int(start) : int(start) + len(quote)] == quote for whole in texts)


def test_annotations_select_what_the_text_has_at_the_offsets(tables: Tables) -> None:
    triples = triples_of(tables, annotations=True)
    starts = {plain(t.subject): int(plain(t.object)) for t in triples if t.predicate.value == expand("oa:start")}
    exact = {plain(t.subject): plain(t.object) for t in triples if t.predicate.value == expand("oa:exact")}
    assert len(starts) == len(tables.rows("SELECT * FROM mentions"))
    texts = {paper[0].removeprefix("paper/"): {"title": paper[1], "abstract": paper[2]} for paper in PAPERS}
    for node, start in starts.items():
        slug, span = node.removeprefix(f"{DEFAULT_BASE_IRI}mention/").removesuffix("/position").split("/")
        surface = exact[node.removesuffix("position") + "quote"]
        assert texts[slug][span.split("-")[0]][start:].startswith(surface)


def test_without_texts_no_abstract_and_no_quote_is_left(tables: Tables) -> None:
    lines = b"".join(ntriples(tables, texts=False)).decode()
    assert "We introduce" not in lines
    assert "A summary of" not in lines
    assert expand("kg:quote") not in lines
    assert expand("kg:end") in lines


def test_ids_stand_under_the_base_iri_that_is_asked_for(tables: Tables) -> None:
    triples = triples_of(tables, "https://example.org/it's/")
    types = [t for t in triples if t.predicate.value == expand("rdf:type")]
    papers = {plain(t.subject) for t in types if t.object == NamedNode(expand("kg:Paper"))}
    assert papers == {f"https://example.org/it's/{paper[0]}" for paper in PAPERS}


@pytest.mark.parametrize(
    "base_iri", ["", "example", "https://example.org", "https://exa mple.org/", "https://e.org/<>/"]
)
def test_what_is_no_base_iri_is_refused(tables: Tables, base_iri: str) -> None:
    with pytest.raises(UsageError, match="base IRI"):
        list(ntriples(tables, base_iri))


def test_the_description_counts_itself_and_names_the_sources(tables: Tables) -> None:
    triples = triples_of(tables)
    assert values(triples, "dataset", "void:triples") == {f'"{len(triples)}"^^<{expand("xsd:integer")}>'}
    source = "dataset/source/small%20papers.json"
    assert values(triples, "dataset", "prov:wasDerivedFrom") == {f"<{DEFAULT_BASE_IRI}{source}>"}
    assert values(triples, source, "dcterms:title") == {'"small papers.json"'}
    methods = sum(kind == "method" for _, _, kind, _ in ENTITIES)
    assert values(triples, "dataset/class/Method", "void:entities") == {f'"{methods}"^^<{expand("xsd:integer")}>'}


def test_the_description_has_the_size_of_every_class_of_ours(tables: Tables) -> None:
    triples = triples_of(tables, annotations=True)
    types = Counter(plain(t.object) for t in triples if t.predicate.value == expand("rdf:type"))
    classes = {t.subject: plain(t.object) for t in triples if t.predicate.value == expand("void:class")}
    sizes = {classes[t.subject]: int(plain(t.object)) for t in triples if t.predicate.value == expand("void:entities")}
    assert sizes == {name: size for name, size in types.items() if name.startswith(expand("kg:"))}


def test_co_mentions_need_two_papers_in_a_corpus_of_fifty(tables: Tables, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    larger = write_build(tmp_path)
    papers = larger.read("papers")
    rows = papers.slice(3, 1).to_pylist() * 50
    more = [row | {"id": f"paper/t-{number}"} for number, row in enumerate(rows)]
    pq.write_table(
        pa.concat_tables([papers, pa.Table.from_pylist(more, schema=papers.schema)]), tmp_path / "papers.parquet"
    )
    count = f"<{expand('rdf:type')}> <{expand('kg:CoMention')}> .".encode()
    assert b"".join(ntriples(tables)).count(count) == len(tables.rows("SELECT * FROM comentions"))
    kept = larger.rows("SELECT * FROM comentions WHERE papers >= 2")
    assert b"".join(ntriples(Tables(tmp_path))).count(count) == len(kept)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_literal_that_reads_back_the_same(value: str) -> None:
    ENGINE.register("texts", pa.table({"value": [value]}))
    (row,) = ENGINE.execute(f"SELECT {text('value')} FROM texts").fetchall()
    (quad,) = parse(f"<a:s> <a:p> {row[0]} .".encode(), RdfFormat.N_TRIPLES)
    assert quad.object == Literal(value)
    assert "\n" not in row[0]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"https?://[ -~]*", fullmatch=True))
def test_any_address_is_a_term_that_parses(value: str) -> None:
    ENGINE.register("texts", pa.table({"value": [value]}))
    (row,) = ENGINE.execute(f"SELECT {web_address('value')} FROM texts").fetchall()
    (quad,) = parse(f"<a:s> <a:p> {row[0]} .".encode(), RdfFormat.N_TRIPLES)
    assert quad.object.value == value
    assert isinstance(quad.object, Literal) or value.startswith(("http://", "https://"))
