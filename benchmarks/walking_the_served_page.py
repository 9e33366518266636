"""Serve a graph and walk through its page in a browser: first view, reload, expansions, memory of the server.

Usage: python benchmarks/walking_the_served_page.py GRAPH

Each time is given by the clock (best and median) and as the processor's time of the page's main thread and of the
server together, which other programs on the machine do not change. An expansion runs from the press of the key, or
the second click, to the end of the frame in which the new nodes are drawn.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from opening_the_page import ANSWER, ARGUMENTS, CHROMIUM

ROUNDS: Final = 3
EXPANSIONS: Final = 8
#: Waits for a change of the address and the frame that is drawn after it; times count from the event itself.
FRAME_AFTER: Final = """(kind) => { window.drawn = new Promise((done) => {
  window.addEventListener(kind, (event) => {
    const old = location.hash;
    const look = () => {
      if (location.hash === old) { requestAnimationFrame(look); return; }
      requestAnimationFrame(() => { const told = new MessageChannel();
        told.port1.onmessage = () => done(performance.now() - event.timeStamp); told.port2.postMessage(0); });
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}); }"""


class Server:
    """``kgraph serve`` in a process of its own, and what it costs."""

    def __init__(self, graph: str) -> None:
        self.begin = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from kgraph.cli import main; main()", "serve", graph, "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr
        said = iter(self.process.stderr.readline, "")
        self.address = next(found[1] for line in said if (found := re.search(r" at (http://\S+)", line)))

    def processes(self) -> list[int]:
        """Return the numbers of the server's process and its workers'."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="utf-8").split()
        return [own, *map(int, children)]

    def processor(self) -> float:
        """Return the seconds of the processor that its processes have had, also those that are gone."""
        ticks = 0
        for number in self.processes():
            fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15] if number == self.process.pid else fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the MB of memory of its processes, shared pages counted once."""
        rolls = (Path(f"/proc/{number}/smaps_rollup").read_text(encoding="utf-8") for number in self.processes())
        return sum(int(found[1]) for roll in rolls if (found := re.search(r"Pss:\s+(\d+)", roll))) / 1e3

    def wait_for_page(self) -> None:
        """Ask until the page is drawn."""
        while True:
            try:
                with urllib.request.urlopen(self.address, timeout=60) as answer:
                    answer.read()
                return
            except urllib.error.HTTPError:
                time.sleep(0.2)


class Meter:
    """Seconds of the clock and of the processors, over and over."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.clock: list[float] = []
        self.processor: list[float] = []

    def take(self, devtools: Any, work: Callable[[], float]) -> None:
        """Do some work that returns its seconds by the clock, and note what it cost."""
        page, server = _main_thread(devtools), self._server.processor()
        self.clock.append(work())
        spent = _main_thread(devtools)
        # Where the browser takes another process for the address, that one counts from nothing.
        self.processor.append(spent - (page if page <= spent else 0.0) + self._server.processor() - server)

    def told(self, name: str) -> str:
        """Return a line: best and median by the clock, median of the processors' time."""
        best, median, spent = min(self.clock), statistics.median(self.clock), statistics.median(self.processor)
        return f"{name:34} best {1e3 * best:6.0f} ms  median {1e3 * median:6.0f} ms  processor {1e3 * spent:6.0f} ms"


def _main_thread(devtools: Any) -> float:
    """Return the seconds of the processor that the page's main thread has had."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def open_page(page: Any, address: str) -> float:
    """Open the page; return the seconds until it has drawn and answers."""
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#crumbs strong")
    page.wait_for_function(f"({ANSWER})().then(() => true)")
    return time.perf_counter() - begin


def expand_by_key(page: Any) -> float:
    """Press the key that adds the neighbours of the selected node; return the seconds until they are drawn."""
    page.evaluate(FRAME_AFTER, "keydown")
    page.keyboard.press("e")
    return float(page.evaluate("window.drawn")) / 1e3


def expand_by_double_click(page: Any) -> float:
    """Click the node in the middle twice; return the seconds until its neighbours are drawn."""
    box = page.locator("#canvas").bounding_box()
    page.evaluate(FRAME_AFTER, "dblclick")
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 12)
    return float(page.evaluate("window.drawn")) / 1e3


def watched(browser: Any) -> tuple[Any, Any]:
    """Return a new page and the tools that tell its main thread's time."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(120_000)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return page, devtools


def measure(server: Server, browser: Any) -> list[str]:
    """Return a line for each thing measured."""
    first, again, by_key, by_click = (Meter(server) for _ in range(4))
    for _ in range(ROUNDS):
        page, devtools = watched(browser)
        for meter in (first, again):
            meter.take(devtools, partial(open_page, page, server.address))
        page.close()
    page, devtools = watched(browser)
    open_page(page, server.address)
    with urllib.request.urlopen(f"{server.address}api/entities?limit={EXPANSIONS}", timeout=60) as answer:
        ids = [quote(one["id"], safe="") for one in json.load(answer)["items"]]
    # An answer that the browser has kept would cost the server nothing.
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    for identifier in ids:
        for meter, expand in ((by_key, expand_by_key), (by_click, expand_by_double_click)):
            # From the neighbourhood of another node on, so that nothing of it is known but itself.
            page.goto("about:blank")
            page.goto(f"{server.address}#view=chosen&chosen={identifier}&node={identifier}")
            page.locator("#crumbs strong").wait_for(state="attached")
            page.locator("#stage[aria-busy=true]").wait_for(state="detached")
            page.wait_for_function(f"({ANSWER})().then(() => true)")
            meter.take(devtools, partial(expand, page))
    told = ("first view, nothing kept", "first view, kept", "expansion by key", "expansion by double click")
    return [meter.told(name) for meter, name in zip((first, again, by_key, by_click), told, strict=True)]


def main(folder: str) -> None:
    """Print a line for each thing measured."""
    from playwright.sync_api import sync_playwright

    server = Server(folder)
    try:
        server.wait_for_page()
        ready, spent = time.perf_counter() - server.begin, server.processor()
        print(f"ready after {ready:.1f} s, {spent:.1f} s of the processor; load {os.getloadavg()[0]:.1f}", flush=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            print("\n".join(measure(server, browser)))
        print(f"memory of the server's processes {server.memory():.0f} MB; load {os.getloadavg()[0]:.1f}")
    finally:
        server.process.terminate()
        server.process.wait()


if __name__ == "__main__":
    main(sys.argv[1])
