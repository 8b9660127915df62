"""People on the other end of the line: one SIPp process each, with a sound of their own.

The scenarios are in ``tests/lab/scenarios/``; the words between @ signs in them are the fields of
``Script``. What a party saw and sent is in ``wire``, with the times SIPp noted.
"""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.lab.ports import free_port
from tests.lab.rtp import Sound
from tests.lab.sip_message import Match, Seen, SipMessage, listing
from tests.lab.waiting import PATIENCE, until

SCENARIOS = Path(__file__).with_name("scenarios")
_ENTRY = re.compile(
    r"^-{40,} (?P<date>\d{4}-\d\d-\d\d)[ \t]+(?P<time>[\d:.]+).*\n\w+ message (?P<way>sent|received).*\n\n", re.M
)
_WORD = """\
MESSAGE sip:hang-up@127.0.0.1:{port} SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-hang-up
From: <sip:test@127.0.0.1>;tag=1
To: <sip:party@127.0.0.1:{port}>
Call-ID: {call_id}
CSeq: 1 MESSAGE
Content-Length: 0

"""


@dataclass(frozen=True, slots=True)
class Script:
    """How a party behaves. Times in milliseconds; *headers* go into the INVITE as they stand.

    *refuse* answers the first *refusals* holds with this code; *hold_delay* is how long a hold waits for its 200;
    *refer* is the answer to a REFER; 202 is followed by a call to where it leads, through a proxy.
    *talk* ends a call after so long without a word from the other side; *ring* is the time to CANCEL or to answer.
    """

    scenario: str = "customer"
    dialled: str = "agent1"
    to: str = ""
    user: str = "+15558675309"
    name: str = "Caller One"
    headers: tuple[str, ...] = ()
    talk: int = 60_000
    ring: int = 0
    refuse: int = 488
    refusals: int = 0
    hold_delay: int = 0
    refer: int = 202
    hz: float = 0.0

    def text(self, media_port: int) -> str:
        """The scenario as SIPp reads it."""
        return self.filled(f"app_{self.scenario}", media_port)

    def filled(self, file: str, media_port: int) -> str:
        """This file of the scenarios with its words filled in."""
        words = {
            "DIALLED": self.dialled,
            "TO": self.to or self.dialled,
            "USER": self.user,
            "NAME": self.name,
            "HEADERS": "".join(f"{header}\n" for header in self.headers),
            "TALK": self.talk,
            "RING": self.ring,
            "REFUSE": self.refuse,
            "REFUSALS": self.refusals,
            "HOLD_DELAY": self.hold_delay,
            "REFER": self.refer,
            "AFTER_REFER": 51 if self.refer == 202 else 1,
            "MEDIA": media_port,
        }
        text = (SCENARIOS / f"{file}.xml").read_text()
        text = text.replace("@DIALOG@", (SCENARIOS / "app_dialog.xml").read_text())
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        return text


class Party:
    """A running SIPp. Leaving the context ends it, in the middle of a call with a BYE or CANCEL."""

    def __init__(self, script: Script, target: tuple[str, int] | None = None, port: int = 0) -> None:
        self.script = script
        self.port = port or free_port()
        self.sound = Sound(script.hz)
        self._target = target
        self._directory = tempfile.TemporaryDirectory(prefix="sipp-")
        self._trace = Path(self._directory.name) / "messages"

    @property
    def address(self) -> str:
        """Where this party can be called."""
        return f"sip:{self.script.user}@127.0.0.1:{self.port}"

    def __enter__(self) -> Party:
        with ExitStack() as stack:
            stack.callback(self._directory.cleanup)
            stack.enter_context(self.sound)
            self._process = self._start(Path(self._directory.name))
            stack.callback(self._leave)
            if self._target is None:
                until(self._listens, lambda: f"SIPp listens on port {self.port}: {self._screen}")
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._cleanup.close()

    @property
    def wire(self) -> list[Seen]:
        """Every message so far, in order."""
        return parse_trace(self._trace.read_text(errors="replace")) if self._trace.exists() else []

    def find(self, match: Match) -> Seen | None:
        """The first message of this kind so far."""
        return next(filter(match, self.wire), None)

    def count(self, match: Match) -> int:
        return sum(map(match, self.wire))

    def wait_for(self, match: Match, timeout: float = PATIENCE, count: int = 1) -> SipMessage:
        """Wait for the *count*-th message of this kind."""

        def hits() -> list[Seen]:
            found = [seen for seen in self.wire if match(seen)]
            return found if len(found) >= count else []

        return until(hits, lambda: f"the message; seen so far:\n{listing(self.wire)}", timeout)[count - 1].message

    def wait_for_end(self, timeout: float = PATIENCE) -> None:
        """The call runs its course and everything in it was as the scenario expects."""
        code = until(
            lambda: self._process.poll() is not None, lambda: f"end of the call\n{listing(self.wire)}", timeout
        )
        assert code, listing(self.wire)
        assert self._process.returncode == 0, f"SIPp ended with {self._process.returncode}:\n{listing(self.wire)}"

    def hang_up(self) -> None:
        """End the call now: BYE when it is up, CANCEL when it still rings here."""
        word = _WORD.format(call_id=self.wire[0].message.header("Call-ID"), port=self.port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(word.replace("\n", "\r\n").encode(), ("127.0.0.1", self.port))

    def _leave(self) -> None:
        """Nothing is left of this party, and no call the other side would go on with."""
        if self._process.poll() is None and self.wire:
            self.hang_up()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(3)
        self._process.kill()
        self._process.wait(3)

    @property
    def _screen(self) -> str:
        return (Path(self._directory.name) / "screen").read_text(errors="replace")

    def _listens(self) -> bool:
        """Linux lists bound sockets with their port in hexadecimal."""
        sockets = Path("/proc/net/udp").read_text().splitlines()[1:]
        return any(line.split()[1].endswith(f":{self.port:04X}") for line in sockets)

    def _start(self, directory: Path) -> subprocess.Popen[bytes]:
        scenario = directory / "scenario.xml"
        scenario.write_text(self.script.text(self.sound.port))
        with (directory / "screen").open("wb") as screen:
            return subprocess.Popen(self._command(scenario), cwd=directory, stdout=screen, stderr=screen)

    def _command(self, scenario: Path) -> list[str]:
        command = ["sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(self.port), "-m", "1", "-nostdin"]
        command += ["-mi", "127.0.0.1", "-ci", "127.0.0.1", "-cp", str(free_port())]
        command += ["-trace_msg", "-message_file", str(self._trace), "-deadcall_wait", "0", "-timeout", "100"]
        return [*command, "{}:{}".format(*self._target)] if self._target else command


def parse_trace(text: str) -> list[Seen]:
    """SIPp's message trace, without a last message that is still being written and without the test's own word."""
    heads = list(_ENTRY.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    seen = [
        Seen(
            datetime.fromisoformat(f"{head['date']} {head['time']}").timestamp(),
            head["way"] == "sent",
            SipMessage.parse(text[head.end() : end]),
        )
        for head, end in zip(heads, ends[: len(heads)], strict=True)
    ]
    return [entry for entry in seen if entry.message.header("Content-Length") and entry.message.method != "MESSAGE"]
