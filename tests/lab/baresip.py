"""baresip as the customer: a SIP stack that is neither ours nor a script. Driven over its ctrl_tcp (JSON netstrings).

It speaks a tone, records what it hears into WAV files, follows holds by itself, and can put the softphone on hold.
"""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np

from tests.lab.ports import free_port
from tests.lab.signal import Recording, read_wav, sine, write_wav
from tests.lab.waiting import PATIENCE, until

RATE = 8000
_CODECS = {"PCMU": ("g711", RATE, 1), "opus": ("opus", 48000, 2)}  # module, rate and channels of its files
_CONFIGURATION = """\
sip_listen 127.0.0.1:{port}
call_local_timeout 120
call_max_calls 4
audio_source aufile,{tone}
audio_player aubridge,nil
audio_alert aubridge,nil
rtp_timeout 0
rtp_ports 21000-21998
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {directory}
module_path /usr/lib/baresip/modules
module {module}.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


class Baresip:
    """A running baresip 1.0 without a registrar; *user* is its number, *hz* the tone it speaks, in PCMU or opus."""

    def __init__(
        self, user: str = "+15550102233", name: str = "Baresip Customer", hz: float = 600.0, codec: str = "PCMU"
    ) -> None:
        self.user, self.port, self.events = user, free_port(), list[dict[str, Any]]()
        self._account = f'"{name}" <sip:{user}@127.0.0.1>;regint=0;answermode=manual;audio_codecs={codec}'
        self._module, self._rate, self._channels = _CODECS[codec]
        self._hz, self._control = hz, free_port()
        self._tokens, self._buffer = itertools.count(), b""

    def __enter__(self) -> Baresip:
        with ExitStack() as stack:
            self.directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baresip-")))
            self._configure()
            command = ["baresip", "-4", "-f", str(self.directory)]
            with (self.directory / "log").open("wb") as log:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            stack.callback(self._leave)
            self._socket = until(self._connect, lambda: f"baresip listens\n{self.log[-2000:]}")
            stack.callback(self._socket.close)
            reader = threading.Thread(target=self._read, name="baresip", daemon=True)
            reader.start()
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._cleanup.close()

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    def dial(self, target: str) -> None:
        self._must("dial", target)

    def answer(self) -> None:
        self._must("accept")

    def hold(self) -> None:
        self._must("hold")

    def resume(self) -> None:
        """Baresip 1.1 refuses while its last re-INVITE has no answer yet."""
        until(lambda: self._command("resume").get("ok"), "baresip resumes")

    def hang_up(self) -> None:
        if not self._command("hangup").get("ok"):  # 1.1 has no current call after one that was transferred away
            self._must("hangupall")

    def wait_for(self, kind: str, timeout: float = PATIENCE, count: int = 1) -> dict[str, Any]:
        """Wait for the *count*-th event of this kind: CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED and so on."""

        def hits() -> list[dict[str, Any]]:
            found = [event for event in tuple(self.events) if event.get("type") == kind]
            return found if len(found) >= count else []

        return until(hits, lambda: f"{kind}; so far {[e.get('type') for e in self.events]}", timeout)[count - 1]

    def heard(self) -> Recording:
        """What it heard in its last call; complete once the call has ended."""
        return read_wav(max(self.directory.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime))

    def _configure(self) -> None:
        samples = np.repeat(sine(self._hz, 60.0, rate=self._rate), self._channels)
        tone = write_wav(self.directory / "tone.wav", samples, self._rate, self._channels)
        words = {"port": self.port, "tone": tone, "control": self._control, "module": self._module}
        (self.directory / "config").write_text(_CONFIGURATION.format(**words, directory=self.directory))
        (self.directory / "accounts").write_text(self._account + "\n")
        (self.directory / "contacts").write_text("")

    def _connect(self) -> socket.socket | None:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", self._control), 2)
        return None

    def _must(self, command: str, parameters: str = "") -> None:
        done = self._command(command, parameters)
        assert done.get("ok"), done

    def _command(self, command: str, parameters: str = "") -> dict[str, Any]:
        """What it answers; "ok" tells whether it did it."""
        token = f"t{next(self._tokens)}"
        text = json.dumps({"command": command, "params": parameters, "token": token}).encode()
        self._socket.sendall(b"%d:%s," % (len(text), text))

        def answer() -> dict[str, Any] | None:
            return next((event for event in tuple(self.events) if event.get("token") == token), None)

        return until(answer, f"an answer to {command}")

    def _read(self) -> None:
        self._socket.settimeout(None)
        with suppress(OSError):
            while data := self._socket.recv(65536):
                self._buffer += data
                self._take_messages()

    def _take_messages(self) -> None:
        """Netstrings: length, colon, text, comma."""
        while b":" in self._buffer:
            length, _, rest = self._buffer.partition(b":")
            if len(rest) <= int(length):
                return
            self.events.append(json.loads(rest[: int(length)].decode(errors="replace")) | {"at": time.time()})
            self._buffer = rest[int(length) + 1 :]

    def _leave(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(3)
