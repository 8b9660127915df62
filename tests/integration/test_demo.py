"""``softphone demo`` as its user runs it: each action headless, live on a screen, and ended in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.lab import signal as sound
from tests.lab.app import SOFTPHONE
from tests.lab.waiting import until
from tests.lab.xvfb import Screen, running_screen

KEPT = {"result.json", "prompt.png", "window.png", "headset.wav", "caller1.wav", "caller2.wav", "sip.log"}
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
BEEP_HZ, BEEP_ON, BEEP_OFF = 400, 0.2, 3.0


class Demo:
    """A running demo, its output in a file and its temporary files in a directory of their own."""

    def __init__(self, directory: Path, scratch: Path, environment: dict[str, str], *arguments: str) -> None:
        self.keep, self.scratch, self._output = directory / "kept", scratch, directory / "output"
        variables = {name: value for name, value in os.environ.items() if name not in DISPLAYS}
        variables |= {"TMPDIR": str(scratch)} | environment
        command = [SOFTPHONE, "demo", "--keep", str(self.keep), *arguments]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(command, env=variables, stdout=output, stderr=subprocess.STDOUT)

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def says(self, words: str) -> None:
        """Wait until it has."""
        ended = self.process.poll
        until(lambda: words in self.output or ended() is not None, lambda: f"{words!r} in\n{self.output}", 30)
        assert words in self.output, self.output

    def ends(self) -> int:
        """Wait for that; the exit status. Nothing of it may be left."""
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the demo does not end\n{self.output}") from None
        assert list(self.scratch.iterdir()) == []
        return status

    @property
    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    @property
    def result(self) -> dict[str, Any]:
        loaded = json.loads((self.keep / "result.json").read_text(encoding="utf-8"))
        assert isinstance(loaded, dict)
        return loaded


@contextmanager
def demo(directory: Path, environment: dict[str, str], *arguments: str) -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="demo-") as scratch:
        running = Demo(directory, Path(scratch), environment, *arguments)
        try:
            yield running
        finally:
            if running.process.poll() is None:
                running.process.kill()
                running.process.wait(5)


PROMISES = {
    "hold-answer": (
        "held before answered",
        "caller 1 hears music on hold",
        "second conversation: caller 2 hears agent",
    ),
    "hangup-answer": ("hung up before answered", "second conversation: agent hears caller 2"),
    "ignore": ("sent on to voicemail", "voicemail: caller 2 hears voicemail", "the first call never stops"),
}


@pytest.mark.parametrize("action", PROMISES)
def test_each_action_keeps_its_promise(action: str, tmp_path: Path) -> None:
    with demo(tmp_path, {}, "--headless", "--action", action) as run:
        assert run.ends() == 0, run.output
    assert {path.name for path in run.keep.iterdir()} == KEPT
    result = run.result
    assert (result["ok"], result["action"]) == (True, action)
    checks = {check["name"]: check["ok"] for check in result["checks"]}
    assert {"beep in the headset", "cadence of the beep", "no beep at caller 1", *PROMISES[action]} <= checks.keys()
    assert all(checks.values())
    assert {entry["who"] for entry in result["timeline"]} >= {"agent", "caller1", "caller2"}
    assert [entry["at"] for entry in result["timeline"]] == sorted(entry["at"] for entry in result["timeline"])
    assert "Verdict:" in run.output
    check_pictures(run.keep)
    check_beep_by_ear(run.keep, result["measured"]["beep"])


def check_pictures(kept: Path) -> None:
    for name in ("prompt.png", "window.png"):
        assert (kept / name).read_bytes().startswith(b"\x89PNG"), name
        assert (kept / name).stat().st_size > 5000, name


def check_beep_by_ear(kept: Path, measured: dict[str, Any]) -> None:
    """The same with the ears of the tests, which are not those of the demo."""
    headset = sound.read_wav(kept / "headset.wav")
    beeps = sound.bursts(headset, BEEP_HZ)
    assert len(beeps) == len(measured["times"]) == 3
    assert [burst.length for burst in beeps] == pytest.approx([BEEP_ON] * 3, abs=0.05)
    assert [b.start - a.end for a, b in pairwise(beeps)] == pytest.approx([BEEP_OFF] * 2, abs=0.05)
    level = sound.level(headset.part(beeps[1].start, beeps[1].end), BEEP_HZ)
    assert measured["headset_dbfs"] == pytest.approx(level, abs=1)
    for caller in ("caller1", "caller2"):
        heard = sound.read_wav(kept / f"{caller}.wav").part(beeps[0].start - 0.5, beeps[2].end + 0.2)
        assert sound.level(heard, BEEP_HZ) < level - 60, caller


def test_without_a_display_it_runs_by_itself_and_says_so(tmp_path: Path) -> None:
    with demo(tmp_path, {}) as run:
        run.says("There is no display: the demo runs by itself, offscreen.")
        run.says("clicks “Answer”")
        run.process.send_signal(signal.SIGINT)
        assert run.ends() == 130, run.output


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_leaves_nothing_behind(ended_by: signal.Signals, tmp_path: Path) -> None:
    with demo(tmp_path, {}, "--headless") as run:
        run.says("sees the call-waiting prompt")
        family = run.family
        assert len(family) >= 4  # the phone engine, two callers, the voicemail box
        run.process.send_signal(ended_by)
        assert run.ends() == 130, run.output
        until(lambda: not any(child.is_running() for child in family), f"the end of {family}", 5)
    assert run.output.endswith("The demo was interrupted.\n")


def test_the_verdict_fails_in_words_when_a_party_dies(tmp_path: Path) -> None:
    with demo(tmp_path, {}, "--headless") as run:
        run.says("clicks “Answer”")
        run.says("caller 1   is connected")
        for child in run.family:
            child.kill()
        assert run.ends() == 1, run.output
    assert "has died" in run.output
    assert not run.result["ok"]


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way")
    with demo(tmp_path, {}, "--headless") as run:
        assert run.ends() == 1
    assert "kept cannot be written" in run.output


def test_what_an_earlier_run_left_is_gone_at_once(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    stale = tmp_path / "kept" / "prompt.png"
    stale.write_text("old")
    with demo(tmp_path, {}, "--headless") as run:
        run.says("clicks “Answer”")
        assert not stale.exists()
        run.process.send_signal(signal.SIGTERM)
        assert run.ends() == 130


def test_live_on_a_screen_the_agent_decides(tmp_path: Path) -> None:
    with running_screen() as screen, demo(tmp_path, screen.environment) as run:
        screen.click(screen.window("^Incoming call"), 0.25, 0.7)
        run.says("caller 1   is connected")
        screen.click(screen.window("^Call waiting"), 0.85, 0.68)
        run.says("voicemail  is connected")
        until(lambda: not screen.has_window("^Call waiting"), "the prompt is gone from the screen")
        screen.click(
            screen.window("^Softphone$"), 0.5, 0.67
        )  # a keypad key; in the number field Ctrl+E means something else
        press_until(screen, "ctrl+e", lambda: "caller 1   is hung up on" in run.output)
        press_until(screen, "ctrl+q", lambda: run.process.poll() is not None)
        assert run.ends() == 0, run.output
    assert "A customer is calling your direct line" in run.output
    assert {path.name for path in run.keep.iterdir()} == KEPT
    assert (run.result["action"], run.result["checks"]) == (None, [])


def press_until(screen: Screen, keys: str, done: Callable[[], bool]) -> None:
    """Keys pressed before the window has the keyboard are lost."""

    def pressed() -> bool:
        screen.press(keys)
        return done()

    until(pressed, f"an effect of {keys}")
