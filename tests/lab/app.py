"""The softphone as its user has it: a process of its own, provisioned by a file, driven by ``softphone ctl``."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psutil

from tests.lab.provisioning import Provisioning
from tests.lab.waiting import PATIENCE, until
from ui.app.control_client import ControlClient

SOFTPHONE = str(Path(sys.executable).with_name("softphone"))
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
Status = dict[str, Any]


class Events:
    """What ``softphone ctl events`` would print, from the moment the context is entered."""

    def __init__(self, control_socket: Path) -> None:
        self.seen: list[dict[str, Any]] = []
        self._address = str(control_socket)
        self._reader = threading.Thread(target=self._read, name="events", daemon=True)

    def __enter__(self) -> Events:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(self._address)
        self._stream = self._socket.makefile("rwb")
        self._stream.write(b'{"verb": "events"}\n')
        self._stream.flush()
        assert json.loads(self._stream.readline())["ok"]
        self._reader.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        self._stream.close()
        self._socket.close()

    def wait_for(self, name: str, timeout: float = PATIENCE, **fields: object) -> dict[str, Any]:
        """Wait for an event of this name with these fields."""

        def hit() -> dict[str, Any] | None:
            return next((event for event in tuple(self.seen) if _fits(event, name, fields)), None)

        return until(hit, lambda: f"event {name} {fields}; so far {self.names}", timeout)

    @property
    def names(self) -> list[str]:
        return [event["event"] for event in tuple(self.seen)]

    def _read(self) -> None:
        for line in self._stream:
            self.seen.append(json.loads(line))


def _fits(event: Mapping[str, object], name: str, fields: Mapping[str, object]) -> bool:
    return event["event"] == name and all(event.get(key) == value for key, value in fields.items())


class App:
    """A running softphone in a data directory of its own. Leaving the context quits it and looks for remains.

    It counts as started when its status is *ready*; *command* is what is run instead of ``softphone``.
    """

    def __init__(
        self,
        provisioning: Provisioning,
        environment: dict[str, str] = OFFSCREEN,
        ready: Callable[[Status], object] = lambda status: status["engine"]["addresses"],
        command: tuple[str, ...] = (SOFTPHONE,),
    ) -> None:
        self.provisioning = provisioning
        self._ready, self._command, self._has_quit = ready, command, False
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = os.environ | environment
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each command would compile everything anew

    def __enter__(self) -> App:
        with ExitStack() as stack:
            self.directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="app-")))
            self.data = self.directory / "data"
            self.provision(self.provisioning)
            stack.callback(self._make_sure_it_is_gone)
            self._start()
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._cleanup:
            if kind is None and not self._has_quit:
                self.quit()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``softphone --data-dir DIR ARGUMENTS``, whatever comes of it."""
        command = [SOFTPHONE, "--data-dir", str(self.data), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30)

    def ctl(self, *arguments: str) -> str:
        """``softphone ctl``; what it printed."""
        done = self.run("ctl", *arguments)
        assert done.returncode == 0, f"ctl {arguments}: {done.returncode} {done.stderr}"
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """``softphone ctl`` with something that must be refused; the reason."""
        done = self.run("ctl", *arguments)
        assert done.returncode == 1, f"ctl {arguments}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stderr

    def provision(self, provisioning: Provisioning) -> None:
        """``softphone settings import`` of this, also while it runs."""
        self.provisioning = provisioning
        file = self.directory / "provisioning.toml"
        file.write_text(provisioning.text())
        done = self.run("settings", "import", str(file))
        file.unlink()
        assert done.returncode == 0, done.stderr

    def status(self) -> Status:
        """What ``ctl status --json`` shows, asked over the same socket without a new process each time."""
        with ControlClient(str(self.data / "control.sock")) as client:
            answer = client.request("status")
        assert isinstance(answer, dict)
        return answer

    def wait_for(self, condition: Callable[[Status], object], what: str, timeout: float = PATIENCE) -> Status:
        """The first status for which this is true."""

        def fitting() -> Status | None:
            status = self.status()
            return status if condition(status) else None

        return until(fitting, lambda: f"{what}: {json.dumps(self.status(), indent=1)}", timeout)

    def wait_until_free(self) -> None:
        """No call is left of whatever was before."""
        self.wait_for(lambda status: not status["calls"], "every call is over")

    def events(self) -> Events:
        """Listen to what happens from now on."""
        return Events(self.data / "control.sock")

    @property
    def output(self) -> str:
        """What it wrote to the terminal."""
        return (self.directory / "output").read_text(errors="replace")[-4000:]

    @property
    def log(self) -> str:
        """Everything in its log directory."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.data / "logs").glob("*")))

    def logged(self, sip_call_id: str) -> dict[str, Any]:
        """Wait for the call log's line about this call."""

        def lines() -> list[sqlite3.Row]:
            with closing(sqlite3.connect(f"file:{self.data / 'softphone.sqlite3'}?mode=ro", uri=True)) as database:
                database.row_factory = sqlite3.Row
                return database.execute("SELECT * FROM calls WHERE sip_call_id = ?", (sip_call_id,)).fetchall()

        found = until(lines, lambda: f"a line in the call log\n{self.output}")
        assert len(found) == 1, "a call has one line"
        return dict(found[0])

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process of its windows; there is none before it is started."""
        assert self._process is not None
        return self._process

    @property
    def engine_pid(self) -> int:
        return int(self.status()["engine"]["pid"])

    def quit(self) -> None:
        """``ctl quit``, and nothing may be left: no process, no socket; exit status 0."""
        self._has_quit = True
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.ctl("quit")
        until(lambda: self.process.poll() is not None, lambda: f"the softphone ends\n{self.output}", 15)
        assert self.process.returncode == 0, self.output
        until(lambda: not any(child.is_running() for child in family), f"its children end: {family}", 5)
        assert not (self.data / "control.sock").exists()

    def restart(self) -> None:
        """Quit it as its user does, and start it again on what it has kept."""
        self.quit()
        self._start()
        self._has_quit = False

    def _start(self) -> None:
        with (self.directory / "output").open("ab") as output:
            command = [*self._command, "--data-dir", str(self.data)]
            self._process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        until(self._is_up, lambda: f"the softphone is up\n{self.output}", 40)

    def _is_up(self) -> bool:
        assert self.process.poll() is None, f"the softphone ended with {self.process.returncode}\n{self.output}"
        return (self.data / "control.sock").exists() and bool(self._ready(self.status()))

    def _make_sure_it_is_gone(self) -> None:
        if self._process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
