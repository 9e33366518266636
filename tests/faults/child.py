"""A forked child that becomes a command of the program, which its parent has loaded."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


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
