"""The JSON API: every answer is what its description says."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from kgraph.graph import Graph

ANSWERS = {
    "/api/info": "/api/info",
    "/api/queries": "/api/queries",
    "/api/openapi.json": "/api/openapi.json",
    "/api/search?q=knowlege+distilation": "/api/search",
    "/api/search?q=lora&type=paper&limit=3": "/api/search",
    "/api/node/entity/lora": "/api/node/{id}",
    "/api/node/LoRA?limit=1": "/api/node/{id}",
    "/api/node/2106.09685": "/api/node/{id}",
    "/api/node/paper/arxiv-1706.03762?limit=1000": "/api/node/{id}",
    "/api/neighbours/ImageNet?limit=5": "/api/neighbours/{id}",
    "/api/related/2106.09685": "/api/related/{id}",
    "/api/path?from=LoRA&to=ImageNet": "/api/path",
    "/api/evidence?entity=LoRA": "/api/evidence",
    "/api/evidence?entity=LoRA&paper=2106.09685&limit=1": "/api/evidence",
    "/api/entities": "/api/entities",
    "/api/entities?type=dataset&limit=3": "/api/entities",
    "/api/page/overview?build=BUILD&more=1&papers=1&leastConfidence=0.5": "/api/page/overview",
    "/api/page/around?build=BUILD&nodes=1,2&way=uses": "/api/page/around",
    "/api/page/among?build=BUILD&nodes=1,2,3,4,5&hubs=3&offTypes=task,paper": "/api/page/among",
    "/api/page/named?build=BUILD&id=entity/lora&tie=mentions,paper%2Farxiv-2106.09685,entity%2Flora": "/api/page/named",
    "/api/page/ties?build=BUILD&node=1&order=date": "/api/page/ties",
    "/api/page/both?build=BUILD&a=1&b=2": "/api/page/both",
    "/api/page/texts?build=BUILD&nodes=0,1000,100000000": "/api/page/texts",
    "/api/page/naming?build=BUILD&nodes=1,2&since=2017&until=2020&hidden=5,100000000": "/api/page/naming",
    "/api/page/path?build=BUILD&a=1&b=2": "/api/page/path",
    "/api/page/path?build=BUILD&a=1&b=100000000": "/api/page/path",
    "/api/page/top?build=BUILD&type=metric&start=3&limit=2": "/api/page/top",
    "/api/page/aliases?build=BUILD&node=100000000": "/api/page/aliases",
    "/api/page/table?build=BUILD&name=ties&column=5&falling=1&limit=5": "/api/page/table",
    "/api/page/find?build=BUILD&q=lroa": "/api/page/find",
}
REFUSED = {
    "/api/search": 400,
    "/api/search?q=": 400,
    "/api/search?q=x&limit=0": 400,
    "/api/search?q=x&limit=1001": 400,
    "/api/search?q=x&limit=x": 400,
    "/api/search?q=x&type=nonsense": 400,
    "/api/search?q=" + 1001 * "x": 400,
    "/api/node/no such thing": 404,
    "/api/neighbours/2106.09685": 400,
    "/api/related/LoRA": 400,
    "/api/path?from=LoRA": 400,
    "/api/path?from=LoRA&to=no such thing": 404,
    "/api/evidence": 400,
    "/api/nothing": 404,
    "/api/page/nothing?build=BUILD": 404,
    "/api/page/overview": 409,
    "/api/page/overview?build=another": 409,
    "/api/page/around?build=BUILD": 400,
    "/api/page/around?build=BUILD&nodes=-1": 400,
    "/api/page/around?build=BUILD&nodes=one": 400,
    "/api/page/around?build=BUILD&nodes=1&way=sideways": 400,
    "/api/page/around?build=BUILD&nodes=1&offKinds=nothing": 400,
    "/api/page/around?build=BUILD&nodes=" + "1," * 5001: 400,
    "/api/page/table?build=BUILD&name=secrets": 400,
    "/api/page/table?build=BUILD&name=ties&limit=1001": 400,
    "/api/page/overview?build=BUILD&leastConfidence=nan": 400,
    "/api/page/named?build=BUILD&tie=x": 400,
    "/api/page/find?build=BUILD&q=" + "x" * 2001: 400,
}


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/api/openapi.json").json()
    return described


def check(description: dict[str, Any], path: str, status: str, media_type: str, value: object) -> None:
    """Hold an answer against what the description says of it."""
    said = description["paths"][path]["get"]["responses"][status]
    if "$ref" in said:
        said = description["components"]["responses"][said["$ref"].rpartition("/")[2]]
    schema = {**said["content"][media_type]["schema"], "components": description["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


@pytest.fixture(scope="module")
def build(client: TestClient) -> str:
    named: str = client.get("/api/info").json()["build"]
    return named


@pytest.mark.parametrize(("address", "path"), ANSWERS.items())
def test_every_answer_is_as_described(
    client: TestClient, description: dict[str, Any], build: str, address: str, path: str
) -> None:
    answer = client.get(address.replace("BUILD", build))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    check(description, path, "200", "application/json", answer.json())


@pytest.mark.parametrize(("address", "status"), REFUSED.items())
def test_every_refusal_is_as_described(
    client: TestClient, description: dict[str, Any], build: str, address: str, status: int
) -> None:
    answer = client.get(address.replace("BUILD", build))
    assert answer.status_code == status, answer.text
    path = next((p for p in description["paths"] if address.startswith(p.partition("{")[0].partition("?")[0])), "")
    if path:
        check(description, path, str(status), "application/problem+json", answer.json())


def test_the_description_describes_every_address_and_is_sound(client: TestClient, description: dict[str, Any]) -> None:
    routes = {route.path.replace("{id:path}", "{id}") for route in client.app.routes}  # type: ignore[attr-defined]
    assert {path for path in routes if path.startswith("/api/")} == set(description["paths"])
    assert set(ANSWERS.values()) == set(description["paths"])
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    ids = [path["get"]["operationId"] for path in description["paths"].values()]
    assert len(ids) == len(set(ids))


def test_it_says_what_the_graph_says(client: TestClient, sample_graph: Graph) -> None:
    shown = client.get("/api/node/LoRA?limit=4").json()
    view = sample_graph.show("LoRA", limit=4)
    assert shown["node"]["id"] == view.node.id
    assert [one["id"] for one in shown["neighbours"]] == [one.id for one in view.neighbours]
    assert [one["sentence"] for one in shown["evidence"]] == [one.sentence for one in view.evidence]
    found = client.get("/api/search?q=knowlege distilation").json()["items"]
    assert found[0]["id"] == sample_graph.search("knowlege distilation")[0].id
    steps = client.get("/api/path?from=LoRA&to=ImageNet").json()["items"]
    assert [step["node"]["id"] for step in steps] == [s.node.id for s in sample_graph.path_between("LoRA", "ImageNet")]


def test_the_entities_come_whole_page_by_page(client: TestClient, sample_graph: Graph) -> None:
    found: list[str] = []
    address = "/api/entities?limit=100"
    while address:
        answer = client.get(address)
        found += [one["id"] for one in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url", "")
        assert bool(address) is (answer.json()["next"] is not None)
    assert found == sorted(found)
    assert found == sorted(entity["id"] for entity in sample_graph.entities())


def test_ids_with_percent_signs_are_found_as_they_are_and_encoded(client: TestClient, sample_graph: Graph) -> None:
    odd = [entity["id"] for entity in sample_graph.entities() if "%" in entity["id"]]
    assert odd
    for id_ in odd[:5]:
        for address in (f"/api/node/{id_}", f"/api/node/{quote(id_)}", f"/api/node/{quote(id_, safe='')}"):
            assert client.get(address).json()["node"]["id"] == id_, address


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    for address in ("/api/node/LoRA", "/api/openapi.json", "/api/entities", "/"):
        etag = client.get(address).headers["etag"]
        again = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_ambiguous_name_lists_what_it_may_mean(client: TestClient, sample_graph: Graph) -> None:
    ids = [entity["id"] for entity in sample_graph.entities()]
    names: dict[str, int] = {}
    for entity in sample_graph.entities():
        names[entity["name"].casefold()] = names.get(entity["name"].casefold(), 0) + 1
    shared = [name for name, count in names.items() if count > 1]
    if not shared:
        pytest.skip("no two entities of the sample have one name")
    answer = client.get(f"/api/node/{quote(shared[0], safe='')}")
    assert answer.status_code == 409
    assert all(candidate.split()[0] in ids for candidate in answer.json()["candidates"])
