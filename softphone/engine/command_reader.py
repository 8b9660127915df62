"""The engine's end of the pipe its commands come through."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

from softphone.engine_link.lines import LineSplitter
from softphone.engine_link.protocol import COMMANDS, LINE_LIMIT, BadLineError
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import LineSkipped, UaEvent

_CHUNK = 65536


class CommandReader:
    """Reads commands in a thread of its own, which never touches SIP, and queues them."""

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
