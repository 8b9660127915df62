"""The engine's sound: two long-lived ports for calls, tones, recording, and the devices behind them.

Everything here is called on the one thread that owns pjsua2. Opening and closing devices happens on a
thread of its own; what came of it is reported by ``tick``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from softphone.engine.pjsua2_objects import destroy
from softphone.engine.sound.device_manager import Buffers, DeviceManager
from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.headset import HeadsetMix
from softphone.engine.sound.microphone import MicrophoneSource
from softphone.engine.sound.ports import GivingPort, ReceivingPort
from softphone.engine.sound.recorder import Recorder
from softphone.engine.sound.tone_player import make_players
from softphone.model.tone import Tone, ToneKind
from softphone.model.ua_commands import SoundChoice
from softphone.model.ua_events import SoundChanged


class SoundBridge:
    """Connect calls to ``speaker`` and ``microphone``; they stay the same for the life of the endpoint.

    Made after ``libStart``. The buffers lie between the clock of the conference bridge and the devices' own.
    Without any device all goes on: tones play, calls are mixed, and a recording holds what a headset would have got.
    """

    def __init__(self, report: Callable[[SoundChanged], None], wake: Callable[[], None]) -> None:
        """*report* is called from ``tick``; *wake* from any thread, when a tick is worth while."""
        self._report = report
        self._buffers = Buffers(ElasticBuffer(), ElasticBuffer(), ElasticBuffer())
        self._mix = HeadsetMix(self._buffers.headset)
        self._source = MicrophoneSource(self._buffers.microphone)
        self.speaker: Any = ReceivingPort("speaker", self._mix.add_speech)
        self.microphone: Any = GivingPort("microphone", self._source.next_frame)
        self._tones_port = ReceivingPort("tones", self._mix.add_tones)
        self._ringer_port = ReceivingPort("ringer", self._buffers.ringer.write)
        self._players = make_players(self._tones_port, self._ringer_port)
        self._recorder: Recorder | None = None
        self._devices = DeviceManager(self._buffers, wake)
        self._choice = SoundChoice()
        self._in_call = False

    def open(self, choice: SoundChoice) -> None:
        """Begin to use devices; returns at once, ``tick`` reports which they are."""
        self.select(choice)
        self._devices.start()

    def select(self, choice: SoundChoice) -> None:
        """Use other devices; calls, tones and recordings go on."""
        self._choice = choice
        self._devices.want(choice, self._in_call)

    def call_count(self, count: int) -> None:
        """The microphone is open only while there is a call."""
        if self._in_call != (count > 0):
            self._in_call = count > 0
            self._devices.want(self._choice, self._in_call)

    def mute(self, muted: bool) -> None:
        """Give the calls silence in place of whatever they would hear of the agent."""
        self._source.muted = muted

    def play(self, tone: Tone) -> None:
        """Start a tone, replacing one of its kind. One with a number of repeats ends by itself."""
        self._players[tone.kind].play(tone)

    def stop(self, kind: ToneKind) -> None:
        """Stop the tone of this kind; nothing happens when none plays."""
        self._players[kind].stop()

    def speech_volume(self, volume: float) -> None:
        """Linear gain of the other parties in the headset; tones stay as they are."""
        self._mix.speech_volume = volume

    def record(self, path: str) -> None:
        """Write what the headset gets into a WAV file, in place of a recording under way; empty ends that one.

        Raises CannotDoError when the file cannot be opened; a later disk error ends the recording only.
        """
        previous, self._mix.recorder, self._recorder = self._recorder, None, None
        if previous is not None:
            previous.stop()
        if path:
            self._mix.recorder = self._recorder = Recorder(path)

    def play_as_microphone(self, path: str) -> None:
        """Feed a sound file, in a loop, to the calls in place of the microphone; empty for the microphone.

        Raises CannotDoError when the file cannot be read. Meant for demonstrations and tests.
        """
        self._source.play(path)

    @property
    def needs_clock(self) -> bool:
        """Whether a tone plays or the headset is being recorded."""
        return self._recorder is not None or any(player.plays for player in self._players.values())

    def clock_stopped(self) -> None:
        """The buffers begin anew with the next frame; that they ran dry is nobody's fault."""
        self._buffers.clear()

    def tick(self) -> None:
        """Called at each turn of the engine's loop: ends tones and reports changes of devices."""
        for player in self._players.values():
            player.tick()
        news = self._devices.news()
        if news is not None:
            self._report(news)

    def close(self) -> None:
        """Finish the recording, close the devices and take the ports out of the conference bridge."""
        for player in self._players.values():
            player.close()
        self.record("")
        self._devices.close()
        for port in (self.speaker, self.microphone, self._tones_port, self._ringer_port):
            destroy(port)
