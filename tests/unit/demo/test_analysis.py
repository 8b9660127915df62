from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from softphone.demo import analysis
from softphone.demo.analysis import SILENCE, Recording, Span
from tests.unit.demo.sounds import RATE, STARTED, add, add_beeps, noise, recording, silence


def beep_level(samples: analysis.Samples) -> float:
    return analysis.steady_level(recording(samples), 400, 0.2, every=3.2, times=3)


@pytest.mark.parametrize("below", [0, 40, 65, 70])
def test_a_beep_is_measured_however_far_below_a_voice_it_is_buried(below: int) -> None:
    samples = silence(10)
    add(samples, 620, -16, 0.5, 9.5)
    add_beeps(samples, 400, -16 - below, 1.7)
    noise(samples, -75)
    assert beep_level(samples) == pytest.approx(-16 - below, abs=1.5)


def test_without_a_beep_next_to_nothing_is_found() -> None:
    samples = silence(10)
    add(samples, 620, -16, 0.5, 9.5)
    noise(samples, -75)
    assert beep_level(samples) < -90


def test_clicks_and_lost_packets_are_no_beep() -> None:
    samples = silence(10)
    add(samples, 620, -16, 0.5, 9.5)
    for second in (2.0, 3.7, 5.2, 6.0, 8.4):
        at = round(second * RATE)
        samples[at : at + 320] = 0
    assert beep_level(samples) < -85


def test_two_beeps_are_not_three() -> None:
    samples = silence(10)
    add_beeps(samples, 400, -16, 1.0, count=2)
    assert beep_level(samples) < -90


def test_a_single_steady_stretch_is_found_without_a_rhythm() -> None:
    samples = silence(2)
    add(samples, 620, -20, 0.5, 1.5)
    assert analysis.steady_level(recording(samples), 620, 0.5) == pytest.approx(-20, abs=0.1)
    assert analysis.steady_level(recording(samples), 620, 1.9) < -60


def test_cadence_and_edges_of_bursts() -> None:
    samples = silence(10)
    add(samples, 1000, -16, 0.5, 9.5)
    add_beeps(samples, 400, -12, 1.5)
    found = analysis.bursts(recording(samples), 400)
    expected = [Span(STARTED + at, STARTED + at + 0.2) for at in (1.5, 4.7, 7.9)]
    assert [span.start for span in found] == pytest.approx([span.start for span in expected], abs=0.01)
    assert [span.end for span in found] == pytest.approx([span.end for span in expected], abs=0.01)


def test_no_bursts_in_silence_nor_of_another_tone() -> None:
    samples = silence(3)
    assert analysis.bursts(recording(samples), 400) == []
    add(samples, 1000, -16, 0, 3)
    assert analysis.bursts(recording(samples), 400) == []


@pytest.mark.parametrize("missing", [0.0, 0.02, 0.03, 0.06, 0.5])
def test_the_longest_gap(missing: float) -> None:
    samples = silence(4)
    add(samples, 1000, -16, 0, 4)
    add_beeps(samples, 400, -12, 0.3, count=1)
    samples[2 * RATE : round((2 + missing) * RATE)] = 0
    assert analysis.longest_gap(recording(samples), 1000) == pytest.approx(
        missing, abs=0.008 if missing < 0.025 else 0.006
    )


def test_a_tone_that_is_not_there_is_one_long_gap() -> None:
    samples = silence(4)
    add(samples, 620, -16, 0, 4)
    assert analysis.longest_gap(recording(samples), 1000) == 4


def test_heard_seconds_counts_only_the_tone_asked_for() -> None:
    samples = silence(5)
    add(samples, 1330, -16, 1, 3.5)
    assert analysis.heard_seconds(recording(samples), 1330) == pytest.approx(2.5, abs=0.06)
    assert analysis.heard_seconds(recording(samples), 1000) == pytest.approx(0, abs=0.03)


def test_the_strongest_frequency_beside_known_voices() -> None:
    samples = silence(0.2)
    add(samples, 425, -20, 0, 0.2)
    add(samples, 1000, -10, 0, 0.2)
    assert analysis.strongest(recording(samples), (620, 1000)) == pytest.approx(425, abs=2)
    assert analysis.strongest(recording(silence(0.2)), ()) == 0
    assert analysis.strongest(recording(silence(0)), ()) == 0


def test_loudness() -> None:
    samples = silence(1)
    add(samples, 500, -20, 0, 1)
    assert analysis.loudness(recording(samples)) == pytest.approx(-20, abs=0.1)
    assert analysis.loudness(recording(silence(1))) == SILENCE
    assert analysis.loudness(recording(silence(0))) == SILENCE


def test_a_part_keeps_its_place_in_time_and_ends_with_the_recording() -> None:
    whole = recording(silence(3))
    part = whole.between(STARTED + 1, STARTED + 9)
    assert (part.started, part.seconds) == (STARTED + 1, 2)
    assert whole.between(STARTED - 5, STARTED + 1).seconds == 1
    assert whole.between(STARTED + 2, STARTED + 1).seconds == 0


def test_too_short_a_recording_holds_nothing() -> None:
    nothing = recording(silence(0.01))
    assert analysis.steady_level(nothing, 400, 0.2, 3.2, 3) == SILENCE
    assert analysis.bursts(nothing, 400) == []
    assert analysis.heard_seconds(nothing, 400) == 0


def test_spans_with_short_pauses_are_one() -> None:
    spans = [Span(0, 1), Span(1.2, 2), Span(4, 5)]
    assert analysis.merged(spans, 0.5) == [Span(0, 2), Span(4, 5)]


def test_a_wav_file_is_read_and_a_missing_or_broken_one_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.array([0, 16384, -32768], "<i2").tobytes())
    read = analysis.read_recording(path, 5.0)
    assert (read.samples.tolist(), read.rate, read.started) == ([0, 0.5, -1], 8000, 5.0)
    path.write_bytes(b"RIFF")
    for broken in (path, tmp_path / "none.wav"):
        empty = analysis.read_recording(broken, 5.0)
        assert isinstance(empty, Recording)
        assert empty.seconds == 0
