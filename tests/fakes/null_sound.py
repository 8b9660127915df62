"""A sound bridge without devices, at the engine's own port, and the engine process that runs with it.

``python -m tests.fakes.null_sound`` is ``python -m softphone.engine`` without a sound system.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pjsua2 as pj

from softphone.engine.process import run
from softphone.model.tone import Tone, ToneKind
from softphone.model.ua_commands import SoundChoice
from softphone.model.ua_events import SoundChanged


class NullSound:
    """Two conference ports with nothing behind them: a silent tone generator and a player-less sink."""

    def __init__(self, report: Callable[[SoundChanged], None], wake: Callable[[], None]) -> None:
        self._report = report
        self.microphone = pj.ToneGenerator()
        self.microphone.createToneGenerator(16000, 1)
        self.speaker = pj.ToneGenerator()
        self.speaker.createToneGenerator(16000, 1)

    def open(self, choice: SoundChoice) -> None:
        self._report(SoundChanged("", "", "", "no devices in this test"))

    def select(self, choice: SoundChoice) -> None:
        self._report(SoundChanged(choice.microphone, choice.headset, choice.ringer))

    def call_count(self, n: int) -> None: ...

    def mute(self, muted: bool) -> None: ...

    def play(self, tone: Tone) -> None: ...

    def stop(self, kind: ToneKind) -> None: ...

    def speech_volume(self, volume: float) -> None: ...

    def record(self, path: str) -> None: ...

    def play_as_microphone(self, path: str) -> None: ...

    needs_clock = False

    def clock_stopped(self) -> None: ...

    def tick(self) -> None: ...

    def close(self) -> None:
        for port in (self.microphone, self.speaker):
            type(port).__swig_destroy__(port)
            port.this = None


if __name__ == "__main__":
    sys.exit(run(NullSound))
