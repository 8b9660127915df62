"""The team's time: this machine's clock, put right by the database's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

TOLERATED_SECONDS = 2.0
"""As much as two clocks may differ before anybody is told, or times are put right."""
JITTER_SECONDS = 0.05
"""Smaller differences are the way to the database and back, not the clock."""
HASTY_SECONDS = 0.5
"""An answer that took longer says little of the time."""


def wall_clock() -> datetime:
    """This machine's clock, in UTC."""
    return datetime.now(UTC)


class TeamClock:
    """*offset* is what to add to this machine's clock for the database's; None as long as nobody knows."""

    def __init__(self, offset: timedelta | None, read: Callable[[], datetime] = wall_clock) -> None:
        self.offset = offset
        self.read = read

    def now(self) -> datetime:
        """The team's time."""
        return self.read() + (self.offset or timedelta())

    def measured(self, asked: datetime, theirs: datetime, answered: datetime) -> None:
        """The database said *theirs* somewhere between these two moments of this machine's clock."""
        offset = theirs - asked - (answered - asked) / 2
        took = (answered - asked).total_seconds()
        if self.offset is None or (
            took < HASTY_SECONDS and abs((offset - self.offset).total_seconds()) > JITTER_SECONDS
        ):
            self.offset = offset

    @property
    def problem(self) -> str:
        """What to say of this machine's clock; empty when it is right, or nobody knows."""
        return clock_words(-self.offset) if self.offset else ""


def corrected(moment: datetime, offset: timedelta | None) -> datetime:
    """A moment of this machine's clock as the database's; small differences are left alone."""
    if offset is None or abs(offset.total_seconds()) <= TOLERATED_SECONDS:
        return moment
    return moment + offset


def clock_words(ahead: timedelta) -> str:
    """What to say of this computer's clock when it differs; empty when it does not."""
    seconds = abs(ahead.total_seconds())
    if seconds <= TOLERATED_SECONDS:
        return ""
    way = "ahead of" if ahead > timedelta() else "behind"
    return f"This computer's clock is {_duration(seconds)} {way} the database's. Set it right."


def _duration(seconds: float) -> str:
    for size, unit in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{round(seconds)} seconds"
