"""Parquet: a folder with the tables, and their description in Croissant 1.1 (croissant.json) for data tools."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kgraph.exporting.data_files import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from kgraph.exploring.subset import Selection

_TYPES: Final = {pa.string(): "sc:Text", pa.int32(): "sc:Integer", pa.float64(): "sc:Float"}
_DESCRIPTIONS: Final = {
    "papers": "The papers, with titles and abstracts (text_kind: whether these are the authors')",
    "entities": "Methods, models, datasets, tasks and metrics",
    "aliases": "How the entities are spelled, and why a spelling counts as the entity",
    "paper_entity": "What a paper does with an entity",
    "comentions": "Pairs of entities in the same papers",
    "shared_techniques": "Pairs of papers that share methods or models",
    "mentions": "Every place where a paper names an entity; offsets count code points",
}
#: Column → what it refers to.
_REFERENCES: Final = {
    "aliases": {"entity": "entities/id"},
    "paper_entity": {"paper": "papers/id", "entity": "entities/id"},
    "comentions": {"source": "entities/id", "target": "entities/id"},
    "shared_techniques": {"source": "papers/id", "target": "papers/id"},
    "mentions": {"paper": "papers/id", "entity": "entities/id"},
}
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{
        term: f"cr:{term}"
        for term in (
            "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
            "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
            "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        )
    },
}  # fmt: skip


def write_parquet(selection: Selection, folder: Path) -> None:
    """Write each table as ``NAME.parquet`` and ``croissant.json`` into an existing folder."""
    for name in TABLES:
        pq.write_table(getattr(selection, name), folder / f"{name}.parquet", compression="zstd")
    content = json.dumps(describe(selection, folder), indent=1, ensure_ascii=False)
    (folder / "croissant.json").write_text(content + "\n", encoding="utf-8")


def describe(selection: Selection, folder: Path) -> dict[str, Any]:
    """Return the Croissant description of the tables in a folder."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": selection.title,
        "description": (
            f"A knowledge graph of {selection.papers.num_rows} papers and the {selection.entities.num_rows} methods,"
            " models, datasets, tasks and metrics that they name"
        ),
        "url": selection.base_iri,
        "distribution": [_file(name, folder) for name in TABLES],
        "recordSet": [_records(name, getattr(selection, name).schema) for name in TABLES],
    }


def _file(name: str, folder: Path) -> dict[str, str]:
    with (folder / f"{name}.parquet").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": f"{name}.parquet",
        "name": f"{name}.parquet",
        "contentUrl": f"{name}.parquet",
        "encodingFormat": "application/x-parquet",
        "sha256": digest,
    }


def _records(name: str, schema: pa.Schema) -> dict[str, Any]:
    key = {"key": {"@id": f"{name}/id"}} if "id" in schema.names else {}
    # Croissant's readers know no lists of records: such columns (identifiers, sources) are in the file alone.
    fields = [_field(name, field) for field in schema if _value_type(field) in _TYPES]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": _DESCRIPTIONS[name],
        **key,
        "field": fields,
    }


def _field(table: str, field: pa.Field) -> dict[str, Any]:
    """Return the description of a column; ``-1`` is a list of any length."""
    described: dict[str, Any] = {"@type": "cr:Field", "@id": f"{table}/{field.name}", "name": field.name}
    source = {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": field.name}}
    if pa.types.is_list(field.type):
        described |= {"isArray": True, "arrayShape": "-1"}
    described |= {"dataType": _TYPES[_value_type(field)], "source": source}
    refers = _REFERENCES.get(table, {}).get(field.name)
    return described | ({"references": {"field": {"@id": refers}}} if refers else {})


def _value_type(field: pa.Field) -> pa.DataType:
    return field.type.value_type if pa.types.is_list(field.type) else field.type
