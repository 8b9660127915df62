"""Reads what a child process writes, on the event loop.

Where the loop can watch a pipe it reads by itself: another thread would first have to wake up, then get the interpreter
lock, then wake the loop. On Windows it cannot, so there a thread reads. The writer at the other end must bear a loop
that is busy for a while and a pipe that is full meanwhile, as ``PipeWriter`` does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from typing import IO

_CHUNK = 1 << 16


class PipeReader:
    """Calls *on_chunk* with what comes out of *pipe*, in order, and then once *on_end*."""

    def __init__(
        self,
        pipe: IO[bytes],
        on_chunk: Callable[[bytes], None],
        on_end: Callable[[], None],
        *,
        direct: bool = sys.platform != "win32",
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._pipe = pipe
        self._on_chunk = on_chunk
        self._on_end = on_end
        self._ended = False
        self._thread: threading.Thread | None = None
        if direct:
            os.set_blocking(pipe.fileno(), False)
            self._loop.add_reader(pipe.fileno(), self._read)
        else:
            self._thread = threading.Thread(target=self._read_all, name="pipe-reader", daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> None:
        """After the writer's end, from any thread: until everything is on its way to the loop."""
        if self._thread is not None:
            self._thread.join(seconds)

    def finish(self) -> None:
        """After the writer's end, on the loop: take what is left, and let go of the pipe."""
        if self._thread is None:
            while self._read():
                pass
        self._end()

    def _read(self) -> bool:
        """Take what is there; False when that is nothing, for now or for ever."""
        if self._ended:
            return False
        try:
            chunk = os.read(self._pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if chunk:
            self._on_chunk(chunk)
        else:
            self._end()
        return bool(chunk)

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        if self._thread is None:
            self._loop.remove_reader(self._pipe.fileno())
            self._pipe.close()
        self._on_end()

    def _read_all(self) -> None:
        with self._pipe:
            while chunk := os.read(self._pipe.fileno(), _CHUNK):
                self._post(self._on_chunk, chunk)
        self._post(self._end)

    def _post(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            return
