"""What the engine writes to its error output goes to our log, but cannot fill it."""

from __future__ import annotations

import logging
from collections import deque

from softphone.engine_link.lines import LineSplitter
from softphone.model.printable import printable

_logger = logging.getLogger("softphone.engine")
LONGEST_LINE = 2000
LINES_PER_WINDOW = 200
LAST_WORDS = 100
WINDOW_SECONDS = 10.0


class StderrLog:
    """Lines of one process, at most LINES_PER_WINDOW in WINDOW_SECONDS; how many were left out is said.

    ``last_words`` are the last LAST_WORDS lines, whatever the log has.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._splitter = LineSplitter(LONGEST_LINE)
        self._window_end = 0.0
        self._count = 0
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)

    def feed(self, chunk: bytes, now: float) -> None:
        """Log the lines that end in *chunk*, read at *now*."""
        for line in self._splitter.feed(chunk):
            self._line(line, now)

    def _line(self, line: bytes | None, now: float) -> None:
        if now >= self._window_end:
            self._report_left_out()
            self._window_end, self._count = now + WINDOW_SECONDS, 0
        self._count += 1
        text = f"(a line of more than {LONGEST_LINE} bytes)" if line is None else _shown(line)
        self.last_words.append(text)
        if self._count <= LINES_PER_WINDOW:
            _logger.info("engine %d: %s", self._pid, text)

    def _report_left_out(self) -> None:
        if self._count > LINES_PER_WINDOW:
            _logger.warning("engine %d: %d more lines were left out", self._pid, self._count - LINES_PER_WINDOW)


def _shown(line: bytes) -> str:
    """One line stays one line in the log."""
    return printable(line.decode(errors="replace").rstrip("\r"), keep="\t")
