"""What the agent hears: speech and tones added up, with a volume for each, and recorded on demand."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.frames import SILENCE


class FrameSink(Protocol):
    """Takes 20 ms at a time without waiting."""

    def add(self, samples: bytes) -> None:
        """Keep these samples."""


class HeadsetMix:
    """Joins the two frames of each clock tick, one of speech and one of tones, into one for the headset.

    Tones come through a port of their own because the volume of speech must not change them. The
    conference bridge serves both ports in each tick, so a tick is complete when both have come.
    """

    def __init__(self, buffer: ElasticBuffer) -> None:
        self._buffer = buffer
        self._speech: bytes | None = None
        self._tones: bytes | None = None
        self.speech_volume = 1.0
        self.recorder: FrameSink | None = None

    def add_speech(self, samples: bytes) -> None:
        """20 ms of the other parties."""
        if self._speech is not None:
            self._flush()
        self._speech = samples
        if self._tones is not None:
            self._flush()

    def add_tones(self, samples: bytes) -> None:
        """20 ms of beep and ringback."""
        if self._tones is not None:
            self._flush()
        self._tones = samples
        if self._speech is not None:
            self._flush()

    def _flush(self) -> None:
        mixed = mix(self._speech or SILENCE, self.speech_volume, self._tones or SILENCE)
        self._speech = self._tones = None
        self._buffer.write(mixed)
        recorder = self.recorder
        if recorder is not None:
            recorder.add(mixed)


def mix(speech: bytes, volume: float, tones: bytes) -> bytes:
    """*speech* at *volume* plus *tones*, limited to 16 bits."""
    if tones == SILENCE and (volume == 1.0 or speech == SILENCE):
        return speech
    total = np.frombuffer(speech, "<i2") * np.float32(volume) + np.frombuffer(tones, "<i2")
    return bytes(np.rint(np.clip(total, -32768, 32767)).astype("<i2").data)
