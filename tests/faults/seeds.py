"""Small files of every kind that kgraph reads, to be damaged."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
import json
from typing import Final

import zstandard

_OPENALEX: Final = {
    "results": [
        {
            "id": "https://openalex.org/W1",
            "display_name": "Zed: a small net",
            "publication_year": 2021,
            "ids": {"doi": "https://doi.org/10.1000/z"},
            "authorships": [{"author": {"display_name": "Ada Zhu"}}],
            "primary_location": {"landing_page_url": "https://arxiv.org/abs/2101.00001"},
            "abstract_inverted_index": {"We": [0], "use": [1], "LoRA": [2, 4], "and": [3]},
        }
    ]
}
_CSL: Final = [
    {
        "title": "Zed",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We tune BERT.</jats:p>",
        "issued": {"date-parts": [[2020, 3, None]]},
        "author": [{"family": "Li", "given": "Bo", "non-dropping-particle": "de"}, {"literal": "The Group"}],
        "DOI": "10.1000/z",
    }
]
_CROSSREF: Final = {"message": {"items": [{"title": ["Zed"], "abstract": "We use LoRA.", "DOI": "10.1000/z"}]}}
_ARXIV: Final = {
    "id": "2101.00001",
    "title": "Zed:\n  a net",
    "abstract": "  We use LoRA\n  on ImageNet.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
    "authors_parsed": [["Zhu", "Ada", ""], ["Li", "Bo", "Jr."]],
}
_DAILY: Final = {"paper": {"id": "2101.00001", "title": "Zed", "summary": "We use LoRA.", "authors": [{"name": "A Z"}]}}

_LISTING: Final = """new
Get trending papers in your email inbox once a day!
Subscribe
by AK and the research community
Nov 22, 2026
Zed: a small net

We present Zed, a small net. It beats BERT on ImageNet, and it is cheap to train with LoRA.

