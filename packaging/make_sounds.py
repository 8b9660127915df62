"""Makes the WAV files of resources/sounds, so that each is the project's own and can be made again bit by bit.

All are 16-bit PCM, 16 kHz, mono, and loop without a seam. Levels are dBFS of a sine: 0 is a sine of full scale.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE = 16000
SOUNDS = Path(__file__).parent.parent / "resources" / "sounds"

TONE_SECONDS = 5
TONE_DBFS = -16.0
TONES = {"demo_agent": 620, "demo_caller1": 1000, "demo_caller2": 1330, "demo_voicemail": 1660}

MUSIC_DBFS = -20.0
BAR_SECONDS = 3.0
# The pitch of the root: tuned so that every partial stays 7 Hz away from the tones of the phone network or of the demo.
ROOT_HZ = 203.75
# Semitones above the root, one chord a bar: I add9, vi7, IV maj7, V sus4, I add9, iii7, IV maj7, V7.
CHORDS = (
    (0, 7, 14, 16),
    (-3, 7, 12, 16),
    (5, 9, 12, 16),
    (7, 12, 14, 19),
    (0, 7, 14, 16),
    (4, 11, 14, 19),
    (5, 9, 12, 16),
    (7, 11, 14, 17),
)
ARPEGGIO = (0, 2, 1, 3, 2, 1, 3, 2)  # which note of the chord is plucked, eight to a bar
PAD_PARTIALS = (1.0, 0.3, 0.08)
PLUCK_PARTIALS = (1.0, 0.25, 0.1)


def tone(hz: int) -> Samples:
    """A steady sine. A whole number of cycles fits into a whole number of seconds: no seam."""
    return np.sin(2 * np.pi * hz * np.arange(TONE_SECONDS * RATE) / RATE)


def hold_music() -> Samples:
    """A slow round of chords under a plucked figure."""
    loop = np.zeros(round(len(CHORDS) * BAR_SECONDS * RATE))
    for bar, chord in enumerate(CHORDS):
        start = bar * BAR_SECONDS
        for semitones in chord:
            _add(loop, start - 0.4, 0.5 * _pad(_pitch(semitones)))
        for beat, note in enumerate(ARPEGGIO):
            _add(loop, start + beat * BAR_SECONDS / len(ARPEGGIO), 0.8 * _pluck(_pitch(chord[note] + 12)))
    return loop


def _pitch(semitones: int) -> float:
    return float(ROOT_HZ * 2 ** (semitones / 12))


def _pad(hz: float) -> Samples:
    """One note that swells and fades into the next bar."""
    seconds = BAR_SECONDS + 0.8
    time = np.arange(round(seconds * RATE)) / RATE
    swell = np.minimum(1, np.minimum(time, seconds - time) / 0.8)
    envelope: Samples = np.sin(np.pi / 2 * swell) ** 2
    return _partials(hz, PAD_PARTIALS, time) * envelope


def _pluck(hz: float) -> Samples:
    """One note with a soft start that dies away."""
    time = np.arange(2 * RATE) / RATE
    return _partials(hz, PLUCK_PARTIALS, time) * np.minimum(1, time / 0.012) * np.exp(-time / 0.4)


def _partials(hz: float, strengths: tuple[float, ...], time: Samples) -> Samples:
    return sum(
        (strength * np.sin(2 * np.pi * hz * (n + 1) * time) for n, strength in enumerate(strengths)),
        start=np.zeros_like(time),
    )


def _add(loop: Samples, at_seconds: float, sound: Samples) -> None:
    """Mix *sound* in; what reaches over an end of the loop goes on at the other, hence no seam."""
    places = (round(at_seconds * RATE) + np.arange(len(sound))) % len(loop)
    np.add.at(loop, places, sound)


def at_level(samples: Samples, dbfs: float) -> Samples:
    """Scaled to the power of a sine of this level."""
    amplitude = float(np.sqrt(2 * np.mean(samples**2)))
    return samples * (10 ** (dbfs / 20) / amplitude)


def write(name: str, samples: Samples) -> None:
    """Save as 16-bit PCM; refuses to clip."""
    if np.max(np.abs(samples)) >= 1:
        raise ValueError(f"{name} would be clipped")
    with wave.open(str(SOUNDS / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def main() -> None:
    """Write every file."""
    for name, hz in TONES.items():
        write(name, at_level(tone(hz), TONE_DBFS))
    write("hold_music", at_level(hold_music(), MUSIC_DBFS))


if __name__ == "__main__":
    main()
