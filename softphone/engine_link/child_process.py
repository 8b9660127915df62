"""One engine process and its three pipes. Ends with it; the supervisor makes another.

Its output is read by threads, so that the engine never waits for a busy window: a full pipe would stop
the thread that owns the sound. What they read reaches the event loop in order, in one hop, and works
the same under asyncio and qasync, on every system, without a child watcher.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO

from softphone.engine_link.lines import LineSplitter
from softphone.engine_link.pipe_writer import PipeWriter
from softphone.engine_link.protocol import EVENTS, LINE_LIMIT, BadLineError, encode
from softphone.engine_link.stderr_log import StderrLog
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import LineSkipped, UaEvent

_CHUNK = 1 << 16
_LAST_WORDS_SECONDS = 0.05


class ChildProcess:
    """A running *process* with pipes; *on_event* and *on_exit* are called on the event loop that made this.

    *on_exit* gets the exit code and the ``time.monotonic()`` of the death, after the last event.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        on_event: Callable[[UaEvent], None],
        on_exit: Callable[[int, float], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_event = on_event
        self._on_exit = on_exit
        self._exited = threading.Event()
        self._process, self.pid = process, process.pid
        stdin, self._stdout, self._stderr = _pipes(process)
        self._writer = PipeWriter(stdin)
        self._reader = self._thread(self._read_events, "events")
        self._threads = (self._reader, self._thread(self._read_stderr, "log"), self._thread(self._await_exit, "exit"))

    def send(self, command: UaCommand) -> bool:
        """Write *command*; False when it had to be dropped."""
        return self._writer.write(encode(command))

    def end_input(self) -> None:
        """Close its input, which tells an engine to end."""
        self._writer.close()

    def terminate(self) -> None:
        """Ask the system to end it."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def release(self) -> None:
        """After its exit: let go of pipes and threads."""
        self._writer.close()
        self._writer.join()
        for thread in self._threads:
            thread.join(_LAST_WORDS_SECONDS)

    def _thread(self, target: Callable[[], None], name: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"engine-{name}-{self.pid}", daemon=True)
        thread.start()
        return thread

    def _read_events(self) -> None:
        splitter = LineSplitter(LINE_LIMIT)
        with self._stdout:
            for chunk in _chunks(self._stdout):
                events = [_decode(line) for line in splitter.feed(chunk)]
                if events:
                    self._post(self._deliver, events)
        if not self._exited.wait(_LAST_WORDS_SECONDS):
            self._process.kill()  # it can tell us nothing any more

    def _read_stderr(self) -> None:
        log = StderrLog(self.pid)
        with self._stderr:
            for chunk in _chunks(self._stderr):
                log.feed(chunk, time.monotonic())

    def _await_exit(self) -> None:
        code = self._process.wait()
        at = time.monotonic()
        self._exited.set()
        self._reader.join(_LAST_WORDS_SECONDS)
        self._post(self._on_exit, code, at)

    def _deliver(self, events: list[UaEvent]) -> None:
        for event in events:
            self._on_event(event)

    def _post(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop is closed: the app has ended and nobody is left to be told
            self._exited.set()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    assert stdin is not None and stdout is not None and stderr is not None  # noqa: S101 - asked for in spawn
    return stdin, stdout, stderr


def _chunks(pipe: IO[bytes]) -> Iterator[bytes]:
    """What the pipe gives until it ends."""
    descriptor = pipe.fileno()
    while chunk := os.read(descriptor, _CHUNK):
        yield chunk


def _decode(line: bytes | None) -> UaEvent:
    if line is None:
        return LineSkipped(f"a line of more than {LINE_LIMIT} bytes")
    try:
        return EVENTS.decode(line)
    except BadLineError as error:
        return LineSkipped(str(error))
