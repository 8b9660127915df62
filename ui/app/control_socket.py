"""How ``softphone ctl`` reaches the running app, and what makes it the only one.

A request is a JSON line ``{"verb": "dial", "arg": "sip:…"}``, the answer ``{"ok": true, "result": …}``
or ``{"ok": false, "error": "words", "status": 1}`` (2 for wrong usage). After ``events`` each event is
one line until the connection closes. Only the user who runs the app can connect. A client that does
not read is not read from either, and one that falls too far behind with events is hung up on.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from PyQt6.QtCore import QLockFile, QObject
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

from softphone.errors import UserFacingError

LINE_LIMIT = 1024 * 1024  # a provisioning file for a large team fits
BACKLOG_LIMIT = 1024 * 1024
CONNECTIONS = 32
EVENTS = "events"

Handler = Callable[[str, Mapping[str, object]], Awaitable[object]]
log = logging.getLogger(__name__)


class AlreadyRunningError(Exception):
    """Another process of this user holds this control socket."""


class ControlServer(QObject):
    """Listens on *name* and passes requests to *handler*, for each connection one at a time."""

    def __init__(self, name: str, handler: Handler) -> None:
        super().__init__()
        self._name, self._handler = name, handler
        self._connections: set[_Connection] = set()
        self._lock = QLockFile(_lock_file(name))
        self._lock.setStaleLockTime(0)  # stale when its process is gone, never by age
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def listen(self) -> None:
        """Begin to answer. Raises AlreadyRunningError, or UserFacingError when the place cannot be written."""
        if not self._lock.tryLock(0):
            if self._lock.error() is QLockFile.LockError.LockFailedError:
                raise AlreadyRunningError
            raise UserFacingError(f"The control socket {self._name} cannot be created: {self._why_not_locked()}.")
        if not self._server.listen(self._name):  # replaces a socket that a crash has left
            self._lock.unlock()
            raise UserFacingError(f"The control socket {self._name} cannot be opened: {self._server.errorString()}.")

    def publish(self, event: Mapping[str, object]) -> None:
        """Send *event* to everybody who asked for events."""
        listeners = [connection for connection in self._connections if connection.streaming]
        if listeners:
            line = json.dumps(event, default=str).encode() + b"\n"
            for connection in listeners:
                connection.stream(line)

    def close(self) -> None:
        """Answer no more; open connections are closed once they have been sent what is theirs."""
        self._server.close()
        for connection in tuple(self._connections):
            connection.close()
        self._lock.unlock()

    def _why_not_locked(self) -> str:
        """Qt tells a missing permission from all other errors, and no more."""
        if self._lock.error() is QLockFile.LockError.PermissionError:
            return "there is no permission to write there. Change that, or name another place with --data-dir"
        try:
            with tempfile.TemporaryFile(dir=Path(self._name).parent, buffering=0) as trial:
                trial.write(b"softphone")
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            return "the disk is full. Make room on it" if full else str(error.strerror)
        return "the system gives no reason"

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            if len(self._connections) >= CONNECTIONS:
                socket.abort()
                socket.deleteLater()
                continue
            connection = _Connection(socket, self._handler, self._connections.discard)
            self._connections.add(connection)


class _Connection:
    """One client."""

    def __init__(self, socket: QLocalSocket, handler: Handler, gone: Callable[[_Connection], None]) -> None:
        self.streaming = False
        self._socket, self._handler, self._gone = socket, handler, gone
        self._task: asyncio.Task[None] | None = None
        socket.setReadBufferSize(LINE_LIMIT + 1)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._on_gone)
        self._read()

    def stream(self, line: bytes) -> None:
        """One event; too many unread ones end the connection."""
        if self._socket.bytesToWrite() > BACKLOG_LIMIT:
            log.warning("a client of the control socket does not read its events and is dropped")
            self._socket.abort()
            return
        self._socket.write(line)

    def close(self) -> None:
        """Say good-bye."""
        self._socket.flush()
        self._socket.disconnectFromServer()

    def _read(self) -> None:
        """Take the next line unless one is being worked on; the rest waits in the socket."""
        if self._task is not None:
            return
        if self._socket.canReadLine():
            line = self._socket.readLine(LINE_LIMIT + 1)
            self._task = asyncio.get_running_loop().create_task(self._serve(line))
            self._task.add_done_callback(self._served)
        elif self._socket.bytesAvailable() > LINE_LIMIT:
            self._write(_refusal(f"a line is longer than {LINE_LIMIT} bytes", 2))
            self.close()

    async def _serve(self, line: bytes) -> None:
        request = _parse(line)
        if isinstance(request, str):
            self._write(_refusal(request, 2))
        elif request["verb"] == EVENTS:
            self._write({"ok": True, "result": None})
            self.streaming = True
        else:
            self._write(await _answer(self._handler, request))

    def _served(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a request on the control socket failed", exc_info=error)
        if self._socket.state() is QLocalSocket.LocalSocketState.ConnectedState:
            self._read()

    def _write(self, message: Mapping[str, object]) -> None:
        if self._socket.state() is QLocalSocket.LocalSocketState.ConnectedState:
            self._socket.write(json.dumps(message, default=str).encode() + b"\n")

    def _on_gone(self) -> None:
        self.streaming = False
        self._gone(self)
        self._socket.deleteLater()


async def _answer(handler: Handler, request: Mapping[str, object]) -> Mapping[str, object]:
    verb = str(request["verb"])
    try:
        return {"ok": True, "result": await handler(verb, request)}
    except UserFacingError as error:
        return _refusal(str(error), int(getattr(error, "status", 1)))
    except Exception:
        log.exception("the request %r failed", verb)
        return _refusal("the softphone failed at this; its log has the details", 1)


def _lock_file(name: str) -> str:
    """Beside the socket; where its name is no path, as on Windows, in the user's own directory of temporary files."""
    return f"{name}.lock" if Path(name).is_absolute() else str(Path(tempfile.gettempdir()) / f"{name}.lock")


def _parse(line: bytes) -> dict[str, object] | str:
    """The request in *line*, or what is wrong with it."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return "not a line of JSON"
    if not isinstance(request, dict) or not isinstance(request.get("verb"), str):
        return 'not a request such as {"verb": "status"}'
    return request


def _refusal(words: str, status: int) -> Mapping[str, object]:
    return {"ok": False, "error": words, "status": status}
