"""The measuring instruments themselves are right: the sound server carries sound, the analysis reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.integration.sound_server import SoundServer, running_sound_server
from tests.lab import signal


def test_the_level_of_a_sine_is_its_amplitude() -> None:
    recording = signal.Recording(signal.sine(440, 1, 0.1), 16000)

    assert signal.level(recording, 440) == pytest.approx(-20, abs=0.05)
    assert signal.level(recording, 800) < -100
    assert signal.loudness(recording) == pytest.approx(-20, abs=0.05)
    assert signal.strongest(recording) == pytest.approx(440, abs=1)


def test_a_cadence_is_read_to_ten_milliseconds() -> None:
    quiet = np.zeros(8000)
    recording = signal.Recording(
        np.concatenate([quiet, signal.sine(440, 0.3), quiet, signal.sine(440, 0.3), quiet]), 16000
    )

    heard = signal.bursts(recording, 440)

    assert [burst.start for burst in heard] == pytest.approx([0.5, 1.3], abs=0.01)
    assert [burst.length for burst in heard] == pytest.approx([0.3, 0.3], abs=0.01)
    assert signal.bursts(recording, 1000) == []


def test_a_dropout_is_found() -> None:
    samples = signal.sine(440, 0.5)
    samples[4000:4160] = 0

    (gap,) = signal.dropouts(signal.Recording(samples, 16000))

    assert gap.start == pytest.approx(0.25, abs=0.001)
    assert gap.length == pytest.approx(0.01, abs=0.001)


def test_what_is_played_into_the_microphone_is_heard_from_it(sound_server: SoundServer, tmp_path: Path) -> None:
    wav = signal.write_wav(tmp_path / "a.wav", signal.sine(700, 2, 0.1))

    with sound_server.listening("mic") as ear, sound_server.playing(wav):
        ear.wait(1.5)

    assert signal.level(ear.recording.part(0.8, 1.3), 700) == pytest.approx(-20, abs=1)


def test_nothing_is_left_of_the_server() -> None:
    with running_sound_server() as server:
        assert "Microphone" in server.pactl("list", "sources")

    assert not server.directory.exists()
    assert not any(str(server.directory) in _command_line(process) for process in Path("/proc").iterdir())


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""
