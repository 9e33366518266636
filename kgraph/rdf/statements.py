"""Which statements the rows of the tables make: one entry a property, as SQL.

Every statement of a family has a subject whose IRI begins with the family's path, so that families
written one after another, each sorted, are sorted as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgraph.rdf.expressions import choice, date, decimal, integer, quoted, resource, term, text, triple, web_address
from kgraph.rdf.terms import ENTITY_CLASSES, ROLE_PROPERTIES

#: RDF 1.2: the node that stands for a statement, and carries its weights, says so by this property.
REIFIES: Final = "rdf:reifies"

_SENTENCES = "(SELECT DISTINCT paper, field, sentence_start, sentence_end FROM mentions)"
_EVIDENCE = "(SELECT DISTINCT paper, entity, field, sentence_start FROM mentions)"
_IDENTIFIERS = "(SELECT DISTINCT id, i.scheme, i.value FROM (SELECT id, unnest(identifiers) AS i FROM papers))"
_CREATORS = "(SELECT DISTINCT id, creator FROM (SELECT id, unnest(authors) AS creator FROM papers))"
_SPELLINGS = (
    "(SELECT DISTINCT a.entity, a.alias FROM aliases a JOIN entities e ON a.entity = e.id WHERE a.alias <> e.name)"
)
_QUOTES = (
    "(SELECT s.*, CASE s.field WHEN 'title' THEN p.title ELSE p.abstract END AS passage"  # noqa: S608 - our own SQL
    f" FROM {_SENTENCES} s JOIN papers p ON s.paper = p.id)"
)


@dataclass(frozen=True, slots=True)
class Statements:
    """One property of one kind of node: the rows that have it, and their subject and object as SQL."""

    family: str
    subject: str
    predicate: str
    object: str
    rows: str

    def lines(self) -> str:
        """Return a SELECT of the statements, each a line of N-Triples under the name ``line``."""
        return f"SELECT {self.subject} || ' ' || {term(self.predicate)} || ' ' || {self.object} || ' .' || chr(10) AS line FROM {self.rows}"  # noqa: E501, S608 - our own expressions

    def count(self) -> str:
        """Return a SELECT of the ``predicate`` and how many statements it makes, as ``triples``."""
        return f"SELECT {quoted(self.predicate)} AS predicate, count(*) AS triples FROM {self.rows}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is written: base IRI, texts, Web Annotations, the papers that a co-mention needs, and RDF 1.2 reifiers."""

    base_iri: str
    texts: bool
    annotations: bool
    least_papers: int
    reifiers: bool = False

    def node(self, path: str) -> str:
        """Return the SQL for a resource of the graph."""
        return resource(self.base_iri, path)


def all_statements(wanted: Wanted) -> list[Statements]:
    """Return every entry, the families in the order of their IRIs."""
    annotations = (_mentions,) if wanted.annotations else ()
    makers = (_comentions, _entities, *annotations, _paper_entities, _papers, _sentences, _shared_techniques)
    made = [statements for make in makers for statements in make(wanted)]
    return made if wanted.reifiers else [entry for entry in made if entry.predicate != REIFIES]


