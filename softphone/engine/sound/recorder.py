"""A WAV file written beside the audio clock: the clock thread must never wait for a disk."""

from __future__ import annotations

import logging
import wave
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from softphone.engine.problems import CannotDoError
from softphone.engine.sound.frames import RATE

FRAMES_PER_WRITE = 10  # 200 ms
PATIENCE_SECONDS = 1.0  # for a disk that hangs; the rest is then lost

_log = logging.getLogger(__name__)


class Recorder:
    """Writes 16 kHz, 16-bit mono. The file's header is right after each write, not only at the end."""

    def __init__(self, path: str) -> None:
        """Open *path* for writing. Raises CannotDoError when that is not possible."""
        try:
            self._file = Path(path).open("wb")  # noqa: SIM115 - closed by the thread
        except OSError as error:
            raise CannotDoError(f"the recording {path} cannot be written: {error.strerror}") from error
        self._frames: SimpleQueue[bytes] = SimpleQueue()
        self._thread = Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def add(self, samples: bytes) -> None:
        """Keep these samples; returns at once. Without effect after a disk error."""
        if self._thread.is_alive():
            self._frames.put(samples)

    def stop(self) -> None:
        """Write what is left and close the file; returns when that is done."""
        self._frames.put(b"")
        self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        try:
            with self._file, wave.open(self._file, "wb") as wav:
                wav.setnchannels(1)
                wav.setsampwidth(2)
                wav.setframerate(RATE)
                while block := self._next_block():
                    wav.writeframes(block)
                wav.writeframes(b"")
        except OSError:
            _log.exception("the recording has stopped: it cannot be written")

    def _next_block(self) -> bytes:
        """Up to FRAMES_PER_WRITE frames; empty once ``stop`` was called and all is written."""
        block: list[bytes] = []
        while len(block) < FRAMES_PER_WRITE and (samples := self._frames.get()):
            block.append(samples)
        if len(block) < FRAMES_PER_WRITE:
            self._frames.put(b"")  # the end, to be found again by the next call
        return b"".join(block)
