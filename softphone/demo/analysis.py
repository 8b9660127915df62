"""What a recording holds, in numbers: how loud a frequency is, when it sounds and when it is missing.

Levels are dBFS of a sine: 0 is a sine of full scale. A frequency is looked at through short
overlapping windows (Blackman-Harris, side lobes at -92 dB), so that a faint tone is found beside a
loud one of another frequency.
"""

from __future__ import annotations

import math
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SILENCE = -200.0  # what digital silence is reported as
HEARD = -35.0  # the parties speak at -16
EVEN_DB = 6.0  # what noise does to the level of a faint tone
_BATCH = 1000  # windows at once: a long recording must not fill the memory


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in seconds on the clock of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One channel, full scale 1.0. *started* is when its first sample sounded, on the monotonic clock."""

    samples: Samples
    rate: int = 16000
    started: float = 0.0

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate

    def between(self, start: float, end: float) -> Recording:
        """The stretch between two moments of the monotonic clock, as far as it was recorded."""
        first = min(len(self.samples), max(0, round((start - self.started) * self.rate)))
        last = min(len(self.samples), max(first, round((end - self.started) * self.rate)))
        return Recording(self.samples[first:last], self.rate, self.started + first / self.rate)


def read_recording(path: Path, started: float) -> Recording:
    """A 16-bit mono WAV file; silence of no length when there is none."""
    try:
        with wave.open(str(path), "rb") as file:
            data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return Recording(data / 32768, file.getframerate(), started)
    except (OSError, EOFError, wave.Error):
        return Recording(np.zeros(0), started=started)


def loudness(recording: Recording) -> float:
    """Level of everything in it: that of a sine with the same power."""
    if not len(recording.samples):
        return SILENCE
    return float(_dbfs(np.sqrt(2 * np.mean(recording.samples**2))))


def level_track(recording: Recording, hz: float, window: float, hop: float = 0.005) -> Samples:
    """Level of one frequency in windows of *window* seconds, one every *hop* seconds."""
    size, step = round(window * recording.rate), max(1, round(hop * recording.rate))
    if len(recording.samples) < size:
        return np.zeros(0)
    shape = _blackman_harris(size)
    turns = 2 * np.pi * hz / recording.rate * np.arange(size)
    real, imaginary = shape * np.cos(turns), shape * np.sin(turns)
    views = sliding_window_view(recording.samples, size)[::step]
    batches = (views[at : at + _BATCH] for at in range(0, len(views), _BATCH))
    found = [np.hypot(batch @ real, batch @ imaginary) for batch in batches]
    return _dbfs(2 * np.concatenate(found) / shape.sum())


def steady_level(recording: Recording, hz: float, seconds: float, every: float = 0.0, times: int = 1) -> float:
    """The loudest this frequency gets for *seconds* on end, *times* times, one *every* so many seconds.

    A stretch counts by its typical window when it is even, and by its quietest when it is not: a click, a
    lost packet, or another tone that begins or ends holds every frequency, but not for so long.
    """
    hop = seconds / 20
    together = 14  # windows of a quarter of the length reach over nine tenths of it
    track = level_track(recording, hz, seconds / 4, hop)
    if len(track) < together:
        return SILENCE
    stretches = sliding_window_view(track, together)
    quietest, typical = stretches.min(axis=1), np.median(stretches, axis=1)
    steady = np.where(typical - quietest < EVEN_DB, typical, quietest)
    return float(np.max(_repeated(steady, round(every / hop), times), initial=SILENCE))


def _repeated(levels: Samples, period: int, times: int) -> Samples:
    """The lowest of *times* levels that are *period* apart, each the best of those a moment earlier or later."""
    if times == 1:
        return levels
    late = 5  # a twentieth of the tone's length each
    count = len(levels) - (times - 1) * period - late
    if count < 1:
        return levels[:0]
    repetitions = [
        sliding_window_view(levels[start - late : start + late + count], 2 * late + 1).max(axis=1)
        for start in range(period, times * period, period)
    ]
    return np.asarray(np.min([levels[:count], *repetitions], axis=0))


def heard_seconds(recording: Recording, hz: float) -> float:
    """How long in all this frequency is to be heard."""
    hop = 0.01
    return float(np.count_nonzero(level_track(recording, hz, 0.05, hop) > HEARD) * hop)


def bursts(recording: Recording, hz: float) -> list[Span]:
    """When a tone sounds that comes and goes at one level; its edges are where half of it is there."""
    window, hop = 0.04, 0.0025
    track = level_track(recording, hz, window, hop)
    if not len(track) or np.max(track) < HEARD - 10:
        return []
    start = recording.started + window / 2
    return [Span(start + first * hop, start + last * hop) for first, last in _runs(track > np.max(track) - 6)]


def longest_gap(recording: Recording, hz: float) -> float:
    """The longest time this tone is missing; all the recording when it is not there at all."""
    window, hop = 0.025, 0.0025
    track = level_track(recording, hz, window, hop)
    if not len(track) or np.median(track) < HEARD:
        return recording.seconds
    return max(((last - first + 1) * hop for first, last in _runs(track < np.median(track) - 6)), default=0.0)


def strongest(recording: Recording, without: Iterable[float]) -> float:
    """The loudest frequency in Hz, those near the ones of *without* aside; 0 in silence."""
    samples = recording.samples * _blackman_harris(max(1, len(recording.samples)))[: len(recording.samples)]
    spectrum = np.abs(np.fft.rfft(samples, max(recording.rate, len(samples))))
    bins = np.fft.rfftfreq(max(recording.rate, len(samples)), 1 / recording.rate)
    for hz in without:
        spectrum[np.abs(bins - hz) < 60] = 0
    return float(bins[np.argmax(spectrum)]) if np.max(spectrum) > 0 else 0.0


def merged(spans: Iterable[Span], pause: float) -> list[Span]:
    """The same with pauses shorter than *pause* filled in."""
    found: list[Span] = []
    for span in spans:
        if found and span.start - found[-1].end < pause:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each stretch of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return [(int(a), int(b) - 1) for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)]


def _blackman_harris(size: int) -> Samples:
    """The 4-term window of minimal side lobes (Harris, 1978)."""
    turn = 2 * math.pi * np.arange(size) / size
    return np.asarray(0.35875 - 0.48829 * np.cos(turn) + 0.14128 * np.cos(2 * turn) - 0.01168 * np.cos(3 * turn))


def _dbfs(amplitude: Samples | np.float64) -> Samples:
    return np.asarray(20 * np.log10(np.maximum(amplitude, 10 ** (SILENCE / 20))))
