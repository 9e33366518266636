"""Open the page of a graph and plain pyvis with its default physics in the same browser, and print the ratio.

Usage: python benchmarks/opening_the_page.py GRAPH
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kgraph

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHROMIUM = "/usr/bin/chromium"
#: Seconds after which nobody waits any longer.
PATIENCE = 600
#: Two frames in a row: the page answers.
ANSWER = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: The median of sixty frames while nothing is asked of the page, in milliseconds.
FRAME = """() => new Promise((done) => {
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    if (times.length < 60) requestAnimationFrame(step); else done(times.sort((one, two) => one - two)[30]);
  };
  requestAnimationFrame(step);
})"""


def write_plain_pyvis(graph: kgraph.Graph, path: Path) -> None:
    """Write what most people write: from_nx and the library's own template."""
    from pyvis.network import Network

    plain = graph.to_networkx()
    drawn = Network(cdn_resources="in_line")
    for node, data in plain.nodes(data=True):
        drawn.nodes.append({"id": node, "label": str(data.get("name") or data.get("title") or node), "shape": "dot"})
        drawn.node_map[node] = drawn.nodes[-1]
    drawn.edges = [{"from": source, "to": target} for source, target in plain.edges()]
    path.write_text(drawn.generate_html(), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Opened:
    """Seconds until a page answers with something drawn, by the clock and of the browser's processor.

    ``frame`` is the median frame in milliseconds. ``seconds`` and ``frame`` are None where nobody waited any longer.
    """

    seconds: float | None
    processor: float
    frame: float | None


def open_in(playwright: Any, path: Path, drawn: str) -> Opened:
    """Open a page in a new browser."""
    from playwright.sync_api import TimeoutError as Late

    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    try:
        return _timed(browser, path, drawn)
    except Late:
        return Opened(None, _processor(browser), None)
    finally:
        browser.close()


def _processor(browser: Any) -> float:
    """Return the seconds of the processor that the browser's processes have had."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return float(sum(one["cpuTime"] for one in told["processInfo"]))


def _timed(browser: Any, path: Path, drawn: str) -> Opened:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    # Plain pyvis asks a content network for style sheets.
    page.route("http*://**", lambda route: route.abort())
    page.set_default_timeout(1000 * PATIENCE)
    begin, spent = time.perf_counter(), _processor(browser)
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector(drawn)
    # A function that is waited for keeps to the time limit; one that is merely run does not.
    page.wait_for_function(f"({ANSWER})().then(() => true)")
    seconds, spent = time.perf_counter() - begin, _processor(browser) - spent
    median: float = page.wait_for_function(f"({FRAME})()").json_value()
    return Opened(seconds, spent, median)


def main(folder: str) -> None:
    """Print one line a page and the ratio."""
    from playwright.sync_api import sync_playwright

    graph = kgraph.open_graph(folder)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        ours, plain = Path(place, "ours.html"), Path(place, "plain.html")
        begin = time.perf_counter()
        graph.view(ours)
        print(f"written  kgraph {time.perf_counter() - begin:6.2f} s  {ours.stat().st_size / 1e6:.1f} MB")
        begin = time.perf_counter()
        write_plain_pyvis(graph, plain)
        print(f"written  pyvis  {time.perf_counter() - begin:6.2f} s  {plain.stat().st_size / 1e6:.1f} MB")
        opened = open_in(playwright, ours, "#crumbs strong")
        opened_plain = open_in(playwright, plain, "#mynetwork canvas")
    print(f"opened   kgraph {told(opened)}")
    print(f"opened   pyvis  {told(opened_plain)}")
    if opened.seconds:
        print(
            f"ratio    {'' if opened_plain.seconds else 'over '}{opened_plain.processor / opened.processor:.0f} times "
            f"the processor's time; load {os.getloadavg()[0]:.1f}"
        )


def told(opened: Opened) -> str:
    """Return a measurement as a line."""
    if opened.seconds is None:
        return f"did not answer within {PATIENCE} s, {opened.processor:.1f} s of the processor"
    return f"{opened.seconds:6.2f} s, {opened.processor:.1f} s of the processor, median frame {opened.frame:.0f} ms"


if __name__ == "__main__":
    main(sys.argv[1])
