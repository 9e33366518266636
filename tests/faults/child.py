"""A forked child that becomes a command of the program, which its parent has loaded."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def load_program() -> None:
    """Load what commands load, before any is forked: a child then does nothing but its work. No thread may begin."""
    import pyarrow.dataset  # noqa: F401

    import kgraph.cli
    import kgraph.exporting
    import kgraph.graph
    import kgraph.pipeline
    import kgraph.viewing  # noqa: F401
    from kgraph.extraction.extracting import extract_candidates
    from kgraph.records import Paper

    extract_candidates(Paper("paper/a", "We use LoRA", ""))


def be_command(words: list[str]) -> NoReturn:
    """Run a command and end the process with its exit code, 70 where it ends by an error."""
    code = 70
    try:
        from kgraph.cli import main

        main(words)
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
