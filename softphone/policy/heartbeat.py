"""Whether a user agent that lives still works: it is asked, and answers on the thread that does the work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two looks, and how long an answer may take.

    A resolver that does not answer holds the thread for some seconds, and opening a sound device for one or two. In a
    call the other side still hears the agent meanwhile, so patience is better than an end that comes too soon.
    """

    interval: float = 2.0
    patience: float = 10.0


class Next(StrEnum):
    """What is to be done now."""

    ASK = "ask"
    WAIT = "wait"
    END = "end"  # it hangs


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """*asked* is when the question was asked that has no answer yet, *looked* when it was last seen to."""

    looked: float
    asked: float | None = None

    def look(self, now: float, rhythm: Rhythm) -> tuple[Heartbeat, Next]:
        """It is *now*. A look that comes late means that this side was away, so the answer may be here, unread."""
        late = now - self.looked > 2 * rhythm.interval
        if self.asked is None:
            return Heartbeat(now, now), Next.ASK
        if late:
            return Heartbeat(now, now), Next.WAIT
        return replace(self, looked=now), Next.END if now - self.asked >= rhythm.patience else Next.WAIT

    def answered(self) -> Heartbeat:
        """It works."""
        return replace(self, asked=None)
