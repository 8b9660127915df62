"""Who is there, without a database."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.colleague import Availability, Colleague
from tests.fakes.held_calls import FakeTeam


class FakePresence:
    """ports.Presence of one softphone on the board of a FakeTeam."""

    def __init__(self, login: str = "agent1", team: FakeTeam | None = None, station: str = "", host: str = "") -> None:
        self.login = login
        self.team = team if team is not None else FakeTeam()
        self.station = station or f"station-{login}"
        self.host = host or f"desk-{login}"
        self.announced: list[Availability] = []
        self._listeners: list[Callable[[], None]] = []
        self._told: tuple[Colleague, ...] = self.colleagues
        self.team.watchers.append(self._look)

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        others = (one for one in self.team.colleagues.values() if one.station != self.station)
        return tuple(sorted(others, key=lambda one: (one.login, one.station)))

    def announce(self, availability: Availability) -> None:
        self.announced.append(availability)
        self.team.write(lambda: self._enter(availability))

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def _enter(self, availability: Availability) -> None:
        since = self.team.clock.now()
        if (before := self.team.colleagues.get(self.station)) and before.availability is availability:
            since = before.since
        self.team.colleagues[self.station] = Colleague(self.login, self.station, availability, since, self.host)

    def _look(self) -> None:
        if self.colleagues != self._told:
            self._told = self.colleagues
            for listener in tuple(self._listeners):
                listener()
