"""What keeps the real app from starting is told in a window, to whoever started it from a menu, and on stderr."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from softphone import __version__
from tests.lab.waiting import until
from tests.lab.xvfb import Screen, running_screen

APP = [sys.executable, "-m", "softphone"]
WITHOUT_ROOTS_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
CLIPBOARD = "from PyQt6.QtGui import QGuiApplication; app = QGuiApplication([]); print(app.clipboard().text())"
A_FAULT = """
import sys
from pathlib import Path
from ui.app.application import run

async def open_core():
    password = "very-secret"
    raise ZeroDivisionError(f"password={password}")

sys.exit(run(open_core, data_dir=Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with running_screen() as running:
        yield running


@contextmanager
def started(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone at the end, however the test goes."""
    with subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(screen: Screen, command: Sequence[str]) -> tuple[str, str]:
    """What *command* says on stderr and in its window's details; closed by Escape, it ends with status 1."""
    with started(command, screen.environment) as process:
        screen.focus(screen.window("^Softphone$", 40))  # a running one is given 15 s to answer
        details = until(lambda: copied_details(screen), "the details on the clipboard", 20)
        assert process.poll() is None
        until(lambda: closed_by_escape(screen, process), "the end of the process", 20)
        assert process.returncode == 1
        return process.communicate()[1], details


def closed_by_escape(screen: Screen, process: subprocess.Popen[str]) -> bool:
    screen.press("Escape")
    return process.poll() is not None


def copied_details(screen: Screen) -> str:
    screen.press("alt+c")
    ask = [sys.executable, "-c", CLIPBOARD]
    done = subprocess.run(ask, env=os.environ | screen.environment, capture_output=True, text=True, timeout=20)
    return done.stdout if "Data directory" in done.stdout else ""


def assert_told(screen: Screen, command: Sequence[str], data: Path, *words: str) -> str:
    """Each of *words* is on stderr and in the details, with what a supporter asks first; what stderr says."""
    said, details = told(screen, command)
    assert said.startswith("softphone: ")
    assert f"Softphone {__version__}" in details
    assert f"Data directory: {data}" in details
    for word in words:
        assert word in said
        assert word in details
    return said


def test_damaged_settings(screen: Screen, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[account]\nsip_uri = 5\n[agent\n")
    assert_told(screen, [*APP, "--data-dir", str(tmp_path)], tmp_path, "settings.toml", "line 3")


def test_a_damaged_database(screen: Screen, tmp_path: Path) -> None:
    (tmp_path / "softphone.sqlite3").write_bytes(os.urandom(5000))
    assert_told(screen, [*APP, "--data-dir", str(tmp_path)], tmp_path, "softphone.sqlite3", "is damaged", "backup")


@contextmanager
def closed_directory(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "closed"
    directory.mkdir()
    (directory / "of others").touch()  # an empty directory of one's own would be opened
    directory.chmod(0o500)
    yield directory
    directory.chmod(0o700)


def test_a_directory_one_may_not_write(screen: Screen, tmp_path: Path) -> None:
    with closed_directory(tmp_path) as closed:
        command = [*WITHOUT_ROOTS_RIGHTS, *APP, "--data-dir", str(closed)]
        assert_told(screen, command, closed, str(closed), "ermission", "--data-dir")


def test_a_full_disk_is_no_question_of_permissions(screen: Screen, tmp_path: Path) -> None:
    full = shlex.quote(str(tmp_path))
    fill = f"mount -t tmpfs -o size=16k tmpfs {full}; dd if=/dev/zero of={full}/filled bs=4k 2>/dev/null"
    app = shlex.join([*APP, "--data-dir", str(tmp_path)])
    said = assert_told(screen, [*OWN_MOUNTS, "sh", "-c", f"{fill}; {app}"], tmp_path, "full", str(tmp_path))
    assert "ermission" not in said


def test_a_fault_of_ours_is_told_with_its_traceback_and_without_secrets(screen: Screen, tmp_path: Path) -> None:
    said, details = told(screen, [sys.executable, "-c", A_FAULT, str(tmp_path / "data")])
    assert "ZeroDivisionError" in said
    assert "Traceback" in details
    assert "in open_core" in details
    assert "very-secret" not in details


def test_a_running_softphone_that_does_not_answer(screen: Screen, tmp_path: Path) -> None:
    command = [*APP, "--data-dir", str(tmp_path)]
    (tmp_path / "settings.toml").write_text(
        '[sound]\nmicrophone = "none"\nheadset = "none"\nringer = "none"\n[network]\nport = 0\n'
    )
    with started(command, {"QT_QPA_PLATFORM": "offscreen"}) as running:
        until((tmp_path / "control.sock").exists, "the first softphone", 20)
        assert subprocess.run(command, env=os.environ | screen.environment).returncode == 0, "it comes to the front"
        running.send_signal(signal.SIGSTOP)
        try:
            assert_told(screen, command, tmp_path, "does not answer")
        finally:
            running.send_signal(signal.SIGCONT)
        running.terminate()
        assert running.wait(20) == 0
