"""The sounds that come along: right format, right level, no click, and each party to be told by its frequency."""

from __future__ import annotations

import wave
from importlib.resources import as_file, files

import numpy as np
import pytest

from tests.lab.signal import Recording, level, loudness, read_wav

TONES = {"demo_agent": 620, "demo_caller1": 1000, "demo_caller2": 1330, "demo_voicemail": 1660}
NETWORK_TONES = (350, 400, 425, 440, 480)
LEVELS = dict.fromkeys(TONES, -16.0) | {"hold_music": -20.0}


def sound(name: str) -> Recording:
    with as_file(files("resources") / "sounds" / f"{name}.wav") as path:
        return read_wav(path)


def test_every_sound_is_listed_here() -> None:
    shipped = {entry.name for entry in (files("resources") / "sounds").iterdir() if entry.name.endswith(".wav")}
    assert shipped == {f"{name}.wav" for name in LEVELS}


@pytest.mark.parametrize("name", LEVELS)
def test_format_is_what_pjsip_can_play(name: str) -> None:
    with (files("resources") / "sounds" / f"{name}.wav").open("rb") as file, wave.open(file) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (16000, 1, 2)


@pytest.mark.parametrize(("name", "dbfs"), LEVELS.items())
def test_level(name: str, dbfs: float) -> None:
    assert loudness(sound(name)) == pytest.approx(dbfs, abs=0.1)


@pytest.mark.parametrize("name", LEVELS)
def test_the_seam_of_the_loop_is_no_bigger_a_step_than_those_within(name: str) -> None:
    samples = sound(name).samples
    assert np.max(np.abs(samples)) < 0.5
    assert abs(samples[0] - samples[-1]) <= np.max(np.abs(np.diff(samples)))


@pytest.mark.parametrize(("name", "hz"), TONES.items())
def test_each_party_speaks_at_its_own_frequency_only(name: str, hz: int) -> None:
    recording = sound(name)
    assert level(recording, hz) == pytest.approx(-16.0, abs=0.1)
    others = {*TONES.values(), *NETWORK_TONES} - {hz}
    assert max(level(recording, other) for other in others) < -90


def test_the_music_leaves_the_frequencies_of_tones_and_parties_free() -> None:
    music = sound("hold_music")
    assert max(level(music, hz) for hz in (*TONES.values(), *NETWORK_TONES)) < -70
