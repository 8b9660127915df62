"""Customers with telephones nobody here wrote, baresip and SIPp, and a voicemail box."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from importlib.resources import files
from pathlib import Path

from softphone.demo.team.programs import LOOPBACK, find, running, until
from softphone.demo.team.voices import write_voice

RATE = 8000
_BARESIP = """\
sip_listen {host}:{port}
call_max_calls 4
audio_source aufile,{voice}
audio_player aubridge,nil
audio_alert aubridge,nil
rtp_ports {rtp}-{rtp_end}
ctrl_tcp_listen {host}:{control}
snd_path {folder}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


class BaresipCustomer:
    """Calls when told to, follows holds and REFERs by itself, records what it hears."""

    def __init__(self, name: str, number: str, folder: Path, ports: Iterator[int]) -> None:
        self.name, self.number, self._folder = name, number, folder / name
        self._port, self._control = next(ports), next(ports)
        self._rtp = (next(ports), next(ports))  # while a call is being handed over there are two
        self._folder.mkdir(parents=True)
        self._socket: socket.socket | None = None

    def start(self, stack: ExitStack) -> None:
        """Start it; *stack* ends it."""
        voice = write_voice(self.name, self._folder, RATE, 60)
        words = {"host": LOOPBACK, "port": self._port, "control": self._control, "voice": voice, "folder": self._folder}
        configuration = _BARESIP.format(**words, rtp=min(self._rtp), rtp_end=max(self._rtp) + 1)
        (self._folder / "config").write_text(configuration, encoding="utf-8")
        account = f'"{self.name}" <sip:{self.number}@{LOOPBACK}>;regint=0;answermode=manual;audio_codecs=PCMU\n'
        (self._folder / "accounts").write_text(account, encoding="utf-8")
        (self._folder / "contacts").write_text("", encoding="utf-8")
        argv = [find("baresip"), "-4", "-f", str(self._folder)]
        self._process = stack.enter_context(running(argv, self._folder / "baresip.log"))
        until(self._connect, f"the start of {self.name}'s telephone")
        stack.callback(self._disconnect)

    def dial(self, target: str) -> None:
        """Call this SIP address."""
        self._tell("dial", target)

    def hang_up(self) -> None:
        """End the call: 1.0 knows the first of the commands only, 1.1 forgets which call is on after a transfer."""
        self._tell("hangup")
        self._tell("hangupall")

    def freeze(self) -> None:
        """The telephone stands still for a while, as one behind a bad line seems to."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._process.send_signal(signal.SIGCONT)

    @property
    def heard(self) -> Path:
        """The recording of its latest call."""
        return max(self._folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime, default=self._folder)

    def _connect(self) -> bool:
        with suppress(OSError):
            self._socket = socket.create_connection((LOOPBACK, self._control), 2)
            return True
        return False

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _tell(self, command: str, parameters: str = "") -> None:
        """A netstring of JSON; what it answers shows in what happens."""
        text = json.dumps({"command": command, "params": parameters}).encode()
        if self._socket is not None:
            self._socket.sendall(b"%d:%s," % (len(text), text))


class SippParty:
    """A scenario of its own: somebody who calls, or the voicemail box."""

    def __init__(self, scenario: str, name: str, folder: Path, port: int, ports: Iterator[int]) -> None:
        self.name, self._port, self._folder, self._scenario = name, port, folder / name, scenario
        self._media, _also_taken = next(ports), next(ports)  # the echo listens on the port of a picture, too
        self._folder.mkdir(parents=True)

    @property
    def messages(self) -> str:
        """Every SIP message of it so far."""
        trace = self._folder / "messages"
        return trace.read_text(errors="replace") if trace.exists() else ""

    def start(self, stack: ExitStack, number: str, *target: str) -> subprocess.Popen[bytes]:
        """Start it, calling *target* if any is named; *stack* ends it."""
        scenario = self._folder / "scenario.xml"
        shutil.copyfile(str(files("softphone.demo.team") / f"{self._scenario}.xml"), scenario)
        argv = [find("sipp"), "-sf", str(scenario), "-i", LOOPBACK, "-p", str(self._port), "-nostdin", "-rtp_echo"]
        argv += ["-mi", LOOPBACK, "-mp", str(self._media), "-s", number, "-key", "name", self.name]
        argv += ["-trace_msg", "-message_file", str(self._folder / "messages"), "-deadcall_wait", "0", *target]
        environment = {"TERM": "dumb", "PATH": "/usr/bin:/bin"}
        log = self._folder / "sipp.log"
        return stack.enter_context(running(argv, log, end=signal.SIGKILL, env=environment, cwd=self._folder))
