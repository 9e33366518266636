"""Killed at any moment, a command leaves what was there or what was to be, and the next run clears away the rest."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kgraph.errors import OutputError
from kgraph.storing.files import ScratchFolder, whole_file

_SHORT_WORK = "with ScratchFolder('kgraph-test-', pathlib.Path(sys.argv[1])) as path: (path / 'a').write_text('a')"


def test_a_killed_export_leaves_the_old_state_or_the_new_one() -> None:
    command = "export csv"  # the program tries the others; remove commits as add does, which test_killed kills
    program = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, str(program), "3", command], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert command in done.stdout


def test_what_a_killed_writer_left_is_removed_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    left, other = tmp_path / ".out.ttl.kgraph-abcd1234", tmp_path / ".other.ttl.kgraph-abcd1234"
    for folder in (left, other):
        folder.mkdir()
        (folder / "out.ttl").write_text("half")
    (tmp_path / ".out.ttl.kgraph-link").symlink_to(other, target_is_directory=True)
    with caplog.at_level(logging.WARNING, logger="kgraph"), whole_file(tmp_path / "out.ttl") as draft:
        draft.write_text("whole")
    assert caplog.messages == [f"kgraph: removed what an interrupted run left: {left}"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, ".out.ttl.kgraph-link", "out.ttl"]
    assert (other / "out.ttl").exists()


def test_what_somebody_still_writes_is_left_alone(tmp_path: Path) -> None:
    at_work = ScratchFolder("kgraph-test-", tmp_path)
    another = ScratchFolder("kgraph-test-", tmp_path)
    assert at_work.path.is_dir()
    another.close()
    at_work.close()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_another_took_for_something_left_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.mkdtemp
    taken: list[str] = []

    def make_and_lose_the_first(**given: object) -> str:
        path = make(**given)  # type: ignore[call-overload]
        if not taken:
            taken.append(path)
            Path(path).rmdir()
        return str(path)

    monkeypatch.setattr(tempfile, "mkdtemp", make_and_lose_the_first)
    with ScratchFolder("kgraph-test-", tmp_path) as folder:
        assert folder.is_dir()
        assert os.fsdecode(folder) not in taken


def test_no_word_is_lost_on_folders_of_those_who_end_well(tmp_path: Path) -> None:
    program = "import sys, pathlib; from kgraph.storing.files import ScratchFolder\n"
    program += f"for _ in range(60):\n    {_SHORT_WORK}"
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(2)
    ]
    assert [each.communicate()[1] for each in started] == [b"", b""]
    assert not list(tmp_path.iterdir())


def test_two_writers_of_one_file_end_with_one_of_the_two(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with whole_file(path) as first, whole_file(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # the outer block ends last
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]


def test_a_draft_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / "out.txt") as draft:
        draft.parent.rename(tmp_path / "gone")


def test_a_lock_is_not_inherited(tmp_path: Path) -> None:
    scratch = ScratchFolder("kgraph-test-", tmp_path)
    sleeper = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    path = scratch.path
    os.close(scratch._handle)
    scratch._handle = -1
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)
    sleeper.communicate(b"")
