"""Where log lines go: stderr, through a thread, redacted. The app reads them; a full pipe never blocks a call."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
from typing import Any

from softphone.engine.log_flood import FloodGate
from softphone.engine.sip.trace import redact
from softphone.model.printable import printable

_BACKLOG = 1000
_LONGEST_MESSAGE = 900  # so much of a message that PJSIP could not read says what it was


class DroppingHandler(logging.handlers.QueueHandler):
    """Drops a record when the backlog is full instead of waiting for the reader of stderr."""

    def enqueue(self, record: logging.LogRecord) -> None:
        """Never blocks."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return


class BlankingFormatter(logging.Formatter):
    """Blanks credentials in what PJSIP quotes of a message it could not read, and makes one line of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without secrets; a traceback follows its line."""
        return printable(redact(super().format(record)), keep="\n\t")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The record's line."""
        text = printable(redact(super().formatMessage(record)))
        return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def start_logging() -> logging.handlers.QueueListener:
    """Send this process's log to stderr; stop the result at the end."""
    backlog: queue.Queue[Any] = queue.Queue(_BACKLOG)
    target = logging.StreamHandler(sys.stderr)
    target.setFormatter(BlankingFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    handler = DroppingHandler(backlog)
    handler.addFilter(FloodGate())
    root.addHandler(handler)
    listener = logging.handlers.QueueListener(backlog, target)
    listener.start()
    return listener
