"""The inside of a worker process: it opens the graph, then does one task after another until its input ends."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgraph.errors import AmbiguousNode, KgraphError, QueryError, UnknownNode, UsageError
from kgraph.serving.desk import Desk
from kgraph.serving.limits import Limits, confine
from kgraph.serving.problems import Problem
from kgraph.serving.tasks import TASKS

_STATUS: dict[type[KgraphError], int] = {QueryError: 400, UsageError: 400, UnknownNode: 404, AmbiguousNode: 409}


def main() -> None:
    """Answer lines of JSON on standard input with lines on standard output."""
    lines = _lines()
    try:
        configuration = json.loads(next(lines))
        desk = Desk(
            Path(configuration["folder"]),
            configuration["base_iri"],
            configuration["title"],
            Limits(**configuration["limits"]),
        )
        desk.prepare(configuration["kind"])
    except StopIteration:
        return
    except KgraphError as error:
        _say({"error": str(error)})
        return
    if configuration["confined"]:
        confine(desk.limits.memory, desk.limits.max_bytes)
    # The native libraries write there when memory ends; the server's log has a line of its own for that.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _say({"ready": True})
    for line in lines:
        message = json.loads(line)
        answer = _perform(desk, message)
        _say(answer)
        if "last" in answer:
            return


def _perform(desk: Desk, message: dict[str, Any]) -> dict[str, Any]:
    output = Path(message["output"])
    try:
        return TASKS[message["task"]](desk, output, **message["arguments"])
    except Problem as problem:
        return _problem(problem.status, problem.detail, **problem.more)
    except AmbiguousNode as error:
        return _problem(409, str(error).partition("\n")[0], candidates=error.candidates)
    except KgraphError as error:
        return _problem(_STATUS.get(type(error), 500), str(error))
    except MemoryError:
        return {**_problem(503, "the query needed more memory than a query may have"), "last": True}
    except RecursionError:
        return _problem(400, "the query is nested too deeply")
    except Exception as error:  # noqa: BLE001 - a worker tells what happened and lives on
        if "OutOfMemory" in type(error).__name__:
            return {**_problem(503, "the request needed more memory than it may have"), "last": True}
        return {**_problem(500, "the server failed at this request"), "last": True, "log": repr(error)[:2000]}


def _problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {"problem": {"status": status, "detail": detail, **more}}


def _lines() -> Iterator[str]:
    """Yield the lines of standard input. When the server is gone the process ends, whatever it is doing."""
    read: queue.SimpleQueue[str] = queue.SimpleQueue()

    def watch() -> None:
        for line in sys.stdin:
            read.put(line)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    while True:
        yield read.get()


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
