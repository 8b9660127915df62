"""Cuts a stream of bytes into lines, however it was torn, without ever holding more than one line's worth."""

from __future__ import annotations

from collections.abc import Iterator


class LineSplitter:
    """Bytes in, whole lines out. A line beyond *limit* bytes is given as None and costs no memory."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pending = bytearray()
        self._overlong = False

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """The lines that end in *chunk*, without their line feeds."""
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            yield self._complete(part)
        self._add(rest)

    def _complete(self, part: bytes) -> bytes | None:
        self._add(part)
        line = None if self._overlong else bytes(self._pending)
        self._pending.clear()
        self._overlong = False
        return line

    def _add(self, part: bytes) -> None:
        if len(self._pending) + len(part) > self._limit:
            self._overlong = True
            self._pending.clear()
        elif not self._overlong:
            self._pending += part
