"""What a team's day is made of in the measurement: who takes which call when, and who wants those held for anyone."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

HELD_EVERY = 10
CONTENDERS = 3  # as many press Pick up as soon as they see the caller


class PlannedCall(msgspec.Struct, frozen=True):
    """*starts* is in seconds after the beginning; a call without *contenders* is never held for anyone."""

    number: int
    agent: str
    starts: float
    contenders: tuple[str, ...] = ()

    @property
    def held_call(self) -> str:
        """The id of its hold for anyone."""
        return f"held-{self.number}"


class Plan(msgspec.Struct, frozen=True):
    """*calls* in all, so many *a_second*, each agent in turn; agents are on a call half of the time."""

    agents: int = 20
    calls: int = 10_000
    a_second: float = 10.0

    @property
    def talk_seconds(self) -> float:
        """How long a call takes."""
        return self.agents / self.a_second / 2

    @property
    def seconds(self) -> float:
        """How long all of it takes."""
        return self.calls / self.a_second + self.talk_seconds

    @property
    def logins(self) -> tuple[str, ...]:
        """Everybody."""
        return tuple(self._login(number) for number in range(self.agents))

    @property
    def held(self) -> tuple[PlannedCall, ...]:
        """The calls that are held for anyone."""
        return tuple(call for call in self._calls() if call.contenders)

    def calls_of(self, login: str) -> Iterator[PlannedCall]:
        """The calls of this agent, in order."""
        return (call for call in self._calls() if call.agent == login)

    def _calls(self) -> Iterator[PlannedCall]:
        return (self._call(number) for number in range(self.calls))

    def _call(self, number: int) -> PlannedCall:
        held = (number // self.agents + number % self.agents) % HELD_EVERY == 0  # one in ten of each agent
        wanting = tuple(self._login(number + offset) for offset in range(1, CONTENDERS + 1)) if held else ()
        return PlannedCall(number, self._login(number), number / self.a_second, wanting)

    def _login(self, number: int) -> str:
        return f"agent{number % self.agents + 1}"
