"""Whether the database is there, what is wrong with it, and who wants to be told."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from softphone.model.colleague import TeamHealth
from softphone.storage.connection.clock import TeamClock, wall_clock
from softphone.storage.connection.listeners import Listeners

_log = logging.getLogger(__name__)


class ConnectionState:
    """ports.TeamLink. A file is always there; of a server, ``server_monitor.ServerMonitor`` tells."""

    def __init__(self, *, shared: bool, clock: Callable[[], datetime] = wall_clock) -> None:
        self.clock = TeamClock(None if shared else timedelta(), clock)
        self._shared = shared
        self._online = not shared
        self._problem = ""
        self._waiting = 0
        self._refused = 0
        self._health = self._now_health()
        self._listeners: Listeners[TeamHealth] = Listeners("the connection to the database")
        self._arrivals: list[Callable[[], Awaitable[None]]] = []

    @property
    def health(self) -> TeamHealth:
        """How it is doing."""
        return self._health

    def on_change(self, listener: Callable[[TeamHealth], None]) -> None:
        """Call *listener* when ``health`` has changed."""
        self._listeners.add(listener)

    def on_arrival(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do *work* each time the database can be reached again, in the order of these calls.

        A UserFacingError of it means that the database is not there after all.
        """
        self._arrivals.append(work)

    async def arrived(self) -> None:
        """The database can be reached: have everything done that waited for it, then say so."""
        for work in self._arrivals:
            await work()
        self._online, self._problem = True, ""
        self._tell()

    def lost(self, problem: str) -> None:
        """It cannot be reached, or not be used, and this is why."""
        if self._online or problem != self._problem:
            _log.warning("the team's database is away: %s", problem)
        self._online, self._problem = False, problem
        self._tell()

    def waiting(self, entries: int, refused: int = 0) -> None:
        """So many entries of the call log have not arrived, *refused* ones among them."""
        self._waiting, self._refused = entries, refused
        self._tell()

    def measured(self, asked: datetime, theirs: datetime, answered: datetime) -> None:
        """The database said *theirs* somewhere between these two moments of this machine's clock."""
        self.clock.measured(asked, theirs, answered)
        self._tell()

    def _now_health(self) -> TeamHealth:
        problem = self._problem or _refused_words(self._refused) or self.clock.problem
        return TeamHealth(self._online, problem, self._waiting, self._shared)

    def _tell(self) -> None:
        before, self._health = self._health, self._now_health()
        if self._health != before:
            self._listeners.tell(self._health)


def _refused_words(entries: int) -> str:
    if not entries:
        return ""
    what = "1 entry of the call log. It is" if entries == 1 else f"{entries} entries of the call log. They are"
    return f"The database refuses {what} kept on this computer and offered again. Tell an admin."
