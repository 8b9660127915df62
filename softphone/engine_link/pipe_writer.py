"""Writes lines to a pipe without ever making the caller wait for the reader at its other end.

The caller writes straight into the pipe: handing each line to a thread costs up to 5 ms whenever the
calling thread stays busy, because that thread has to wait for the interpreter lock. Only what does not
fit goes to a thread: a busy window never makes the thread wait that owns SIP, nor a busy engine the window.
Windows pipes cannot be written without waiting; there everything takes that way.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import IO

BACKLOG_LIMIT = 4 << 20
_CHUNK = 1 << 16
_POLL_MS = 50


class PipeWriter:
    """Lines into *pipe*, in order; *limit* bytes are kept for a reader who is slow."""

    def __init__(self, pipe: IO[bytes], limit: int = BACKLOG_LIMIT, *, direct: bool = sys.platform != "win32") -> None:
        self._pipe = pipe
        self._limit = limit
        self._direct = direct
        self._backlog = bytearray()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        if direct:
            os.set_blocking(pipe.fileno(), False)

    def write(self, line: bytes) -> bool:
        """Pass *line* on or keep it for later; False when it was dropped: too much is waiting, or the pipe closed."""
        with self._changed:
            if self._closed or len(self._backlog) + len(line) > self._limit:
                return False
            written = self._written(line) if self._direct and not self._backlog else 0
            if written < len(line):
                self._backlog += line[written:]
                self._wake()
            return not self._closed

    def close(self, flush_seconds: float = 0.0) -> None:
        """Close the pipe. What still waits may take *flush_seconds* to be read; after that it is dropped."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._backlog, flush_seconds)
            self._closed = True
            self._backlog.clear()
            self._changed.notify_all()
            if self._thread is None:
                self._pipe.close()

    def join(self) -> None:
        """After the reader's end: wait until the thread, if there is one, is gone."""
        if self._thread is not None:
            self._thread.join()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._drain, name="pipe-writer", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _written(self, chunk: bytes) -> int:
        """Write what fits and say how much that was."""
        try:
            return os.write(self._pipe.fileno(), chunk)
        except BlockingIOError:
            return 0
        except OSError:  # nobody reads any more
            self._closed = True
            return len(chunk)

    def _drain(self) -> None:
        with self._pipe:
            while chunk := self._next_chunk():
                if self._direct:
                    _wait_until_writable(self._pipe)
                written = self._written(chunk)
                with self._changed:
                    del self._backlog[:written]
                    self._changed.notify_all()

    def _next_chunk(self) -> bytes:
        """The head of the backlog, as soon as there is one; nothing once the pipe is to be closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._backlog)
            return b"" if self._closed else bytes(self._backlog[:_CHUNK])


def _wait_until_writable(pipe: IO[bytes]) -> None:
    """Not for ever: the pipe may be closed from this side meanwhile."""
    poll = select.poll()
    poll.register(pipe.fileno(), select.POLLOUT)
    poll.poll(_POLL_MS)
