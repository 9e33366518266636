"""What a build takes while it runs: processor time, memory and disk of this process and all that it started."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")
_MIB = 1 << 20


class Watch:
    """Looks at the tree of processes twice a second, by stage; given to a build as its ``progress``.

    Memory is what each process holds in RAM, added up: pages that they share count for each of them. ``folder`` is
    where the build writes, whose size is the disk that it takes.
    """

    def __init__(self, folder: Path, seconds: float = 0.5) -> None:
        self._folder, self._seconds = folder, seconds
        self._used: dict[int, float] = {}
        self._rows: list[dict[str, Any]] = []
        self._ended = threading.Event()
        self._begin("starting")
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note a stage the first time that it is told."""
        if self._rows[-1]["stage"] != stage:
            self._look()
            self._begin(stage)

    def stages(self) -> list[dict[str, Any]]:
        """Stop looking; return for each stage seconds, processor seconds, and the most memory and disk in MiB."""
        self._ended.set()
        self._thread.join()
        self._look()
        ends = [(row["seconds"], row["processor"]) for row in self._rows[1:]] + [self._now()]
        told = []
        for row, (passed, used) in zip(self._rows, ends, strict=True):
            spent = {"seconds": round(passed - row["seconds"], 1), "processor": round(used - row["processor"], 1)}
            told.append({**row, **spent})
        return told

    def _begin(self, stage: str) -> None:
        passed, used = self._now()
        row = {"stage": stage, "seconds": passed, "processor": used, "memory": 0, "main_memory": 0, "disk": 0}
        self._rows.append(row)

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), sum(self._used.values())

    def _look_on(self) -> None:
        while not self._ended.wait(self._seconds):
            self._look()

    def _look(self) -> None:
        row, resident = self._rows[-1], {}
        for number in _tree(os.getpid()):
            seen = _read(number)
            if seen:
                self._used[number], resident[number] = seen
        row["memory"] = max(row["memory"], sum(resident.values()) // _MIB)
        row["main_memory"] = max(row["main_memory"], resident.get(os.getpid(), 0) // _MIB)
        row["disk"] = max(row["disk"], _disk(self._folder) // _MIB)


def _tree(root: int) -> Iterator[int]:
    """Yield a process and those that it started."""
    yield root
    for thread in _entries(Path(f"/proc/{root}/task")):
        try:
            children = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _read(number: int) -> tuple[float, int] | None:
    """Return processor seconds and bytes in RAM of a process that is there."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]) * _PAGE


def _disk(folder: Path) -> int:
    """Return the bytes that the files under a folder take."""
    total = 0
    for place, _, files in os.walk(folder):
        for file in files:
            try:
                total += Path(place, file).lstat().st_blocks * 512
            except OSError:  # gone in the meantime
                continue
    return total


def machine() -> dict[str, Any]:
    """Return what figures must be seen with: the processor, its cores and memory, the load, and the versions."""
    model = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return {
        "processor": model[0] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": int(memory[0]) // 1024 if memory else 0,
        "load": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.release(),
    }


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text().splitlines()
    except OSError:
        return []
