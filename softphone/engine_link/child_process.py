"""One engine process and its three pipes. Ends with it; the supervisor makes another.

Its exit is waited for by a thread, which works the same under asyncio and qasync, on every system, without a
child watcher.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from softphone.engine_link.lines import LineSplitter
from softphone.engine_link.pipe_reader import PipeReader
from softphone.engine_link.pipe_writer import PipeWriter
from softphone.engine_link.protocol import EVENTS, LINE_LIMIT, BadLineError, encode
from softphone.engine_link.stderr_log import StderrLog
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import LineSkipped, UaEvent

_LAST_WORDS_SECONDS = 0.05
_ABORT_SECONDS = 0.5
_yield_the_core: Callable[[], None] = getattr(os, "sched_yield", lambda: None)  # not on Windows


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
        self._process, self.pid = process, process.pid
        stdin, stdout, stderr = _pipes(process)
        self._writer = PipeWriter(stdin)
        self._splitter = LineSplitter(LINE_LIMIT)
        self._log = StderrLog(self.pid)
        self.born = time.monotonic()
        self._deaf: asyncio.TimerHandle | None = None
        self._readers = (
            PipeReader(stdout, self._read_events, self._output_ended),
            PipeReader(stderr, lambda chunk: self._log.feed(chunk, time.monotonic()), lambda: None),
        )
        self._waiter = threading.Thread(target=self._await_exit, name=f"engine-exit-{self.pid}", daemon=True)
        self._waiter.start()

    def send(self, command: UaCommand) -> bool:
        """Write *command*; False when it had to be dropped.

        Linux wakes the reader of a pipe on the writer's core, as if the writer were about to sleep. We are not: a view
        is about to be drawn. So the reader gets its turn first, which brings a 180 out 0.8 ms sooner.
        """
        written = self._writer.write(encode(command))
        _yield_the_core()
        return written

    def end_input(self) -> None:
        """Close its input, which tells an engine to end."""
        self._writer.close()

    def terminate(self) -> None:
        """Ask the system to end it."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def abort(self) -> None:
        """End one that hangs; where it can, it says first where its threads are (faulthandler)."""
        if sys.platform != "win32":
            self._process.send_signal(signal.SIGABRT)
        self._loop.call_later(_ABORT_SECONDS, self._process.kill)

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines of its error output."""
        return tuple(self._log.last_words)

    def release(self) -> None:
        """After its exit: let go of pipes and threads."""
        self._writer.close()
        self._writer.join()
        self._waiter.join(_LAST_WORDS_SECONDS)

    def _read_events(self, chunk: bytes) -> None:
        for line in self._splitter.feed(chunk):
            self._on_event(_decode(line))

    def _output_ended(self) -> None:
        """Without its output it can tell us nothing any more; it is about to end, or has to."""
        if self._waiter.is_alive():
            self._deaf = self._loop.call_later(_LAST_WORDS_SECONDS, self._process.kill)

    def _await_exit(self) -> None:
        code = self._process.wait()
        at = time.monotonic()
        for reader in self._readers:
            reader.wait(_LAST_WORDS_SECONDS)
        with suppress(RuntimeError):  # the loop is closed: the app has ended and nobody is left to be told
            self._loop.call_soon_threadsafe(self._exited, code, at)

    def _exited(self, code: int, at: float) -> None:
        for reader in self._readers:
            reader.finish()
        if self._deaf is not None:
            self._deaf.cancel()
        self._on_exit(code, at)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    assert stdin is not None and stdout is not None and stderr is not None  # noqa: S101 - asked for in spawn
    return stdin, stdout, stderr


def _decode(line: bytes | None) -> UaEvent:
    if line is None:
        return LineSkipped(f"a line of more than {LINE_LIMIT} bytes")
    try:
        return EVENTS.decode(line)
    except BadLineError as error:
        return LineSkipped(str(error))
