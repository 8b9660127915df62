"""Ends PJSIP's wait for network events at once when a command or news of the devices has come."""

from __future__ import annotations

import socket
from contextlib import suppress

_POKE = b"\0"  # PJSIP drops datagrams this short without a word, as it must for keep-alives


class Wakeup:
    """Sends a datagram to the engine's own SIP socket. ``wake`` may be called from any thread."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._address: tuple[str, int] | None = None

    def aim(self, bind: str, port: int) -> None:
        """Where the SIP socket listens; until then there is no wait to end."""
        self._address = (bind if bind not in ("", "0.0.0.0") else "127.0.0.1", port)  # noqa: S104 - compared only

    def wake(self) -> None:
        """End the wait; when that fails it ends by itself a quarter of a second later at most."""
        if self._address is not None:
            with suppress(OSError):
                self._socket.sendto(_POKE, self._address)

    def close(self) -> None:
        """No more wake-ups."""
        self._address = None
        self._socket.close()
