"""Starting the engine's program, before there is anybody to talk to it."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from softphone.engine_link.launch import EarlyEngine

pytestmark = pytest.mark.programs

READER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


def test_it_runs_at_once_and_is_handed_over_once() -> None:
    early = EarlyEngine(READER)
    process = early.take()
    assert process is not None
    assert process.poll() is None
    assert early.take() is None
    early.discard()
    assert process.poll() is None, "whoever took it sees to it"
    process.communicate()
    assert process.returncode == 0, "it ends with its input"


def test_nothing_is_left_of_one_that_nobody_took() -> None:
    early = EarlyEngine(READER)
    assert len(children()) == 1
    early.discard()
    assert children() == []


def test_a_program_that_does_not_exist_is_told_to_whoever_needs_one() -> None:
    early = EarlyEngine(["/no/such/engine"])
    assert early.take() is None
    early.discard()


def test_it_loads_little_before_it_starts() -> None:
    """The app starts it before everything else, so what it imports is waited for."""
    code = "import sys, softphone.engine_link.launch; print(len([n for n in sys.modules if n.startswith('softphone')]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 3
