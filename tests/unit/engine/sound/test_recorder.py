from __future__ import annotations

import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from softphone.engine.problems import CannotDoError
from softphone.engine.sound.recorder import FRAMES_PER_WRITE, Recorder
from tests.lab.waiting import until


def frames(count: int) -> list[bytes]:
    return [np.full(320, value + 1, "<i2").tobytes() for value in range(count)]


def recorders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "recorder"]


@pytest.mark.parametrize("count", [0, 1, FRAMES_PER_WRITE - 1, FRAMES_PER_WRITE, 3 * FRAMES_PER_WRITE + 4])
def test_a_recording_holds_every_frame(tmp_path: Path, count: int) -> None:
    recorder = Recorder(str(tmp_path / "a.wav"))
    for frame in frames(count):
        recorder.add(frame)
    recorder.stop()

    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert file.readframes(file.getnframes()) == b"".join(frames(count))
    assert recorders() == []


def test_a_recording_that_is_never_stopped_can_be_played(tmp_path: Path) -> None:
    recorder = Recorder(str(tmp_path / "a.wav"))
    for frame in frames(FRAMES_PER_WRITE):
        recorder.add(frame)

    until(lambda: (tmp_path / "a.wav").stat().st_size >= 44 + 640 * FRAMES_PER_WRITE, "all frames in the file", 5)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() == 320 * FRAMES_PER_WRITE
    recorder.stop()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotDoError, match="cannot be written"):
        Recorder(str(tmp_path / "missing" / "a.wav"))


def test_a_full_disk_ends_the_recording_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder("/dev/full")

    def ended() -> bool:
        for frame in frames(FRAMES_PER_WRITE):
            recorder.add(frame)
        return not recorders()

    until(ended, "the end of the recording", 5)
    recorder.add(frames(1)[0])
    recorder.stop()

    assert "the recording has stopped" in caplog.text
