"""Tones an agent hears: which frequencies, in which cadence, how loud, on which device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ToneKind(StrEnum):
    """What a tone is for. Each kind plays at most once at a time."""

    BEEP = "beep"  # call-waiting tone, headset only, never sent to a call
    RING = "ring"  # incoming call, on the ringer device
    RINGBACK = "ringback"  # outgoing call is ringing, headset


@dataclass(frozen=True, slots=True)
class ToneStep:
    """Two frequencies in Hz (the second 0 for a single one), on for *on_ms*, then silent for *off_ms*."""

    first_hz: int
    second_hz: int
    on_ms: int
    off_ms: int


@dataclass(frozen=True, slots=True)
class Tone:
    """A cadence: its steps, repeated *repeats* times, 0 meaning until stopped.

    *volume* is linear, 0.0 (silent) to 1.0 (full scale).
    """

    kind: ToneKind
    steps: tuple[ToneStep, ...]
    volume: float = 0.5
    repeats: int = 0
