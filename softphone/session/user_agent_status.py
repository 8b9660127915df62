"""The user agent as the agent sees it: its process, its sound devices, its account."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.ua_commands import Mute
from softphone.model.ua_events import EngineFailed, EngineLost, EngineReady, RequestsTurnedAway, SoundChanged
from softphone.model.view import EngineView, SoundView
from softphone.ports import UserAgent

_STARTING_AGAIN = "The phone is starting again."
_OFTEN = (
    "The phone has broken down three times within a minute. It is tried again in {} s; nobody can call until then. "
    "Please tell whoever looks after it: what is known is among the crash reports."
)


class UserAgentStatus:
    """Follows what it reports of itself."""

    def __init__(self, user_agent: UserAgent) -> None:
        self._user_agent = user_agent
        self.engine = EngineView(0, 0, "")
        self.sound = SoundView()
        self.muted = False
        self._often = False

    def ready(self, event: EngineReady) -> None:
        """It is up."""
        self.engine = EngineView(event.pid, self._user_agent.restarts, "", event.addresses, event.library.name)

    def failed(self, event: EngineFailed) -> bool:
        """It cannot come up; whether that is news."""
        before, self.engine = self.engine, EngineView(0, self._user_agent.restarts, event.detail)
        return event.detail != before.problem

    def gone(self, event: EngineLost) -> bool:
        """It has ended, and the next one is on its way; whether this is more than an accident, and news."""
        news, self._often = event.often and not self._often, event.often
        problem = _OFTEN.format(f"{event.restart_seconds:g}") if event.often else _STARTING_AGAIN
        self.engine = EngineView(0, self._user_agent.restarts, problem)
        return news

    def turned_away(self, event: RequestsTurnedAway) -> None:
        """Somebody who may not ring has tried."""
        self.engine = replace(self.engine, turned_away=event)

    def sound_changed(self, event: SoundChanged) -> None:
        """Other devices are in use."""
        self.sound = SoundView(event.microphone, event.headset, event.ringer, event.note)

    def mute(self, muted: bool) -> None:
        """Send silence instead of the microphone, or stop doing so."""
        self.muted = muted
        self._user_agent.send(Mute(muted))
