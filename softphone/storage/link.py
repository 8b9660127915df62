"""The line to the database: whether it is there, what is wrong with it, and what time it is there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from softphone.model.colleague import TeamHealth
from softphone.storage.database_trial import CLOCK_SECONDS, clock_words

_log = logging.getLogger(__name__)

JITTER_SECONDS = 0.05  # smaller differences are the way to the database and back, not the clock
HASTY_SECONDS = 0.5  # an answer that took longer says little of the time


def wall_clock() -> datetime:
    """This machine's clock, in UTC."""
    return datetime.now(UTC)


class Link:
    """ports.TeamLink. A file is always there; of a server, ``server_link.ServerLink`` tells."""

    def __init__(self, *, shared: bool, clock: Callable[[], datetime] = wall_clock) -> None:
        self._clock = clock
        self._shared = shared
        self._online = not shared
        self._problem = ""
        self._waiting = 0
        self._offset: timedelta | None = None if shared else timedelta()
        self._health = self._now_health()
        self._listeners: list[Callable[[TeamHealth], None]] = []
        self._arrivals: list[Callable[[], Awaitable[None]]] = []

    @property
    def health(self) -> TeamHealth:
        """How it is doing."""
        return self._health

    @property
    def offset(self) -> timedelta | None:
        """What to add to this machine's clock for the database's; None as long as nobody knows."""
        return self._offset

    def now(self) -> datetime:
        """The team's time: this machine's clock put right by the database's."""
        return self._clock() + (self._offset or timedelta())

    def on_change(self, listener: Callable[[TeamHealth], None]) -> None:
        """Call *listener* when ``health`` has changed."""
        self._listeners.append(listener)

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

    def waiting(self, entries: int) -> None:
        """So many entries of the call log have not arrived."""
        self._waiting = entries
        self._tell()

    def measured(self, asked: datetime, theirs: datetime, answered: datetime) -> None:
        """The database said *theirs* somewhere between these two moments of this machine's clock."""
        offset = theirs - asked - (answered - asked) / 2
        known, took = self._offset, (answered - asked).total_seconds()
        if known is None or (took < HASTY_SECONDS and abs((offset - known).total_seconds()) > JITTER_SECONDS):
            self._offset = offset
            self._tell()

    def read_clock(self) -> datetime:
        """This machine's clock as it stands."""
        return self._clock()

    def _now_health(self) -> TeamHealth:
        problem = self._problem or (clock_words(-self._offset) if self._offset else "")
        return TeamHealth(self._online, problem, self._waiting, self._shared)

    def _tell(self) -> None:
        before, self._health = self._health, self._now_health()
        if self._health != before:
            for listener in tuple(self._listeners):
                listener(self._health)


def corrected(moment: datetime, offset: timedelta | None) -> datetime:
    """A moment of this machine's clock as the database's; small differences are left alone."""
    if offset is None or abs(offset.total_seconds()) <= CLOCK_SECONDS:
        return moment
    return moment + offset
