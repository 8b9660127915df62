"""The order of our re-INVITEs in one call: one at a time (RFC 3261 section 14.1), and the last wish counts.

Pure: it is told what happens and says what to do; EngineCall does it.
"""

from __future__ import annotations

from enum import StrEnum


class Reinvite(StrEnum):
    """What a re-INVITE of ours is for."""

    HOLD = "hold"
    RESUME = "resume"


class ReinviteQueue:
    """One re-INVITE under way and at most one that waits: a later wish takes the place of one not yet sent."""

    def __init__(self) -> None:
        self._waiting: Reinvite | None = None
        self._running: Reinvite | None = None
        self._transaction = 0  # PJSIP's, of the last request; 0 before there is one

    def ask(self, kind: Reinvite) -> None:
        """The newest wish. One that is just being asked of the other side need not be asked again."""
        self._waiting = None if kind is self._running else kind

    @property
    def due(self) -> Reinvite | None:
        """What may be sent now, or None."""
        return self._waiting if self._running is None else None

    def begin(self) -> Reinvite:
        """The one that is due is about to be sent. Its request appears as an INVITE transaction of ours."""
        if self._waiting is None:
            raise ValueError("no re-INVITE is due")
        self._running, self._waiting = self._waiting, None
        self._transaction = 0
        return self._running

    def put_back(self) -> None:
        """It could not be sent now, because another offer is under way; it waits, unless the wish has changed."""
        self._waiting = self._waiting or self._running
        self._running = None

    def drop(self) -> None:
        """It cannot be sent at all."""
        self._running = None

    def request_sent(self, transaction: int) -> None:
        """An INVITE transaction of ours has begun; after a 401 or 407 a second one follows with credentials."""
        if self._running is not None:
            self._transaction = transaction

    def final_answer(self, transaction: int) -> Reinvite | None:
        """A transaction of ours got its final answer; PJSIP does not tell of each that a second one follows.

        Returns what it was the answer to, None when a second one is on its way, or when the wish has
        changed since: then only the answer to the next one matters.
        """
        if self._running is None or transaction != self._transaction:
            return None
        finished, self._running = self._running, None
        return finished if self._waiting is None else None
