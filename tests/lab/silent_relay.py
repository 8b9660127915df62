"""A TCP relay that can fall silent: packets vanish, and neither end hears of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class SilentRelay:
    """Passes every connection on to *target*. While it is ``silent`` connections are made and nothing comes through.

    What was on its way then is lost, and so are the connections there were: they stay open and silent afterwards.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._silent = threading.Event()
        self._dead: set[socket.socket] = set()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> SilentRelay:
        self._run(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def fall_silent(self) -> None:
        self._silent.set()
        self._dead |= self._sockets

    def speak(self) -> None:
        """New connections get through again."""
        self._silent.clear()

    def _run(self, body: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=body, args=arguments, name="relay", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = self._listener.accept()
                self.connections += 1
                outside = socket.create_connection(self._target)
                self._sockets |= {inside, outside}
                if self._silent.is_set():
                    self._dead |= {inside, outside}
                self._run(self._copy, inside, outside)
                self._run(self._copy, outside, inside)

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if source not in self._dead:
                    sink.sendall(data)
            if source not in self._dead:
                sink.shutdown(socket.SHUT_WR)