def _papers(wanted: Wanted) -> Iterator[Statements]:
    def of(predicate: str, value: str, rows: str = "papers", column: str = "id") -> Statements:
        return Statements("paper", wanted.node(column), predicate, value, rows)

    for class_name in ("kg:Paper", "fabio:ResearchPaper", "schema:ScholarlyArticle"):
        yield of("rdf:type", term(class_name))
    yield of("dcterms:title", text("title"))
    if wanted.texts:
        for kind, predicate in (("abstract", "dcterms:abstract"), ("summary", "dcterms:description")):
            rows = f"(SELECT * FROM papers WHERE abstract <> '' AND text_kind = {quoted(kind)})"  # noqa: S608
            yield of(predicate, text("abstract"), rows)
    yield of("dcterms:issued", date("date"), "(SELECT * FROM papers WHERE date <> '')")
    yield of("dcterms:creator", text("creator"), _CREATORS)
    yield of("dcterms:identifier", text("scheme || ':' || value"), _IDENTIFIERS)
    yield of("fabio:hasArXivId", text("value"), f"(SELECT * FROM {_IDENTIFIERS} WHERE scheme = 'arxiv')")  # noqa: S608
    yield of("schema:url", web_address("url"), "(SELECT * FROM papers WHERE url <> '')")
    for role, local_name in ROLE_PROPERTIES.items():
        only = "" if role == "mentions" else f" WHERE role = {quoted(role)}"
        rows = f"(SELECT * FROM paper_entity{only})"  # noqa: S608
        yield of(f"kg:{local_name}", wanted.node("entity"), rows, "paper")
    for here, there in (("source", "target"), ("target", "source")):
        yield of("kg:sharesTechniqueWith", wanted.node(there), "shared_techniques", here)


def _entities(wanted: Wanted) -> Iterator[Statements]:
    def of(predicate: str, value: str, rows: str = "entities", column: str = "id") -> Statements:
        return Statements("entity", wanted.node(column), predicate, value, rows)

    classes = {kind: f"kg:{local_name}" for kind, local_name in ENTITY_CLASSES.items()}
    yield of("rdf:type", choice("type", {str(kind): name for kind, name in classes.items()}))
    yield of("rdf:type", term("skos:Concept"))
    yield of("skos:prefLabel", text("name"))
    yield of("rdfs:label", text("name"))
    yield of("skos:altLabel", text("alias"), _SPELLINGS, "entity")
    yield of("skos:broader", wanted.node("broader"), "(SELECT * FROM entities WHERE broader <> '')")
    for here, there in (("source", "target"), ("target", "source")):
        yield of("kg:coMentionedWith", wanted.node(there), _kept_comentions(wanted), here)


def _paper_entities(wanted: Wanted) -> Iterator[Statements]:
    node = wanted.node(f"'paper-entity/' || {_slug('paper', 'paper')} || '/' || {_slug('entity', 'entity')}")

    def of(predicate: str, value: str, rows: str = "paper_entity") -> Statements:
        return Statements("paper-entity", node, predicate, value, rows)

    yield of("rdf:type", term("kg:PaperEntity"))
    yield of("kg:paper", wanted.node("paper"))
    yield of("kg:entity", wanted.node("entity"))
    yield of("kg:role", _role())
    yield of("kg:confidence", decimal("confidence"))
    yield of("kg:mentionCount", integer("mentions"))
    yield of("kg:evidence", _sentence(wanted), _EVIDENCE)
    yield of(REIFIES, triple(wanted.node("paper"), term("kg:mentions"), wanted.node("entity")))
    by_role = "(SELECT * FROM paper_entity WHERE role <> 'mentions')"
    yield of(REIFIES, triple(wanted.node("paper"), _role(), wanted.node("entity")), by_role)


def _sentences(wanted: Wanted) -> Iterator[Statements]:
    def of(predicate: str, value: str, rows: str = _SENTENCES) -> Statements:
        return Statements("sentence", _sentence(wanted), predicate, value, rows)

    yield of("rdf:type", choice("field", {"title": "kg:TitleSentence", "abstract": "kg:AbstractSentence"}))
    yield of("kg:start", integer("sentence_start"))
    # The end follows from the quote: to keep the store lean it is written only where there is none.
    if wanted.texts:
        yield of("kg:quote", text("substr(passage, sentence_start + 1, sentence_end - sentence_start)"), _QUOTES)
    else:
        yield of("kg:end", integer("sentence_end"))


