"""Where log lines go: stderr, through a thread, redacted. The app reads them; a full pipe never blocks a call."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
from typing import Any

from softphone.engine.sip.trace import redact

_BACKLOG = 1000


class DroppingHandler(logging.handlers.QueueHandler):
    """Drops a record when the backlog is full instead of waiting for the reader of stderr."""

    def enqueue(self, record: logging.LogRecord) -> None:
        """Never blocks."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return


class BlankingFormatter(logging.Formatter):
    """Blanks credentials in what PJSIP quotes of a message it could not read."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return redact(super().format(record))


def start_logging() -> logging.handlers.QueueListener:
    """Send this process's log to stderr; stop the result at the end."""
    backlog: queue.Queue[Any] = queue.Queue(_BACKLOG)
    target = logging.StreamHandler(sys.stderr)
    target.setFormatter(BlankingFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(DroppingHandler(backlog))
    listener = logging.handlers.QueueListener(backlog, target)
    listener.start()
    return listener
