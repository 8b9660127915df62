from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from softphone.engine.problems import CannotDoError
from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.frames import SILENCE
from softphone.engine.sound.microphone import LoopedFile, MicrophoneSource


def wav(path: Path, samples: np.ndarray, rate: int = 16000, channels: int = 1) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples.astype("<i2"), channels).tobytes())
    return str(path)


def spoken(value: int) -> ElasticBuffer:
    """A microphone that has delivered a constant for a while."""
    buffer = ElasticBuffer()
    buffer.write(np.full(1280, value, "<i2").tobytes())
    buffer.read(320)
    return buffer


def test_the_calls_get_the_microphone() -> None:
    assert MicrophoneSource(spoken(7)).next_frame() == np.full(320, 7, "<i2").tobytes()


def test_muted_the_calls_get_silence() -> None:
    source = MicrophoneSource(spoken(7))
    source.muted = True

    assert source.next_frame() == SILENCE


def test_muted_time_is_not_heard_later() -> None:
    buffer = spoken(7)
    source = MicrophoneSource(buffer)
    source.muted = True
    before = buffer.fill

    source.next_frame()

    assert buffer.fill < before


def test_a_file_takes_the_microphones_place_until_it_is_taken_away(tmp_path: Path) -> None:
    buffer = spoken(7)
    source = MicrophoneSource(buffer)
    source.play(wav(tmp_path / "a.wav", np.full(640, 99)))
    assert source.next_frame() == np.full(320, 99, "<i2").tobytes()

    buffer.write(np.full(320, 7, "<i2").tobytes())
    source.muted = True
    assert source.next_frame() == SILENCE

    buffer.write(np.full(320, 7, "<i2").tobytes())
    source.muted = False
    source.play("")
    assert np.frombuffer(source.next_frame(), "<i2")[0] == 7


@pytest.mark.parametrize("length", [320, 500, 1000])
def test_a_file_is_played_in_a_loop_without_a_gap(tmp_path: Path, length: int) -> None:
    samples = np.arange(1, length + 1)
    file = LoopedFile(wav(tmp_path / "a.wav", samples))

    heard = np.frombuffer(b"".join(file.next_frame() for _ in range(20)), "<i2")

    assert (heard == np.resize(samples, 6400)).all()


def test_a_file_of_another_rate_and_in_stereo_is_brought_to_16_khz_mono(tmp_path: Path) -> None:
    tone = 8000 * np.sin(2 * np.pi * 400 * np.arange(8000) / 8000)
    file = LoopedFile(wav(tmp_path / "a.wav", tone, rate=8000, channels=2))

    heard = np.frombuffer(b"".join(file.next_frame() for _ in range(40)), "<i2")

    assert np.argmax(np.abs(np.fft.rfft(heard))) * 16000 / len(heard) == pytest.approx(400, abs=2)


@pytest.mark.parametrize("content", [None, b"", b"no sound at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_a_file_that_is_no_sound_is_refused_and_the_microphone_stays(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    source = MicrophoneSource(spoken(7))

    with pytest.raises(CannotDoError, match=r"a\.wav"):
        source.play(str(path))

    assert np.frombuffer(source.next_frame(), "<i2")[0] == 7


def test_a_file_shorter_than_a_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotDoError, match="20 ms"):
        LoopedFile(wav(tmp_path / "a.wav", np.ones(10)))