def _mentions(wanted: Wanted) -> Iterator[Statements]:
    """Web Annotations: the entity is the body, and two selectors tell where in the paper it is named."""
    mention = _mention_path()
    position, quote = f"{mention} || '/position'", f"{mention} || '/quote'"

    def of(path: str, predicate: str, value: str) -> Statements:
        return Statements("mention", wanted.node(path), predicate, value, "mentions")

    target = f"{mention} || '/target'"
    yield of(mention, "rdf:type", term("kg:Mention"))
    yield of(mention, "rdf:type", term("oa:Annotation"))
    yield of(mention, "oa:motivatedBy", term("oa:identifying"))
    yield of(mention, "oa:hasBody", wanted.node("entity"))
    yield of(mention, "oa:hasTarget", wanted.node(target))
    yield of(mention, "kg:sentence", _sentence(wanted))
    yield of(mention, "kg:role", _role())
    yield of(mention, "kg:confidence", decimal("confidence"))
    yield of(mention, "prov:wasGeneratedBy", wanted.node(quoted("dataset/build")))
    yield of(target, "rdf:type", term("oa:SpecificResource"))
    yield of(target, "oa:hasSource", wanted.node("paper"))
    yield of(target, "oa:hasSelector", wanted.node(position))
    yield of(target, "oa:hasSelector", wanted.node(quote))
    yield of(position, "rdf:type", term("oa:TextPositionSelector"))
    yield of(position, "oa:start", integer('"start"'))
    yield of(position, "oa:end", integer('"end"'))
    yield of(quote, "rdf:type", term("oa:TextQuoteSelector"))
    yield of(quote, "oa:exact", text("surface"))


def _comentions(wanted: Wanted) -> Iterator[Statements]:
    node = wanted.node(f"'co-mention/' || {_slug('entity', 'source')} || '/' || {_slug('entity', 'target')}")

    def of(predicate: str, value: str) -> Statements:
        return Statements("co-mention", node, predicate, value, _kept_comentions(wanted))

    yield of("rdf:type", term("kg:CoMention"))
    yield of("kg:entity", wanted.node("source"))
    yield of("kg:entity", wanted.node("target"))
    yield of("kg:paperCount", integer("papers"))
    yield of("kg:sentenceCount", integer("sentences"))
    yield of("kg:npmi", decimal("npmi"))
    yield of("kg:logLikelihood", decimal("log_likelihood"))
    for here, there in (("source", "target"), ("target", "source")):
        yield of(REIFIES, triple(wanted.node(here), term("kg:coMentionedWith"), wanted.node(there)))


def _shared_techniques(wanted: Wanted) -> Iterator[Statements]:
    node = wanted.node(f"'shared-technique/' || {_slug('paper', 'source')} || '/' || {_slug('paper', 'target')}")

    def of(predicate: str, value: str, rows: str = "shared_techniques") -> Statements:
        return Statements("shared-technique", node, predicate, value, rows)

    yield of("rdf:type", term("kg:SharedTechnique"))
    yield of("kg:paper", wanted.node("source"))
    yield of("kg:paper", wanted.node("target"))
    yield of("kg:score", decimal("score"))
    techniques = "(SELECT source, target, unnest(techniques) AS technique FROM shared_techniques)"
    yield of("kg:technique", wanted.node("technique"), techniques)
    for here, there in (("source", "target"), ("target", "source")):
        yield of(REIFIES, triple(wanted.node(here), term("kg:sharesTechniqueWith"), wanted.node(there)))


def _slug(kind: str, column: str) -> str:
    return f"substr({column}, {len(kind) + 2})"


def _role() -> str:
    return choice("role", {str(role): f"kg:{local_name}" for role, local_name in ROLE_PROPERTIES.items()})


def _mention_path() -> str:
    return f"""'mention/' || {_slug("paper", "paper")} || '/' || field || '-' || "start" || '-' || "end\""""


def _sentence(wanted: Wanted) -> str:
    return wanted.node(f"'sentence/' || {_slug('paper', 'paper')} || '/' || field || '-' || sentence_start")


def _kept_comentions(wanted: Wanted) -> str:
    return f"(SELECT * FROM comentions WHERE papers >= {int(wanted.least_papers)})"  # noqa: S608
