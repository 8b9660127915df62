"""Recordings made up of tones, so that what is in them is known exactly."""

from __future__ import annotations

import numpy as np

from softphone.demo.analysis import Recording, Samples

RATE = 16000
STARTED = 100.0  # nothing may depend on a recording starting at zero


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


def add(samples: Samples, hz: float, dbfs: float, start: float, end: float) -> None:
    """A tone with edges of 5 ms, as every source in the engine has."""
    first, last = round(start * RATE), round(end * RATE)
    fade = np.minimum(1, np.minimum(np.arange(last - first), np.arange(last - first)[::-1]) / (0.005 * RATE))
    samples[first:last] += 10 ** (dbfs / 20) * fade * np.sin(2 * np.pi * hz * np.arange(first, last) / RATE)


def add_beeps(samples: Samples, hz: float, dbfs: float, start: float, count: int = 3) -> None:
    """0.2 s on, 3 s off."""
    for number in range(count):
        add(samples, hz, dbfs, start + number * 3.2, start + number * 3.2 + 0.2)


def noise(samples: Samples, dbfs: float) -> None:
    samples += np.random.default_rng(7).normal(0, 10 ** (dbfs / 20) / np.sqrt(2), len(samples))


def recording(samples: Samples) -> Recording:
    """As a 16-bit file would hold it."""
    return Recording(np.round(samples * 32767) / 32768, RATE, STARTED)
