"""What has happened lately, kept in memory: the last ten minutes whole, and what belongs to each call of the day.

It hears the session's journal. Keys that were pressed are left out, since they may be a PIN or a card number; tokens
and passwords never are in the journal.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

Entry = Mapping[str, object]

RING_SECONDS = 600.0
RING_ENTRIES = 20_000
CALLS = 500
ENTRIES_OF_A_CALL = 200
_PRESSED = ("digit", "digits")
_BESIDE = ("RegistrationChanged", "SoundChanged", "EngineLost", "EngineReady", "EngineFailed")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of the journal and when it was written; *monotonic* in seconds."""

    when: datetime
    monotonic: float
    entry: Entry

    @property
    def line(self) -> str:
        """As a supporter reads it: the time, what happened, everything that is known of it."""
        more = {key: value for key, value in self.entry.items() if key not in ("event", "kind", "at", "engine_at")}
        kind, event = self.entry.get("kind", ""), self.entry.get("event", "")
        return f"{self.when:%H:%M:%S.%f} {kind} {event} {json.dumps(more, ensure_ascii=False, default=str)}"


class FlightRecorder:
    """A ring of the last ten minutes, and a short list for each of the last calls. Nothing is written to a disk."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._ring: deque[Recorded] = deque(maxlen=RING_ENTRIES)
        self._calls: OrderedDict[str, deque[Recorded]] = OrderedDict()
        self._open: set[str] = set()
        self.since = now()

    def note(self, entry: Entry) -> None:
        """Something has happened."""
        shown = {key: ("*" if key in _PRESSED else value) for key, value in entry.items()}
        at = entry.get("at")
        recorded = Recorded(self._now(), at if isinstance(at, float) else 0.0, shown)
        self._ring.append(recorded)
        while self._ring and recorded.monotonic - self._ring[0].monotonic > RING_SECONDS:
            self._ring.popleft()
        self._keep_with_its_call(recorded)

    def recent(self) -> tuple[Recorded, ...]:
        """The last ten minutes."""
        return tuple(self._ring)

    def of_call(self, call: str) -> tuple[Recorded, ...]:
        """What belongs to this call, and what happened to the softphone meanwhile; nothing for a call of before."""
        return tuple(self._calls.get(call, ()))

    def _keep_with_its_call(self, recorded: Recorded) -> None:
        call, event = str(recorded.entry.get("call", "")), recorded.entry.get("event")
        for each in self._open if event in _BESIDE else (call,) if call else ():
            self._calls.setdefault(each, deque(maxlen=ENTRIES_OF_A_CALL)).append(recorded)
        if event == "Finish":
            self._open.discard(call)
        elif call and event not in _BESIDE:
            self._open.add(call)
        while len(self._calls) > CALLS:
            gone, _ = self._calls.popitem(last=False)
            self._open.discard(gone)
