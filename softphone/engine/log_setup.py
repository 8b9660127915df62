"""Where log lines go: stderr, through a thread, redacted. The app reads them; a full pipe never blocks a call."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
from typing import Any

import pjsua2 as pj

from softphone.engine.trace import SipTrace, redact

QUIET = 2  # PJSIP's level for errors and warnings
MESSAGES = 4  # PJSIP's level that shows SIP messages
_BACKLOG = 1000

log = logging.getLogger("softphone.pjsip")


class DroppingHandler(logging.handlers.QueueHandler):
    """Drops a record when the backlog is full instead of waiting for the reader of stderr."""

    def enqueue(self, record: logging.LogRecord) -> None:
        """Never blocks."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return


class RedactingFormatter(logging.Formatter):
    """Blanks credentials in what PJSIP quotes of a message it could not read."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return redact(super().format(record))


def start_logging() -> logging.handlers.QueueListener:
    """Send this process's log to stderr; stop the result at the end."""
    backlog: queue.Queue[Any] = queue.Queue(_BACKLOG)
    target = logging.StreamHandler(sys.stderr)
    target.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(DroppingHandler(backlog))
    listener = logging.handlers.QueueListener(backlog, target)
    listener.start()
    return listener


class PjsipLog(pj.LogWriter):  # type: ignore[misc]  # pjsua2 has no type information
    """Takes PJSIP's log lines: warnings to our log, SIP messages to the trace."""

    def __init__(self) -> None:
        super().__init__()
        self.trace: SipTrace | None = None

    def write(self, entry: Any) -> None:
        """One line from any thread of PJSIP."""
        try:
            if entry.level <= QUIET:
                log.warning("%s", entry.msg.rstrip())
            elif self.trace is not None and entry.level == MESSAGES:
                self.trace.log_line(entry.msg)
        except BaseException:  # noqa: BLE001, S110 - nothing may get back into C++, and the log is where it would go
            pass
