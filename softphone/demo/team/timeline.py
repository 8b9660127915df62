"""What happens in the team's demo, told as it happens, in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from softphone.model.sip import NameAddr

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line: when (monotonic), who, what."""

    at: float
    who: str
    what: str


def _caller(entry: Fields) -> str:
    remote = NameAddr.parse(str(entry["remote"]))
    return remote.name or remote.uri


_WORDS: dict[str, Callable[[Fields], str]] = {
    "IncomingCall": lambda entry: f"is called by {_caller(entry)}",
    "CallEstablished": lambda _: "is connected",
    "HoldConfirmed": lambda _: "the caller is on hold",
    "Refer": lambda entry: f"sends the caller on to {str(entry['target']).partition(';')[0]}",
    "ReferRefused": lambda entry: f"the caller's telephone refuses to be sent on ({entry['code']})",
    "CallEnded": lambda entry: f"a call is over ({entry['code']} {entry['reason']})",
    "notice": lambda entry: f"is told: {entry['text']}",
}


class Timeline:
    """The lines so far; each is printed as it comes. Any thread may tell."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.began = time.monotonic()
        self.entries: list[TimelineEntry] = []
        self.marks: dict[str, float] = {}
        self._say, self._lock = say, threading.Lock()

    def tell(self, who: str, what: str, at: float | None = None) -> None:
        """Something happened just now, or *at*."""
        entry = TimelineEntry(time.monotonic() if at is None else at, who, what)
        with self._lock:
            self.entries.append(entry)
            self._say(f"{entry.at - self.began:6.2f} s  {who:<8}  {what}")

    def hear(self, login: str, event: Fields) -> None:
        """An entry of a softphone's journal."""
        words = _WORDS.get(str(event["event"]))
        if words is not None:
            at = event.get("engine_at", event["at"])
            self.tell(login, words(event), at if isinstance(at, float) else None)

    def mark(self, moment: str) -> None:
        """Remember this moment."""
        self.marks[moment] = time.monotonic()
