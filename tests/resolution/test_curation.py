from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.errors import InputError
from kgraph.records import EntityType
from kgraph.resolution import NameCount, Resolution, read_curation, resolve

NAMES = [
    NameCount("LoRA", "method", "", 5, 5),
    NameCount("plain LoRA variant", "method", "", 1, 1),
    NameCount("Mamba", "model", "", 3, 3),
    NameCount("ANN", "method", "artificial neural network", 2, 2),
    NameCount("artificial neural networks", "method", "", 2, 2),
]


def corrected(tmp_path: Path, *lines: str) -> Resolution:
    file = tmp_path / "c.csv"
    file.write_text("\n".join(["action,name,type,value", *lines]))
    return resolve(NAMES, (), read_curation(file))


def entities(resolution: Resolution) -> dict[str, EntityType]:
    return {entity.name: entity.type for entity in resolution.entities}


def test_merge_puts_one_entity_into_another_and_says_so(tmp_path: Path) -> None:
    resolution = corrected(tmp_path, "merge,LoRA,method,plain LoRA variant")
    assert "plain LoRA variant" not in entities(resolution)
    reasons = {alias.alias: alias.reason for alias in resolution.aliases}
    assert reasons["plain LoRA variant"] == "merged by the curation file"


def test_split_takes_a_spelling_out(tmp_path: Path) -> None:
    resolution = corrected(tmp_path, "split,artificial neural network,method,ANN")
    assert "ANN" in entities(resolution)
    assert resolution.ids["ANN", "method", "artificial neural network", ""] == "entity/ann"


def test_rename_and_retype_follow_one_another(tmp_path: Path) -> None:
    resolution = corrected(tmp_path, "rename,Mamba,model,Selective SSM", "retype,selective ssm,model,method")
    assert entities(resolution)["Selective SSM"] == "method"


def test_what_is_dropped_resolves_to_nothing(tmp_path: Path) -> None:
    resolution = corrected(tmp_path, "drop,Mamba,model,")
    assert "Mamba" not in entities(resolution)
    assert ("Mamba", "model", "", "") not in resolution.ids


def test_a_correction_that_finds_nothing_is_told(tmp_path: Path) -> None:
    assert [c.line for c in corrected(tmp_path, "drop,Nothing,task,").unused] == [2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line"),
        ("name,type\n", "first line"),
        ("action,name,type,value\nerase,x,method,\n", ":2: unknown action 'erase'"),
        ("action,name,type,value\ndrop,x,methods,\n", ":2: unknown type"),
        ("action,name,type,value\ndrop,,method,\n", ":2: the name is missing"),
        ("action,name,type,value\nmerge,x,method,\n", ":2: merge needs a value"),
        ("action,name,type,value\ndrop,x,method,y\n", ":2: drop takes no value"),
        ("action,name,type,value\nretype,x,method,thing\n", ":2: unknown type 'thing'"),
    ],
)
def test_a_malformed_file_tells_line_and_fault(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_curation(tmp_path / "c.csv")
