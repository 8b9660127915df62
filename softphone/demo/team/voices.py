"""Everybody speaks a tone of their own, so that a recording says who was heard, and when."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np

from softphone.demo.analysis import Recording

RATE = 16000
SECONDS = 5
AMPLITUDE = 0.16
VOICES = {
    "agent1": 620,
    "agent2": 1000,
    "agent3": 1330,
    "agent4": 1450,
    "Alice": 1660,
    "Bob": 1910,
    "Carol": 2230,
    "Dave": 2470,
}
"""Hz. Whole cycles fit into SECONDS; none is a note of the music on hold."""


def write_voice(who: str, folder: Path, rate: int = RATE, seconds: int = SECONDS) -> Path:
    """A WAV file to be played in a loop."""
    tone = AMPLITUDE * np.sin(2 * np.pi * VOICES[who] * np.arange(seconds * rate) / rate)
    path = folder / f"voice-{who}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((tone * 32767).astype("<i2").tobytes())
    return path


def listen(path: Path, rate: int = RATE) -> Recording:
    """What a recording holds so far, on the monotonic clock; its header may not be right before the end."""
    data = path.read_bytes()[44:] if path.exists() else b""
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2") / 32768
    last = time.monotonic() - (time.time() - path.stat().st_mtime) if path.exists() else 0.0
    return Recording(samples, rate, last - len(samples) / rate)
