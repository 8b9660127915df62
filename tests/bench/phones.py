"""The phones that are compared, each in processes of its own, and what the benchmark asks of each."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

from tests.bench.caller import NUMBER
from tests.bench.figures import OURS
from tests.bench.problem import BenchError
from tests.lab.own_library import own_library
from tests.lab.ports import free_port

PATIENCE_SECONDS = 20.0
BARE, BARESIP, ON_OWN_LIBRARY = "bare pjsua2 script", "baresip", "softphone on our own PJSIP"
_MISSING = "baresip is not installed. Install it with: apt-get install baresip-core (make setup does)"


class Phone(Protocol):
    """Somebody who can be called. ``act`` asks for ``answer`` or ``hold-answer``, ``acted_at`` is when that was."""

    name: str
    address: tuple[str, int]

    def act(self, command: str) -> None: ...

    def acted_at(self) -> float: ...


class Program:
    """A Python module of the benchmark in a process of its own: commands in, lines of JSON out."""

    def __init__(
        self,
        name: str,
        module: str,
        *arguments: str,
        paints: bool = False,
        library: str = "",
        checkout: Path | None = None,
    ) -> None:
        """*library* is a folder with another pjsua2 than the environment's, *checkout* another one of the project."""
        self.name, self.paints = name, paints
        python = str(checkout / ".venv/bin/python") if checkout else sys.executable
        command = [python, "-m", f"tests.bench.{module}", *arguments]
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": library}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, bufsize=0, cwd=checkout)
        self.pid = self._process.pid
        self._buffer = b""
        self._said: list[dict[str, Any]] = []
        try:
            self.address = ("127.0.0.1", int(self.hear("port")["port"]))
        except BaseException:
            self.close()
            raise

    def act(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())

    def acted_at(self) -> float:
        return float(self.hear("acted_at")["acted_at"])

    def painted_at(self, call: str) -> float:
        """When the prompt for this call, named by its SIP Call-ID, was on the screen."""
        while True:
            said = self.hear("painted")
            if said["painted"] == call:
                return float(said["at"])

    def hear(self, key: str) -> dict[str, Any]:
        """The next line that has this key."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            for said in self._said:
                if key in said:
                    self._said.remove(said)
                    return said
            self._read(until, key)

    def finish(self) -> dict[str, Any]:
        """Let it end by itself and return its last words."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.hear("longest")

    def close(self) -> None:
        """Nothing of it is left afterwards."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        _wait_or_kill(self._process, PATIENCE_SECONDS)
        self._process.stdout.close()

    def _read(self, until: float, key: str) -> None:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
            raise BenchError(f"{self.name}: no word of “{key}”")
        chunk = os.read(self._process.stdout.fileno(), 65536)
        if not chunk:
            raise BenchError(f"{self.name} has ended")
        *lines, self._buffer = (self._buffer + chunk).split(b"\n")
        self._said += [json.loads(line) for line in lines if line.startswith(b"{")]  # PJSIP greets on stdout


def softphone(directory: Path) -> Program:
    """Ours, with its data in *directory*."""
    return Program(OURS, "app_phone", str(directory), paints=True)


def softphone_on_own_library(directory: Path) -> Program:
    """The same on our own build of PJSIP, for an environment that is on the wheel of PyPI."""
    library = str(own_library(directory))
    return Program(ON_OWN_LIBRARY, "app_phone", str(directory), paints=True, library=library)


def softphone_of(checkout: Path, directory: Path) -> Program:
    """The one of another checkout, which has its environment already."""
    if not (checkout / ".venv/bin/python").exists():
        raise BenchError(f"{checkout} has no .venv; run make setup there")
    name = f"softphone of {checkout.resolve().name}"
    return Program(name, "app_phone", str(directory), paints=True, checkout=checkout)


def bare_phone() -> Program:
    return Program(BARE, "bare_phone")


_CONFIGURATION = """\
sip_listen 127.0.0.1:{port}
call_local_timeout 120
call_max_calls 4
audio_source aubridge,nil
audio_player aubridge,nil
audio_alert aubridge,nil
ctrl_tcp_listen 127.0.0.1:{control}
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


class Baresip:
    """baresip, driven over its ctrl_tcp (JSON netstrings). Its ``accept`` holds the call that is up, then answers."""

    name = BARESIP

    def __init__(self) -> None:
        if shutil.which("baresip") is None:
            raise BenchError(_MISSING)
        self._acted_at = 0.0
        self.address, control = ("127.0.0.1", free_port()), free_port()
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-baresip-")))
            words = {"port": self.address[1], "control": control}
            (directory / "config").write_text(_CONFIGURATION.format(**words))
            (directory / "accounts").write_text(f"<sip:{NUMBER}@127.0.0.1>;regint=0;answermode=manual\n")
            (directory / "contacts").write_text("")
            command = ["baresip", "-4", "-f", str(directory)]
            nothing = subprocess.DEVNULL
            self._process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
            stack.callback(self._end)
            self._socket = self._connect(control)
            self._socket.setblocking(False)
            stack.callback(self._socket.close)
            self._cleanup = stack.pop_all()

    def act(self, command: str) -> None:
        text = b'{"command":"accept"}'
        self._acted_at = time.monotonic()
        self._socket.sendall(b"%d:%s," % (len(text), text))

    def acted_at(self) -> float:
        with suppress(BlockingIOError):
            while self._socket.recv(65536):  # what it tells of itself meanwhile
                pass
        return self._acted_at

    def close(self) -> None:
        self._cleanup.close()

    def _connect(self, port: int) -> socket.socket:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), 2)
            time.sleep(0.02)
        raise BenchError("baresip did not start")

    def _end(self) -> None:
        self._process.terminate()
        _wait_or_kill(self._process, 2)  # it may wait for somebody's last word


def _wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
