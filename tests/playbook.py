"""Tests that read like a call: events go in with >>, the commands that must follow stand behind <<.

book = Playbook()
book >> arrival("c1") << [Respond("c1", 180), ...]
"""

from __future__ import annotations

from collections.abc import Sequence

from softphone.model.call import Call
from softphone.policy.calls.control import step
from softphone.policy.calls.events import Command, Event, StartTimer, StopTimer
from softphone.policy.calls.state import State


class Playbook:
    """Call control with a memory of what the last event led to. Timers are left out unless asked for."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self.commands: tuple[Command, ...] = ()

    def __rshift__(self, event: Event) -> Playbook:
        self.state, self.commands = step(self.state, event)
        return self

    def __lshift__(self, expected: Sequence[Command]) -> Playbook:
        assert [command for command in self.commands if not isinstance(command, StartTimer | StopTimer)] == list(
            expected
        )
        return self

    @property
    def timers(self) -> list[StartTimer | StopTimer]:
        """Timers the last event started or stopped."""
        return [command for command in self.commands if isinstance(command, StartTimer | StopTimer)]

    def call(self, call_id: str) -> Call:
        """A live call."""
        return self.state.call(call_id)
