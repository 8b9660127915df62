"""What an engine that was started again must be told, so that nothing set before is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from softphone.model.ua_commands import Mute, SelectSound, SetAccount, SetSpeechVolume, Start, UaCommand

Configures = Start | SetAccount | SelectSound | SetSpeechVolume | Mute
"""Commands that stay true; all others are about a moment or a call and must not be repeated."""


@dataclass(frozen=True, slots=True)
class RestartConfiguration:
    """The latest configuration. Muting is part of it: an agent who is muted stays so."""

    start: Start
    speech_volume: SetSpeechVolume | None = None
    mute: Mute | None = None

    def updated(self, command: Configures) -> RestartConfiguration:
        """With *command* taken in."""
        match command:
            case Start():
                return replace(self, start=command)
            case SetAccount(account):
                return replace(self, start=replace(self.start, account=account))
            case SelectSound(sound):
                return replace(self, start=replace(self.start, sound=sound))
            case SetSpeechVolume():
                return replace(self, speech_volume=command)
            case Mute():
                return replace(self, mute=command)

    def commands(self) -> tuple[UaCommand, ...]:
        """Everything a new process is told first, in order."""
        return tuple(command for command in (self.start, self.speech_volume, self.mute) if command is not None)
