"""Proof by ear, done with numbers: how loud a frequency is in a recording, and in which rhythm it comes.

Levels are dBFS of a sine: 0 is a sine of full scale, -6 one of half that amplitude.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
SILENCE_DBFS = -200.0  # what digital silence is reported as


@dataclass(frozen=True, slots=True)
class Recording:
    """One channel of sound, full scale 1.0."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def part(self, start: float, end: float) -> Recording:
        """The stretch between two moments in seconds."""
        return Recording(self.samples[int(start * self.rate) : int(end * self.rate)], self.rate)


@dataclass(frozen=True, slots=True)
class Burst:
    """A stretch in which a frequency sounds, in seconds from the start of the recording."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


def read_wav(path: Path) -> Recording:
    """A 16-bit PCM file; of several channels the first."""
    with wave.open(str(path), "rb") as file:
        assert file.getsampwidth() == 2, f"{path.name} is not 16-bit PCM"
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")[:: file.getnchannels()]
        return Recording(data / 32768, file.getframerate())


def from_pcm(data: bytes, rate: int = 16000) -> Recording:
    """Raw 16-bit mono samples."""
    return Recording(np.frombuffer(data[: len(data) // 2 * 2], "<i2") / 32768, rate)


def write_wav(path: Path, samples: Samples, rate: int = 16000, channels: int = 1) -> Path:
    """Samples of full scale 1.0, those of several channels in turn, as a 16-bit file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes())
    return path


def sine(hz: float, seconds: float, amplitude: float = 0.25, rate: int = 16000) -> Samples:
    """A pure tone to feed in."""
    return amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)


def level(recording: Recording, hz: float) -> float:
    """dBFS of one frequency over the whole recording: a single DFT bin under a Blackman window (Goertzel)."""
    count = len(recording.samples)
    if not count:
        return SILENCE_DBFS
    window = np.blackman(count)
    turns = np.exp(-2j * np.pi * hz * np.arange(count) / recording.rate)
    amplitude = 2 * abs(np.dot(recording.samples * window, turns)) / window.sum()
    return _dbfs(amplitude)


def levels(recording: Recording, hz: float, window: float = 0.03, step: float = 0.005) -> Samples:
    """dBFS of one frequency in windows of *window* seconds, one every *step* seconds."""
    length, hop = int(window * recording.rate), int(step * recording.rate)
    starts = range(0, len(recording.samples) - length + 1, hop)
    return np.array([level(Recording(recording.samples[at : at + length], recording.rate), hz) for at in starts])


def loudness(recording: Recording) -> float:
    """dBFS of everything in it: the amplitude of a sine with the same power."""
    if not len(recording.samples):
        return SILENCE_DBFS
    return _dbfs(float(np.sqrt(2 * np.mean(recording.samples**2))))


def strongest(recording: Recording) -> float:
    """The loudest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(recording.samples * np.blackman(len(recording.samples))))
    return float(np.argmax(spectrum)) * recording.rate / len(recording.samples)


def bursts(recording: Recording, hz: float, above: float = -50.0, window: float = 0.03) -> list[Burst]:
    """When the frequency is louder than *above* dBFS: the cadence of a tone, good to about 10 ms.

    Half a window beyond each edge already carries the tone, so the edges are where the level is
    6 dB below the loudest of its burst. Clicks, which hold every frequency, are shorter than a window
    and do not count.
    """
    step = 0.005
    loud = levels(recording, hz, window, step)
    found = []
    for first, last in _runs(loud > above):
        peak = np.max(loud[first : last + 1])
        strong = np.flatnonzero(loud[first : last + 1] > peak - 6) + first
        found.append(Burst(float(strong[0] * step + window / 2), float(strong[-1] * step + window / 2)))
    return [burst for burst in found if burst.length > window]


def dropouts(recording: Recording, below: float = 1e-3, shortest: float = 0.004) -> list[Burst]:
    """Stretches of near silence of at least *shortest* seconds inside a recording that should have none."""
    quiet = np.abs(recording.samples) < below
    rate = recording.rate
    return [Burst(a / rate, (b + 1) / rate) for a, b in _runs(quiet) if (b + 1 - a) / rate >= shortest]


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each stretch of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1, strict=True))


def _dbfs(amplitude: float) -> float:
    return float(20 * np.log10(amplitude)) if amplitude > 1e-10 else SILENCE_DBFS
