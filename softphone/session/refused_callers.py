"""Callers who were refused before anybody saw them: a flood of them must not fill the team's call log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from softphone.model.call_record import CallRecord
from softphone.ports import Clock, TimerHandle

MINUTE = 60.0
SOURCES = 10
"""Sources that are told apart in one minute; who calls under many names has them counted together."""


@dataclass(slots=True)
class _Source:
    """*first* is the first record that has no line of its own, if there is one."""

    first: CallRecord | None = None
    last: CallRecord | None = None
    count: int = 0


class RefusedCallers:
    """The first of each source in a minute has a line at once; at its end the others have one together.

    A source is the caller's address; *add* takes the lines.
    """

    def __init__(self, add: Callable[[CallRecord], None], clock: Clock) -> None:
        self._add = add
        self._clock = clock
        self._sources: dict[str, _Source] = {}
        self._timer: TimerHandle | None = None

    def add(self, record: CallRecord) -> None:
        """One more."""
        if not self._sources:
            self._timer = self._clock.call_at(self._clock.monotonic() + MINUTE, self.write)
        known = record.remote_uri in self._sources
        if not known and len(self._sources) < SOURCES:
            self._sources[record.remote_uri] = _Source()
            self._add(record)
            return
        source = self._sources.setdefault(record.remote_uri if known else "", _Source())
        source.first, source.last = source.first or record, record
        source.count += 1

    def write(self) -> None:
        """Write what was counted; the next one begins a minute anew."""
        if self._timer is not None:
            self._timer.cancel()
        sources, self._sources = self._sources, {}
        for address, source in sources.items():
            if source.first and source.last:
                self._add(_line(address, source.first, source.last, source.count))


def _line(address: str, first: CallRecord, last: CallRecord, count: int) -> CallRecord:
    if count == 1:
        return first
    who = "callers" if address else "callers from many addresses"
    words = f"{first.explanation} {count} {who} were refused like this within a minute."
    return replace(first, ended=last.ended, times=count, explanation=words)
