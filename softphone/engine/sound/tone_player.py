"""Tones made by the conference bridge itself, so that their rhythm never depends on this process being quick."""

from __future__ import annotations

from typing import Any

import pjsua2 as pj

from softphone.engine.pjsua2_objects import destroy
from softphone.engine.sound.frames import RATE
from softphone.model.tone import Tone, ToneKind, ToneStep

STEPS_AT_ONCE = 32  # what a tone generator takes in one go (PJMEDIA_TONEGEN_MAX_DIGITS)
FULL_SCALE = 32767


class TonePlayer:
    """Plays one kind of tone into one port. A tone generator is never connected to a call."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._generator = pj.ToneGenerator()
        self._generator.createToneGenerator(RATE, 1)
        self._tone: Tone | None = None
        self._left = 0

    @property
    def plays(self) -> bool:
        """Whether a tone is not over yet."""
        return self._tone is not None

    def play(self, tone: Tone) -> None:
        """Start *tone* in place of whatever plays here."""
        self.stop()
        if not tone.steps:
            return
        self._tone, self._left = tone, tone.repeats
        if tone.repeats:
            self._feed(tone)
        else:
            self._generator.play(_descriptors(tone.steps, tone.volume), True)
        self._generator.startTransmit(self._target)

    def stop(self) -> None:
        """Silence at once; nothing happens when none plays."""
        if self._tone is None:
            return
        self._tone = None
        self._generator.stopTransmit(self._target)
        self._generator.stop()

    def tick(self) -> None:
        """End a tone that has had all its repeats; give the generator more when they did not all fit in."""
        tone = self._tone
        if tone is None or not tone.repeats or self._generator.isBusy():
            return
        if self._left:
            self._feed(tone)
        else:
            self.stop()

    def close(self) -> None:
        """Take the generator out of the conference bridge."""
        self.stop()
        destroy(self._generator)

    def _feed(self, tone: Tone) -> None:
        count = min(self._left, max(1, STEPS_AT_ONCE // len(tone.steps)))
        self._left -= count
        self._generator.play(_descriptors(tone.steps * count, tone.volume), False)


def make_players(headset: Any, ringer: Any) -> dict[ToneKind, TonePlayer]:
    """One player for each kind: the ring goes to the ringer, all else to the headset."""
    return {kind: TonePlayer(ringer if kind is ToneKind.RING else headset) for kind in ToneKind}


def _descriptors(steps: tuple[ToneStep, ...], volume: float) -> Any:
    descriptors = pj.ToneDescVector()
    for step in steps:
        descriptor = pj.ToneDesc()
        descriptor.freq1, descriptor.freq2 = step.first_hz, step.second_hz
        descriptor.on_msec, descriptor.off_msec = step.on_ms, step.off_ms
        descriptor.volume = max(1, round(min(volume, 1.0) * FULL_SCALE))  # 0 would mean the library's default
        descriptors.append(descriptor)
    return descriptors
