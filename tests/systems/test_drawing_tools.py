"""The files for drawing tools, read by these tools' own code from npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE_TEXTS, hostile_tables
from needed import npm_packages, program
from reading_back import expected

import kgraph
from kgraph.exploring.subset import Selection, Subset, select
from kgraph.exporting import export_selection
from kgraph.resources import data_path
from kgraph.viewing.appearance import appearance

pytestmark = pytest.mark.systems

PACKAGES = (
    "graphology@0.26", "graphology-gexf@0.13", "graphology-types@0.24", "@xmldom/xmldom@0.8", "cytoscape@3",
    "vosviewer-online@1",
)  # fmt: skip

GRAPHOLOGY = """
const {MultiGraph} = require('graphology'); const fs = require('fs');
const graph = MultiGraph.from(JSON.parse(fs.readFileSync(process.argv[2])));
console.log(JSON.stringify(summary(graph)));
"""
GEXF = """
global.DOMParser = require('@xmldom/xmldom').DOMParser;
global.Document = new DOMParser().parseFromString('<a/>').constructor;
const {MultiGraph} = require('graphology'); const fs = require('fs');
const gexf = require('graphology-gexf');
const graph = gexf.parse(MultiGraph, fs.readFileSync(process.argv[2], 'utf8'));
console.log(JSON.stringify(summary(graph)));
"""
SUMMARY = """
function summary(graph) {
  return {
    nodes: graph.mapNodes((id, a) => [id, a.label, a.kind, a.x, a.y, a.size, a.color]),
    edges: graph.mapEdges((id, a, s, t, sa, ta, undirected) => [s, t, a.kind, a.weight, undirected])
  };
}
"""
CYTOSCAPE = """
const cytoscape = require('cytoscape'); const fs = require('fs');
const cy = cytoscape({headless: true, ...JSON.parse(fs.readFileSync(process.argv[2]))});
console.log(JSON.stringify({
  nodes: cy.nodes().map(n => [n.id(), n.data('label'), n.data('kind'), n.position().x, n.position().y]),
  edges: cy.edges().map(e => [e.data('source'), e.data('target'), e.data('kind'), e.data('weight')])
}));
"""
#: VOSviewer's parser runs in a web worker whose code is a string inside the package: take it out and run it.
VOSVIEWER = r"""
const fs = require('fs'); const vm = require('vm');
const bundle = fs.readFileSync(require.resolve('vosviewer-online/index.js'), 'utf8');
const workers = [...bundle.matchAll(/new Blob\(\[('(?:[^'\\]|\\.)*')\]\)/g)].map(m => eval(m[1]));
const code = workers.find(text => text.includes('start parse vosviewer-json data'));
let listener; const posted = [];
const self = {addEventListener: (_, f) => { listener = f; }, postMessage: m => posted.push(m)};
class File {}
const nothing = () => {};
vm.runInNewContext(code, {self, File, console, Object, addEventListener: nothing, postMessage: nothing});
const content = JSON.parse(fs.readFileSync(process.argv[2]));
listener({data: {type: 'start parse vosviewer-json data', options: {jsonFileOrUrlOrObject: content}}});
const {dataError, mapData, networkData} = posted.find(m => m.type === 'end parse vosviewer-json data').data;
console.log(JSON.stringify({dataError, items: mapData, links: networkData}));
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    program("node")
    return npm_packages(*PACKAGES)


@pytest.fixture(scope="module", params=["sample", "hostile"])
def selection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Selection:
    if request.param == "hostile":
        return select(hostile_tables(HOSTILE_TEXTS), Subset(), title="hostile", base_iri="https://example.org/")
    place = tmp_path_factory.mktemp("sample") / "sample.kg"
    return kgraph.build(data_path("sample/papers.jsonl"), place).select()


def run_script(code: str, folder: Path, file: Path) -> Any:
    script = folder / "script.cjs"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(["node", str(script), str(file)], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def check(read: Any, selection: Selection) -> None:
    nodes, edges = expected(selection)
    assert {(row[0], row[1], row[2]) for row in read["nodes"]} == {(n, d["label"], d["kind"]) for n, d in nodes.items()}
    weights = {(row[0], row[1], row[2]): row[3] for row in read["edges"]}
    assert weights == {key: data["weight"] for key, data in edges.items()}
    assert len(read["edges"]) == len(edges)
    places = {row["id"]: (row["x"], row["y"]) for row in appearance(selection).to_pylist()}
    assert {row[0]: (row[3], row[4]) for row in read["nodes"]} == places


def test_graphology_reads_its_json(selection: Selection, folder: Path, tmp_path: Path) -> None:
    export_selection(selection, "graphology", tmp_path / "g.json", appearance=appearance(selection))
    read = run_script(SUMMARY + GRAPHOLOGY, folder, tmp_path / "g.json")
    check(read, selection)
    assert {row[2] for row in read["edges"] if row[4]} <= {"co_mention", "shared_technique"}


def test_gephi_lites_reader_takes_the_gexf(selection: Selection, folder: Path, tmp_path: Path) -> None:
    export_selection(selection, "gexf", tmp_path / "g.gexf", appearance=appearance(selection))
    check(run_script(SUMMARY + GEXF, folder, tmp_path / "g.gexf"), selection)


def test_cytoscape_takes_its_json(selection: Selection, folder: Path, tmp_path: Path) -> None:
    export_selection(selection, "cytoscape", tmp_path / "g.json", appearance=appearance(selection))
    check(run_script(CYTOSCAPE, folder, tmp_path / "g.json"), selection)


@pytest.mark.parametrize("selection", ["sample"], indirect=True)  # VOSviewer wants three items at least
def test_vosviewer_takes_its_json(selection: Selection, folder: Path, tmp_path: Path) -> None:
    export_selection(selection, "vosviewer", tmp_path / "v.json", appearance=appearance(selection))
    read = run_script(VOSVIEWER, folder, tmp_path / "v.json")
    assert read["dataError"] is None
    entities = {row["id"]: row for row in selection.entities.to_pylist()}
    assert {item["id"]: item["label"] for item in read["items"]} == {i: row["name"] for i, row in entities.items()}
    links = {(link[0], link[1]): link[2] for link in read["links"]}
    assert links == {(row["source"], row["target"]): row["papers"] for row in selection.comentions.to_pylist()}
