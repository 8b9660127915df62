from __future__ import annotations

import numpy as np

from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.frames import SILENCE
from softphone.engine.sound.headset import HeadsetMix, mix


def frame(value: int) -> bytes:
    return np.full(320, value, "<i2").tobytes()


class Tape:
    """A recorder that keeps what it gets."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def add(self, samples: bytes) -> None:
        self.frames.append(samples)


def mixing() -> tuple[HeadsetMix, Tape]:
    headset, tape = HeadsetMix(ElasticBuffer()), Tape()
    headset.recorder = tape
    return headset, tape


def test_speech_and_tones_are_added() -> None:
    headset, tape = mixing()

    headset.add_speech(frame(1000))
    headset.add_tones(frame(-300))

    assert tape.frames == [frame(700)]


def test_the_order_of_the_two_ports_does_not_matter() -> None:
    headset, tape = mixing()
    for _ in range(3):
        headset.add_tones(frame(10))
        headset.add_speech(frame(20))

    assert tape.frames == [frame(30)] * 3


def test_a_port_that_misses_a_turn_loses_nothing_of_the_other() -> None:
    headset, tape = mixing()

    headset.add_speech(frame(1))
    headset.add_speech(frame(2))
    headset.add_tones(frame(10))

    assert tape.frames == [frame(1), frame(12)]


def test_the_volume_of_speech_leaves_tones_alone() -> None:
    headset, tape = mixing()
    headset.speech_volume = 0.5

    headset.add_speech(frame(1000))
    headset.add_tones(frame(100))

    assert tape.frames == [frame(600)]


def test_what_the_headset_gets_is_what_is_recorded() -> None:
    buffer = ElasticBuffer()
    headset, tape = HeadsetMix(buffer), Tape()
    headset.recorder = tape
    for value in range(1, 4):
        headset.add_speech(frame(value))
        headset.add_tones(SILENCE)

    assert buffer.fill == 320 * len(tape.frames)


def test_too_loud_is_limited_not_wrapped() -> None:
    assert mix(frame(30000), 2.0, frame(30000)) == frame(32767)
    assert mix(frame(-30000), 2.0, frame(-30000)) == frame(-32768)


def test_silence_stays_silence() -> None:
    assert mix(SILENCE, 1.7, SILENCE) == SILENCE
    assert mix(frame(500), 0.0, SILENCE) == SILENCE
