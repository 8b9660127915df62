"""What the SIP side needs of the sound side; the bridge to the real devices implements it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from softphone.model.tone import Tone, ToneKind
from softphone.model.ua_commands import SoundChoice
from softphone.model.ua_events import SoundChanged


class SoundPort(Protocol):
    """Long-lived conference ports calls are connected to, and the agent's devices behind them."""

    speaker: Any
    microphone: Any

    def open(self, choice: SoundChoice) -> None:
        """Start playing; devices that are missing are reported, not raised."""

    def select(self, choice: SoundChoice) -> None:
        """Change devices; what is connected stays connected."""

    def call_count(self, n: int) -> None:
        """How many calls use the microphone; it is open only while there are any."""

    def mute(self, muted: bool) -> None:
        """Silence in place of the microphone."""

    def play(self, tone: Tone) -> None:
        """Start a tone."""

    def stop(self, kind: ToneKind) -> None:
        """Stop the tone of this kind."""

    def speech_volume(self, volume: float) -> None:
        """Gain of the other parties."""

    def record(self, path: str) -> None:
        """Write what the headset gets into a file; empty ends it."""

    def play_as_microphone(self, path: str) -> None:
        """Feed a file in place of the microphone; empty for the microphone."""

    @property
    def needs_clock(self) -> bool:
        """Whether sound is made or recorded even without a call."""

    def clock_stopped(self) -> None:
        """No frame will come for a while: what was kept of the last ones is stale."""

    def tick(self) -> None:
        """Look after tones and devices; cheap, called at each turn of the engine's loop."""

    def close(self) -> None:
        """Give everything back."""


SoundFactory = Callable[[Callable[[SoundChanged], None], Callable[[], None]], SoundPort]
