"""The server against its own OpenAPI description, by Schemathesis: what is described holds, whatever is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from needed import module
from running_server import serving

from kgraph.graph import Graph

pytestmark = pytest.mark.systems
#: All but two: that valid questions are accepted and others refused. A schema cannot say which names and numbers of
#: nodes there are, or that papers have no neighbours.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,missing_required_header"
)


def test_answers_are_as_described_whatever_is_asked(sample_graph: Graph, tmp_path: Path) -> None:
    module("schemathesis")
    with serving(sample_graph.path, "--workers", "2") as server:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "run", f"{server.address}api/openapi.json",
                "--max-examples", "3", "--phases", "examples,fuzzing", "--checks", CHECKS, "--seed", "1",
                "--request-timeout", "60", "--no-color",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-5000:]
        assert server.get("healthz")[0] == 200
