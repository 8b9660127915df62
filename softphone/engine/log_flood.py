"""Of lines that are alike only a few are logged each minute: whoever sends rubbish must not rotate the log away."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LINES = 5
WINDOW_SECONDS = 60.0
KINDS = 32
"""So many kinds of lines are told apart in one window; what comes beyond that counts as one kind."""
_COMPARED = 60
_FIGURES = re.compile(r"\b[0-9a-fx.:]*[0-9][0-9a-fx.:]*", re.I)  # lengths, addresses, ports, pointers


@dataclass(slots=True)
class _Seen:
    since: float
    count: int = 0


class FloodGate(logging.Filter):
    """Lets LINES of a kind through in each window; the first one after it says how many were not written."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._kinds: dict[str, _Seen] = {}
        self._lock = threading.Lock()  # threads of PJSIP log, too

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is written."""
        with self._lock:
            return self._passes(record)

    def _passes(self, record: logging.LogRecord) -> bool:
        now = self._now()
        seen = self._seen(_kind(record.getMessage()), now)
        left_out = max(0, seen.count - LINES)
        if now - seen.since >= WINDOW_SECONDS:
            seen.since, seen.count = now, 0
            if left_out:
                record.msg, record.args = f"{record.getMessage()} [{left_out:,} more like this were left out]", ()
        seen.count += 1
        return seen.count <= LINES

    def _seen(self, kind: str, now: float) -> _Seen:
        if kind not in self._kinds and len(self._kinds) >= KINDS:
            over = [each for each, seen in self._kinds.items() if now - seen.since >= WINDOW_SECONDS]
            for each in over:
                del self._kinds[each]
            if not over:
                kind = ""
        return self._kinds.setdefault(kind, _Seen(now))


def _kind(text: str) -> str:
    """The beginning of a line without figures."""
    return _FIGURES.sub("#", text.partition("\n")[0][: 2 * _COMPARED])[:_COMPARED]
