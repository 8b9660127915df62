"""Asks the running app something and waits for the answer; for the command line, so without Qt."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from softphone.errors import NotRunningError, UserFacingError

SECONDS = 15.0
_PEER = struct.Struct("3i")  # struct ucred of unix(7)


class ControlError(UserFacingError):
    """The app said no; *status* is the exit status for the command line: 1 refused, 2 wrong usage."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class ControlClient:
    """One connection to the app behind the control socket *name*. Raises NotRunningError when there is none."""

    def __init__(self, name: str, seconds: float | None = SECONDS) -> None:
        self._socket: socket.socket | None = None
        try:
            self._stream = self._connect(name, seconds)
        except OSError as error:
            raise NotRunningError("The softphone is not running.") from error

    def request(self, verb: str, arg: str = "", **more: object) -> object:
        """The app's answer to *verb*. Raises ControlError when it refuses."""
        self._send({"verb": verb, "arg": arg, **more})
        answer = self._receive()
        if answer is None:
            raise NotRunningError("The softphone ended before it answered.")
        if not answer.get("ok"):
            raise ControlError(str(answer.get("error", "")), int(cast(int, answer.get("status", 1))))
        return answer.get("result")

    def events(self) -> Iterator[dict[str, object]]:
        """Every event from now on, until the app ends. However long it takes."""
        self.request("events")
        if self._socket is not None:
            self._socket.settimeout(None)
        while (event := self._receive()) is not None:
            yield event

    def close(self) -> None:
        """Hang up on the app."""
        self._stream.close()
        if self._socket is not None:
            self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self, name: str, seconds: float | None) -> RawIOBase | BufferedIOBase:
        if os.name == "nt":  # QLocalServer listens on a named pipe there
            from ui.app.windows_pipe import open_pipe

            return open_pipe(name)
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(seconds)
            self._socket.connect(name)
            _refuse_a_stranger(self._socket, name)
        except (OSError, UserFacingError):
            self._socket.close()
            raise
        return self._socket.makefile("rwb")

    def _send(self, message: dict[str, object]) -> None:
        try:
            self._stream.write(json.dumps(message).encode() + b"\n")
            self._stream.flush()
        except OSError as error:
            raise NotRunningError("The softphone has ended.") from error

    def _receive(self) -> dict[str, object] | None:
        try:
            line = self._stream.readline()
        except TimeoutError as error:
            raise UserFacingError("The softphone does not answer.") from error
        except OSError:
            return None
        return cast("dict[str, object]", json.loads(line)) if line else None


def _refuse_a_stranger(connected: socket.socket, name: str) -> None:
    """The place of the socket is known to everybody, and some places are open to everybody."""
    if hasattr(socket, "SO_PEERCRED"):
        _pid, uid, _gid = _PEER.unpack(connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    else:
        uid = Path(name).lstat().st_uid
    if uid != os.getuid():
        raise UserFacingError(f"The control socket {name} belongs to another user, so nothing was sent to it.")


def hand_over(control_socket: str, link: str) -> bool:
    """Let the running app come to the front, with *link* unless that is empty. False when none is running.

    Raises ControlError when it refuses, another UserFacingError when it does not answer.
    """
    try:
        with ControlClient(control_socket) as client:
            if link:
                client.request("open-link", link)
            else:
                client.request("raise")
    except NotRunningError:
        return False
    return True
