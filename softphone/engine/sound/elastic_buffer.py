"""An elastic buffer between two clocks: that of the conference bridge and that of a sound device.

One side writes, the other reads, each in its own rhythm and at its own idea of 16 kHz. The buffer keeps a
cushion of about *target* behind each read: grown by 5 ms after each underrun, shrunk by 1 ms per 10 clean
seconds. Slow drift is met by stretching a read by at most 0.5 %, a jam of more than 80 ms by cutting.
Every seam is faded, so nothing clicks.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

TARGET_MS = 25
TARGET_MIN_MS = 20
TARGET_MAX_MS = 150
UNDERRUN_STEP_MS = 5
CLEAN_SECONDS = 10
JAM_MS = 80
FADE_MS = 5
DRIFT_SLACK_MS = 4
STRETCH_LIMIT = 200  # one sample in 200 is 0.5 %
SMOOTHING = 0.02

Samples = NDArray[np.float32]


class ElasticBuffer:
    """16-bit mono samples between one writing and one reading thread; neither ever waits or fails."""

    def __init__(self, rate: int = 16000) -> None:
        self._ms = rate // 1000
        self._lock = Lock()
        self._data = bytearray()
        self._target = TARGET_MS * self._ms
        self._period = 0
        self._average: float | None = None
        self._last = 0
        self._clean = 0
        self._unread = 0
        self._allowance = 0.0
        self._refilling = True
        self.underruns = 0
        self.cuts = 0
        self.stretched = 0  # samples left out (above 0) or added (below 0) so far

    @property
    def fill(self) -> int:
        """Samples waiting to be read."""
        return len(self._data) // 2

    @property
    def target(self) -> int:
        """The cushion aimed at, in samples."""
        return self._target

    @property
    def limit(self) -> int:
        """What the buffer never exceeds, in samples."""
        return self._target + JAM_MS * self._ms + self._period

    def clear(self) -> None:
        """Begin anew: a device was opened or closed. Not an underrun."""
        with self._lock:
            self._data.clear()
            self._refilling = True

    def write(self, samples: bytes) -> None:
        """Take samples in, whatever their number."""
        with self._lock:
            self._period = max(self._period, min(len(samples) // 2, TARGET_MAX_MS * self._ms))
            self._data += samples
            self._unread += len(samples) // 2
            if self._unread > self.limit:
                self._refilling = True  # nobody reads: whoever comes next gets the newest samples
            if self.fill > self.limit:
                self._cut()

    def read(self, count: int) -> bytes:
        """Exactly *count* samples: silence while the buffer fills up."""
        with self._lock:
            self._period = max(self._period, min(count, TARGET_MAX_MS * self._ms))
            self._unread = 0
            if self._refilling:
                samples = self._resume(count)
            elif self.fill < count:
                samples = self._run_dry(count)
            else:
                samples = self._steady(count)
            self._last = int.from_bytes(samples[-2:], "little", signed=True)
            return samples

    def _resume(self, count: int) -> bytes:
        """Silence until the cushion is there, then fade in from wherever the sound had stopped."""
        if self.fill < max(count, self._target + count // 2):
            return _pcm(self._fade_out(_floats(b""), count))
        surplus = self.fill - self._target - count
        if surplus > 0:
            del self._data[: 2 * surplus]
        self._refilling = False
        self._average = None
        samples = _floats(self._take(count))
        fade = min(count, FADE_MS * self._ms)
        weight = np.linspace(0, 1, fade, dtype=np.float32)
        samples[:fade] = samples[:fade] * weight + self._last * (1 - weight)
        return _pcm(samples)

    def _run_dry(self, count: int) -> bytes:
        """Give out what there is, fading, and fill up anew with a larger cushion."""
        self.underruns += 1
        self._target = min(TARGET_MAX_MS * self._ms, self._target + UNDERRUN_STEP_MS * self._ms)
        self._clean = 0
        self._refilling = True
        return _pcm(self._fade_out(_floats(self._take(self.fill)), count))

    def _fade_out(self, rest: Samples, count: int) -> Samples:
        """What is left, its last value held when that is shorter than a fade, and silence after it."""
        fade = min(count, FADE_MS * self._ms)
        end = max(len(rest), fade)
        samples = np.zeros(count, np.float32)
        samples[: len(rest)] = rest
        samples[len(rest) : end] = rest[-1] if len(rest) else self._last
        samples[end - fade : end] *= np.linspace(1, 0, fade, dtype=np.float32)
        return samples

    def _steady(self, count: int) -> bytes:
        self._count_clean(count)
        cushion = self.fill - count
        self._average = cushion if self._average is None else self._average + SMOOTHING * (cushion - self._average)
        change = self._stretch(count)
        if not change or self.fill < count + change:
            return self._take(count)
        self.stretched += change
        self._average -= change
        source = _floats(self._take(count + change))
        positions = np.linspace(0, len(source) - 1, count)
        return _pcm(np.interp(positions, np.arange(len(source)), source))

    def _stretch(self, count: int) -> int:
        """How many samples more (or, below 0, fewer) to take for *count* given out."""
        earned = count / STRETCH_LIMIT
        self._allowance = min(self._allowance + earned, max(1.0, earned))
        error = (self._average or 0) - self._target
        if abs(error) < DRIFT_SLACK_MS * self._ms:
            return 0
        most = int(self._allowance)
        self._allowance -= most
        return most if error > 0 else -most

    def _count_clean(self, count: int) -> None:
        self._clean += count
        if self._clean >= CLEAN_SECONDS * 1000 * self._ms:
            self._clean = 0
            self._target = max(TARGET_MIN_MS * self._ms, self._target - self._ms)

    def _cut(self) -> None:
        """Drop the oldest down to the target; what follows the last sample read is blended into what stays."""
        self.cuts += not self._refilling
        keep = self._target
        fade = min(FADE_MS * self._ms, keep)
        old = _floats(bytes(self._data[: 2 * fade]))
        del self._data[: 2 * (self.fill - keep)]
        weight = np.linspace(0, 1, fade, dtype=np.float32)
        blended = old * (1 - weight) + _floats(bytes(self._data[: 2 * fade])) * weight
        self._data[: 2 * fade] = _pcm(blended)
        self._average = None

    def _take(self, count: int) -> bytes:
        samples = bytes(self._data[: 2 * count])
        del self._data[: 2 * count]
        return samples


def _floats(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(np.float32)


def _pcm(samples: NDArray[np.floating]) -> bytes:
    return bytes(np.rint(samples).astype("<i2").data)
