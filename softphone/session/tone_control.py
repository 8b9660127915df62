"""Makes the one tone sound that the state of the calls asks for."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.settings import SoundSettings
from softphone.model.tone import Tone, ToneKind
from softphone.model.ua_commands import PlayTone, StopTone
from softphone.policy.calls.prompt import tone_of
from softphone.policy.tones import call_waiting_tone, ring_tone, ringback_tone
from softphone.ports import UserAgent
from softphone.session.call_manager import Step


class ToneControl:
    """Remembers which tone plays, so that each change is told to the user agent once."""

    def __init__(self, user_agent: UserAgent, settings: Callable[[], SoundSettings]) -> None:
        self._user_agent = user_agent
        self._settings = settings
        self._playing: ToneKind | None = None

    def follow(self, step: Step) -> None:
        """The calls have changed."""
        self.sound(tone_of(step.state))

    def sound(self, wanted: ToneKind | None) -> None:
        """Let *wanted* sound and nothing else."""
        if wanted is self._playing:
            return
        if self._playing is not None:
            self._user_agent.send(StopTone(self._playing))
        if wanted is not None:
            self._user_agent.send(PlayTone(tone_for(wanted, self._settings())))
        self._playing = wanted

    def forget(self) -> None:
        """The user agent is gone and its tones with it."""
        self._playing = None


def tone_for(kind: ToneKind, sound: SoundSettings) -> Tone:
    """The tone of the agent's country at the agent's volume."""
    if kind is ToneKind.BEEP:
        return call_waiting_tone(sound.country, sound.beep_volume, sound.beep_repeats)
    if kind is ToneKind.RING:
        return ring_tone(sound.country, sound.ring_volume)
    return ringback_tone(sound.country, min(1.0, sound.speech_volume / 4))
