"""Curves of growth as SVG: processor time and memory against papers, both axes logarithmic.

usage: python benchmarks/growth_plot.py FILE.json FILE.svg    with what size_ladder.py wrote
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 240, 60, 30
_COLOURS = {"extracting": "#2b6cb0", "settling": "#2f855a", "resolving": "#b7791f", "linking": "#c53030",
           "storing": "#6b46c1", "all": "#1a202c"}  # fmt: skip


def draw(rows: Sequence[dict[str, Any]]) -> str:
    """Return two plots side by side of what sizes took: processor seconds by stage, and the most memory in MiB."""
    papers = [row["papers"] for row in rows]
    stages = [{stage["stage"]: stage["processor"] for stage in row["stages"]} for row in rows]
    times = {name: [each.get(name, 0.0) for each in stages] for name in _COLOURS if name != "all"}
    times["all"] = [row["processor"] for row in rows]
    memory = {"all": [row["memory"] for row in rows]}
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * (_WIDTH + 110) + 50} 320" '
            'font-family="sans-serif" font-size="11">',
            '<rect width="100%" height="100%" fill="white"/>',
            *_plot(0, "processor seconds", papers, times),
            *_plot(_WIDTH + 130, "most memory of all processes, MiB", papers, memory),
            "</svg>\n",
        ]
    )


def _plot(across: int, title: str, papers: Sequence[int], curves: dict[str, list[float]]) -> list[str]:
    """Return one plot with a grid line for each power of ten."""
    seen = [max(value, 0.1) for curve in curves.values() for value in curve if value]
    low, high = math.floor(math.log10(min(seen))), math.ceil(math.log10(max(seen)))
    first, last = math.log10(papers[0]), math.log10(papers[-1])

    def right(count: float) -> float:
        return across + _LEFT + _WIDTH * (math.log10(count) - first) / max(last - first, 1e-9)

    def down(value: float) -> float:
        return _TOP + _HEIGHT * (high - math.log10(value)) / max(high - low, 1)

    drawn = [f'<text x="{across + _LEFT}" y="18" font-weight="bold">{title}</text>']
    for power in range(low, high + 1):
        height = f"{down(10.0**power):.1f}"
        drawn.append(f'<path d="M{across + _LEFT} {height}h{_WIDTH}" stroke="#ddd"/>')
        drawn.append(f'<text x="{across + _LEFT - 6}" y="{height}" dy="4" text-anchor="end">{10.0**power:,g}</text>')
    bottom = _TOP + _HEIGHT
    drawn += [f'<text x="{right(n):.1f}" y="{bottom + 18}" text-anchor="middle">{n:,}</text>' for n in papers]
    drawn.append(f'<text x="{across + _LEFT + _WIDTH / 2}" y="{bottom + 36}" text-anchor="middle">papers</text>')
    for name, curve in curves.items():
        colour = _COLOURS[name]
        points = [(right(n), down(value)) for n, value in zip(papers, curve, strict=True) if value >= 0.1]
        if not points:
            continue
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        end = points[-1]
        drawn.append(f'<text x="{end[0] + 6:.1f}" y="{end[1] + 4:.1f}" fill="{colour}">{name}</text>')
    return drawn


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(draw(json.loads(Path(sys.argv[1]).read_text())), encoding="utf-8")
