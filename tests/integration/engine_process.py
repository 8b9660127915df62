"""The engine process as the app sees it: commands in, events out, over pipes."""

from __future__ import annotations

import collections
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, overload

from softphone.engine_link.protocol import EVENTS, encode
from softphone.model.ua_commands import Account, Respond, Start, UaCommand
from softphone.model.ua_events import EngineReady, IncomingCall, SipLibrary, UaEvent
from tests.lab.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
E = TypeVar("E")
F = TypeVar("F")


class EngineProcess:
    """Starts an engine without sound devices; events are kept in order and waited for by type and condition.

    The real one is that of the packaged program which SOFTPHONE_PROGRAM in the environment names, if it names one.
    """

    def __init__(self, module: str = "tests.fakes.null_sound") -> None:
        program = os.environ.get("SOFTPHONE_PROGRAM") if module == "softphone.engine" else None
        self.process = subprocess.Popen(
            [program, "engine"] if program else [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            bufsize=0,
        )
        self.events: list[UaEvent] = []
        self.lines: list[bytes] = []
        self.errors: collections.deque[str] = collections.deque(maxlen=200)
        self.reading = threading.Event()
        self.reading.set()
        self._new: queue.SimpleQueue[UaEvent | None] = queue.SimpleQueue()
        self._pending: list[UaEvent] = []
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def send(self, *commands: UaCommand) -> None:
        for command in commands:
            self.write(encode(command))

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    @overload
    def wait(self, kind: type[E], condition: Callable[[E], Any] = ..., timeout: float = ...) -> E: ...
    @overload
    def wait(
        self, kind: tuple[type[E], type[F]], condition: Callable[[E | F], Any] = ..., timeout: float = ...
    ) -> E | F: ...
    def wait(self, kind: Any, condition: Callable[[Any], Any] = lambda _: True, timeout: float = PATIENCE) -> Any:
        """The first event of this type and condition not taken by an earlier wait; it is taken."""
        deadline = time.monotonic() + timeout
        seen = 0
        while True:
            for index, event in enumerate(self._pending[seen:], seen):
                if isinstance(event, kind) and condition(event):
                    del self._pending[index]
                    return event
            seen = len(self._pending)
            try:
                new = self._new.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {kind}; events {self.events}; stderr {list(self.errors)}") from None
            if new is None:
                raise AssertionError(f"engine ended before {kind}; {self.events}; stderr {list(self.errors)}")
            self._pending.append(new)

    def start(self, start: Start) -> EngineReady:
        self.send(start)
        return self.wait(EngineReady)

    @property
    def library(self) -> SipLibrary:
        """The SIP library it told of when it was ready."""
        return self.of_type(EngineReady)[0].library

    def ringing_call(self, headers: tuple[Any, ...] = ()) -> IncomingCall:
        """The next incoming call, answered 180."""
        call = self.wait(IncomingCall)
        self.send(Respond(call.call, 180, headers=headers))
        return call

    def of_type(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def close(self, timeout: float = 5.0) -> int:
        """Close the pipe and wait for the end, which must come by itself."""
        self.reading.set()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"engine did not end; stderr {list(self.errors)}") from None
        for thread in self._threads:
            thread.join(timeout)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        rest = b""
        while True:
            self.reading.wait()
            chunk = os.read(self.process.stdout.fileno(), 65536)
            if not chunk:
                self._new.put(None)
                return
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.lines.append(line)
                event = EVENTS.decode(line)
                self.events.append(event)
                self._new.put(event)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace").rstrip())


def start_of(port: int, user: str = "agent1", **fields: Any) -> Start:
    """Peer to peer on loopback."""
    account = fields.pop("account", Account(f"sip:{user}@127.0.0.1:{port}"))
    return Start(account, bind="127.0.0.1", port=port, **fields)


@contextmanager
def engine(port: int, user: str = "agent1", **fields: Any) -> Iterator[EngineProcess]:
    """A running engine that must end cleanly."""
    process = EngineProcess()
    try:
        process.start(start_of(port, user, **fields))
        yield process
    finally:
        code = process.close()
    assert code == 0, list(process.errors)