Bowls of numbers
This paper has bowls. They are full.
"""
_BIBTEX: Final = r"""@string{acl = "Annals of Zed"}
@comment{nothing}
@preamble{"\newcommand{\x}{y}"}
@article{zed2021, title = {{Z}ed: {\'E}l{\`e}ves \& $x_1$}, author = {Zhu, Ada and {The Group} and de la Li, Jr., Bo},
  journal = acl # { arXiv:2101.00001}, year = 2021, month = jan # "~7", abstract = "We use {LoRA} at 5\% --- so \emph{good}."}
@inproceedings(zed2022, title = "Two", doi = {10.1000/z}, url = {\url{https://example.org/a\_b}})
"""
_RIS: Final = """TY  - JOUR
TI  - Zed: a small net
AU  - Zhu, Ada
AB  - We use LoRA on ImageNet.
PY  - 2021/03/02/
DO  - 10.1000/z
UR  - https://example.org/a;https://example.org/b
ER  -

TY  - CONF
T1  - Two
N2  - We tune BERT.
ER  -
"""
_NBIB: Final = """
PMID- 12345678
OWN - NLM
DP  - 2021 Jun 17
TI  - Zed: a small net for
      small things.
LID - 10.1000/z [doi]
AB  - We use LoRA on
      ImageNet.
FAU - Zhu, Ada
AU  - Zhu A
DEP - 20210617

PMID- 2
TI  - Two
"""
_ATOM: Final = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
 <title>a query</title>
 <entry>
  <id>http://arxiv.org/abs/2101.00001v2</id>
  <title>Zed: a
   small net</title>
  <summary>We use <b>LoRA</b> &amp; BERT &#x1D4D0;.</summary>
  <published>2021-01-02T03:04:05Z</published>
  <author><name>Ada Zhu</name></author>
  <arxiv:doi>10.1000/z</arxiv:doi>
  <link href="http://arxiv.org/abs/2101.00001v2" rel="alternate" type="text/html"/>
 </entry>
</feed>
"""
_BOMB: Final = """<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&c;&x;</title></entry></feed>
"""
_CSV: Final = """Title,Abstract,Authors,Year,DOI
"Zed, a ""small"" net","We use LoRA.
It is good.","Zhu, Ada; Li, Bo",2021,10.1000/z
Two,We tune BERT.,Ada Zhu and Bo Li,2020-13,
"""
_VOCABULARY: Final = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kg: <https://w3id.org/kgraph/ontology#> .
<urn:zed> a skos:Concept, kg:Method ; skos:prefLabel "Zed" ; skos:altLabel "Zee", "Z-net"@en ; skos:broader <urn:net> .
<urn:net> a kg:Model ; skos:prefLabel \"\"\"Net\"\"\" .
"""


def _lines(*records: object) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


#: The texts of each format, by its name in the table of formats.
TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "atom": (_ATOM, _BOMB),
    "bibtex": (_BIBTEX,),
    "json": (json.dumps(_OPENALEX), json.dumps(_CSL, indent=1), json.dumps(_CROSSREF), json.dumps([_DAILY, _ARXIV])),
    "jsonl": (_lines(_ARXIV, _DAILY), _lines(_CSL, _OPENALEX, {"title": "a\ud800", "year": 1e3, "authors": "A Z"})),
    "listing": (_LISTING,),
    "nbib": (_NBIB,),
    "ris": (_RIS,),
    "table": (_CSV, _CSV.replace(",", "\t").replace("Zhu\t ", "Zhu, "), _CSV.replace(",", ";")),
}
FILES: Final[dict[str, tuple[bytes, ...]]] = {
    name: tuple(text.encode("utf-8", "surrogatepass") for text in texts) for name, texts in TEXTS.items()
}
_ALL: Final = tuple(content for contents in FILES.values() for content in contents)

CURATION: Final = (
    b"action,name,type,value\nmerge,LoRA,method,plain-LoRA\nsplit,ANN,method,ANNs\ndrop,novel approach,method,\n",
)
VOCABULARIES: Final = (_VOCABULARY.encode(), b"name,type,aliases,broader\nZed,method,Zee|Z-net,Net\nNet,model,,\n")
LABELS: Final = (
    b'{"title": "Zed", "abstract": "We use Zed.", "entities": [{"name": "Zed", "type": "method", "role": "uses", '
    b'"surfaces": ["Zed"]}]}\n',
)
QUERIES: Final = (
    b"SELECT ?name (COUNT(*) AS ?n) { ?p kg:uses ?m . ?m skos:prefLabel ?name FILTER(?name != 'a\\'b') } GROUP BY ?name",
    b"PREFIX x: <urn:x> CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c OPTIONAL { ?c ?d [] } } ORDER BY ?a LIMIT 5 # comment",
    b"ASK { { ?s a/skos:broader* <urn:y> } UNION { BIND(1/0 AS ?s) } MINUS { VALUES ?s { UNDEF 'FROM' } } }",
    b"DESCRIBE <https://w3id.org/kgraph/entity/lora>",
)
NAMES: Final = (
    b"LoRA",
    b"entity/lora",
    b"https://arxiv.org/abs/2106.09685",
    b"10.1000/z",
    b"knowlege distilation (method)",
)
PROSE: Final = (
    b"We propose LoRA, i.e. Low-Rank Adaptation (LoRA), and evaluate it on ImageNet-1K and GLUE (see Fig. 2). It beats "
    b"BERT-base/large by 3.5%! GPT-4V (ours) is compared with LLaMA-7B and -13B.\n\nCode: https://example.org/a(b).",
    "Le mod\u00e8le \u201cZ\u00e9d\u201d \u2013 \u6a21\u578b \u4f7f\u7528 BERT\u3002 \U0001d4d0\u0301\u200b \u05e2\u05d1\u05e8\u05d9\u05ea \u202e \ufdfa \u0130 \u1e9e".encode(),
)


def gzipped(data: bytes) -> bytes:
    """Compress without the time of day, so that a test has the same name in every process."""
    return gzip.compress(data, mtime=0)


#: What is compressed, plain and in several pieces.
GZIPPED: Final = (*map(gzipped, _ALL), gzipped(_ALL[0]) + gzipped(_ALL[1]))
ZSTANDARD: Final = tuple(map(zstandard.ZstdCompressor().compress, _ALL))
EVERYTHING: Final = _ALL
