"""Killed at any moment, a build and an addition leave the old graph or the new one.

``python tests/pipeline/test_killed.py 20`` tries it twenty times each.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kgraph
from kgraph.graph import Graph
from kgraph.storing.schemas import SCHEMAS

_BUILD = "import kgraph, sys; kgraph.build(sys.argv[2:], sys.argv[1], force=True)"
_ADD = "import kgraph, sys; kgraph.add(sys.argv[1], sys.argv[3:])"


def _papers(folder: Path) -> list[Path]:
    files = []
    for name, numbers in (("old", range(6)), ("more", range(6, 9))):
        records = [
            {"title": f"Paper {n} on LoRA", "abstract": f"We tune BERT-{n} with LoRA on ImageNet."} for n in numbers
        ]
        files.append(folder / f"{name}.jsonl")
        files[-1].write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return files


def _seconds(program: str, *arguments: Path) -> float:
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=True)
    return time.monotonic() - start


def try_kills(folder: Path, times: int, choose: random.Random) -> dict[str, dict[str, int]]:
    """Kill builds and additions at random moments; return how often the old and the new graph were there after.

    The moments lie between a fifth of the time that the command takes and a tenth more than all of it.
    """
    files = _papers(folder)
    kgraph.build(files[0], folder / "before.kg").close()
    shutil.copytree(folder / "before.kg", folder / "after.kg")
    lasts = {_ADD: _seconds(_ADD, folder / "after.kg", *files), _BUILD: 0.0}
    lasts[_BUILD] = _seconds(_BUILD, folder / "after.kg", *files)
    before, after = Graph(folder / "before.kg"), Graph(folder / "after.kg")
    outcomes = {name: {"old": 0, "new": 0} for name in ("build", "add")}
    last = folder
    for number in range(times):
        for name, program in (("build", _BUILD), ("add", _ADD)):
            path = folder / "killed.kg"
            shutil.copytree(folder / "before.kg", path)
            process = subprocess.Popen([sys.executable, "-c", program, str(path), *map(str, files)])
            time.sleep(choose.uniform(0.2, 1.1) * lasts[program])
            process.kill()
            process.wait()
            outcomes[name]["old" if _is_whole(path, before) else "new"] += 1
            assert _is_whole(path, before) or _is_whole(path, after)
            last = path.rename(folder / f"left-{number}-{name}.kg")
    # The next writer clears away what a killed one left.
    kgraph.add(last, files[1]).close()
    assert _is_whole(last, after)
    assert len(list((last / "builds").iterdir())) == 1
    return outcomes


def _is_whole(path: Path, expected: Graph) -> bool:
    """Whether a folder holds a graph with the tables and as many triples as another one."""
    graph = Graph(path)
    if graph.manifest != expected.manifest:
        return False
    for name in SCHEMAS:
        assert graph.tables.path(name).read_bytes() == expected.tables.path(name).read_bytes()
    assert len(graph.store) == len(expected.store)
    graph.close()
    return True


def test_a_killed_build_or_addition_leaves_the_old_graph_or_the_new_one(tmp_path: Path) -> None:
    outcomes = try_kills(tmp_path, 3, random.Random(5))
    assert [sum(each.values()) for each in outcomes.values()] == [3, 3]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(try_kills(Path(temporary), int(sys.argv[1]), random.Random(1)))
