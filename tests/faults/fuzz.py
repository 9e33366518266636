"""Throw damaged inputs at kgraph, steered by what code they reach, where Atheris is installed.

``python tests/faults/fuzz.py --runs 200000 bibtex tagger`` tries two targets, without names all. Each runs in a
process of its own, held to 3 GiB and to 30 seconds an input; what breaks a law is kept in ``build/fuzz``, and
``--try FILE`` tries it again.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
FOUND = HERE.parents[1] / "build" / "fuzz"
#: The modules of which Atheris watches what is reached; what they call in other libraries is run all the same.
WATCHED = ("kgraph.reading", "kgraph.extraction", "kgraph.resolution.curation", "kgraph.vocabulary", "kgraph.querying",
           "kgraph.exploring", "kgraph.names", "bibtexparser", "rispy")  # fmt: skip
MEMORY_MIB = 3072
#: Bytes of an input: long ones are tried by hand, a few of them.
LONGEST = 3_000
SECONDS = 30


def try_target(name: str, runs: int, seed: int) -> None:
    """Try one target in this process; the process ends when it is done, or at what breaks a law."""
    # So that a number that is too long fits into an input.
    sys.set_int_max_str_digits(sys.int_info.str_digits_check_threshold)
    try:
        import atheris
    except ImportError:
        _try_blindly(name, runs, seed)
        return
    with atheris.instrument_imports(include=list(WATCHED)):
        from laws import TARGETS
    from damage import damage

    law, seeds = TARGETS[name]
    watch = Watch(law)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        choose = Random(number)
        if choose.random() < 0.25:
            return bytes(atheris.Mutate(data, most))
        start = data if data and choose.random() < 0.8 else choose.choice(seeds)
        return damage(start, choose)[:most]

    corpus = FOUND / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(content)
    options = [
        *(f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}", f"-timeout={SECONDS}", "-print_final_stats=1"),
        *(f"-rss_limit_mb={MEMORY_MIB}", f"-artifact_prefix={FOUND}/{name}-", "-len_control=0", "-mutate_depth=1"),
    ]
    # What is tried is kept out of the folder of seeds: another run begins as this one did.
    grown = FOUND / "grown" / name
    grown.mkdir(parents=True, exist_ok=True)
    for old in grown.iterdir():
        old.unlink()
    atheris.Setup([sys.argv[0], *options, str(grown), str(corpus)], watch, custom_mutator=mutate)
    atheris.Fuzz()


def _try_blindly(name: str, runs: int, seed: int) -> None:
    """The same without Atheris: damage to the seeds alone."""
    from damage import damage
    from laws import TARGETS

    law, seeds = TARGETS[name]
    watch = Watch(law)
    choose = Random(seed)
    for _ in range(runs):
        data = damage(choose.choice(seeds), choose)
        try:
            watch(data)
        except BaseException:
            (FOUND / f"{name}-crash").write_bytes(data)
            raise


class Watch:
    """A law that keeps how many inputs it was tried on and the longest that one took."""

    def __init__(self, law: Any) -> None:
        self._law = law
        self.slowest = 0.0
        self.slow_input = b""

    def __call__(self, data: bytes) -> None:
        began = time.process_time()
        self._law(data)
        took = time.process_time() - began
        if took > self.slowest:
            self.slowest = took
            if took > 0.5:
                print(f"slowest so far: {took:.2f} s for {len(data)} bytes", file=sys.stderr, flush=True)
                digest = f"{took:.1f}s-{len(data)}"
                (FOUND / f"slow-{digest}").write_bytes(data)


def try_again(name: str, file: Path) -> None:
    """Try one input that was kept."""
    from laws import TARGETS

    began = time.process_time()
    TARGETS[name][0](file.read_bytes())
    print(f"{file}: holds, {time.process_time() - began:.2f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--try", dest="again", type=Path, metavar="FILE")
    parser.add_argument("--here", action="store_true", help="in this process")
    given = parser.parse_args()
    FOUND.mkdir(parents=True, exist_ok=True)
    if given.again:
        try_again(given.targets[0], given.again)
        return 0
    if given.here:
        try_target(given.targets[0], given.runs, given.seed)
        return 0
    from laws import TARGETS

    outcomes = {}
    for name in given.targets or TARGETS:
        began = time.monotonic()
        command = [sys.executable, __file__, "--here", "--runs", str(given.runs), "--seed", str(given.seed), name]
        with (FOUND / f"{name}.log").open("w") as log:
            code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
        outcomes[name] = code
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = {
            "target": name,
            "runs": given.runs,
            "exit": code,
            "seconds": round(time.monotonic() - began),
            "most MiB": used.ru_maxrss >> 10,
        }
        print(json.dumps(told), flush=True)
    return int(any(outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
