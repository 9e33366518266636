"""A server under mixed load stays as it was; ``make soak`` loads it for ten minutes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from running_server import serving
from soak import soak

from kgraph.graph import Graph

pytestmark = pytest.mark.systems


def test_mixed_load_leaves_no_process_no_descriptor_and_no_memory_behind(sample_graph: Graph) -> None:
    told = soak(sample_graph.path, 20, every=5)
    first, quiet = told["rows"][0], told["quiet"]
    assert told["healthy"] == 200
    assert told["left"] == []
    assert quiet["descriptors"] <= first["descriptors"] + 8, told
    assert quiet["workers"] <= first["workers"] + 1, told
    assert quiet["server MiB"] < first["server MiB"] + 150, told
    statuses = {int(kind.rpartition(" ")[2]) for kind in told["answers"]}
    # Nobody who means well is told of an error of ours.
    assert 500 not in statuses, told["answers"]
    assert {"address 200", "query 200"} <= set(told["answers"])


def test_a_server_killed_under_load_takes_its_workers_along_and_the_next_one_clears_up(
    sample_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = sorted(path.name for path in sample_graph.path.iterdir())
    with serving(sample_graph.path) as server:
        workers = server.workers()
        assert workers
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(30)
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{pid}/fd").exists() and _runs(pid) for pid in workers):
            assert time.monotonic() < deadline, "workers outlive their server"
            time.sleep(0.2)
    assert list(tmp_path.glob("kgraph-serve-*"))
    with serving(sample_graph.path) as server:
        assert server.get("api/info")[0] == 200
        assert "removed what an interrupted run left" in server.stop()
    assert not list(tmp_path.glob("kgraph-serve-*"))
    assert sorted(path.name for path in sample_graph.path.iterdir()) == before


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
