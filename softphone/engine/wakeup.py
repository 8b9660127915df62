"""Ends PJSIP's wait for network events at once when a command or news of the devices has come."""

from __future__ import annotations

import socket
from contextlib import suppress

_POKE = b"\0"  # PJSIP drops datagrams this short without a word, as it must for keep-alives


class Wakeup:
    """Sends a datagram to one of the engine's own sockets. ``wake`` may be called from any thread."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._aimed = False

    def aim(self, bind: str, port: int) -> None:
        """Where PJSIP listens; until then there is no wait to end. Connected, the socket takes nothing from others."""
        address = bind if bind not in ("", "0.0.0.0") else "127.0.0.1"  # noqa: S104 - compared only
        with suppress(OSError):
            self._socket.connect((address, port))
            self._aimed = True

    def wake(self) -> None:
        """End the wait; when that fails it ends by itself a quarter of a second later at most."""
        if self._aimed:
            with suppress(OSError):
                self._socket.send(_POKE)

    def close(self) -> None:
        """No more wake-ups."""
        self._aimed = False
        self._socket.close()
