"""The two ends of the pipe to the app. Neither thread touches SIP: a blocked app never blocks a call."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

from softphone.engine_link.lines import LineSplitter
from softphone.engine_link.protocol import COMMANDS, LINE_LIMIT, BadLineError, encode
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import LineSkipped, UaEvent

_CHUNK = 65536


class EventWriter:
    """Writes events in order from a thread of its own; ``put`` returns at once however slow the reader is."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def put(self, event: UaEvent) -> None:
        """Queue one event."""
        self._lines.put(encode(event))

    def close(self, timeout: float) -> None:
        """Write what is left, but wait no longer than *timeout* for a reader that does not read."""
        self._lines.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                return  # nobody reads any more; the other pipe ends the process


class CommandReader:
    """Reads commands in a thread of its own and queues them."""

    def __init__(self, descriptor: int, report: Callable[[UaEvent], None], wake: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._report = report
        self._wake = wake
        self._commands: queue.SimpleQueue[UaCommand] = queue.SimpleQueue()
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, name="commands", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the pipe is closed and every command has been taken."""
        return self._ended.is_set() and self._commands.empty()

    def take(self, timeout: float = 0.0) -> UaCommand | None:
        """The next command, or None when none came within *timeout* seconds."""
        try:
            return self._commands.get(timeout=timeout) if timeout else self._commands.get_nowait()
        except queue.Empty:
            return None

    def _run(self) -> None:
        lines = LineSplitter(LINE_LIMIT)
        try:
            while chunk := os.read(self._descriptor, _CHUNK):
                for line in lines.feed(chunk):
                    self._one(line)
                self._wake()
        except OSError:
            pass  # a broken pipe is a closed one
        finally:
            self._ended.set()
            self._wake()

    def _one(self, line: bytes | None) -> None:
        if line is None:
            self._report(LineSkipped(f"a line longer than {LINE_LIMIT} bytes"))
        elif line.strip():
            try:
                self._commands.put(COMMANDS.decode(line))
            except BadLineError as error:
                self._report(LineSkipped(str(error)))
