"""A caller made by hand over UDP, for moments that matter to the millisecond.

It sends exactly what a test tells it to, when it tells it, repeats nothing by itself, and answers only
what it is asked to answer: so a CANCEL can cross a 200, a BYE a re-INVITE.
"""

from __future__ import annotations

import itertools
import select
import socket
import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.lab.ports import free_port
from tests.lab.rtp import Sound
from tests.lab.sip_message import Match, Seen, SipMessage, listing
from tests.lab.waiting import PATIENCE, until

_SDP = """\
v=0
o=- 1 {version} IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio {port} RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a={direction}
"""


@dataclass
class RawCaller:
    """One call from a UDP socket of its own. *headers* go into the INVITE as they stand, broken ones too.

    Lone surrogates stand for bytes that are not UTF-8 (PEP 383), here as everywhere in Python.
    """

    target: tuple[str, int]
    dialled: str = "agent1"
    user: str = "+15558675309"
    name: str = "Raw Caller"
    headers: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.wire: list[Seen] = []
        self.sound = Sound()
        self.another()
        self._stop = threading.Event()

    def another(self) -> None:
        """What comes next is another call."""
        self.call_id = f"{uuid.uuid4().hex}@127.0.0.1"
        self._tag, self._branch = uuid.uuid4().hex[:8], _branch()
        self._remote_tag, self._remote_target = "", f"sip:{self.dialled}@{self.target[0]}:{self.target[1]}"
        self._sequence = itertools.count(2)
        self.wire.clear()

    def __enter__(self) -> RawCaller:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, self.port))
        self._thread = threading.Thread(target=self._listen, name="raw-caller", daemon=True)
        self._thread.start()
        self.sound.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self.sound.__exit__(None, None, None)
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    # --- what the caller says ---

    def invite(self) -> None:
        """Once more, it is the same INVITE again."""
        self._request("INVITE", 1, self._branch, self._sdp(), f"Contact: <{self._own}>", *self.headers)

    def cancel(self, through: RawCaller | None = None) -> None:
        """RFC 3261 section 9.1: same branch and number as the INVITE; *through* the socket of somebody else."""
        self._request("CANCEL", 1, self._branch, through=through)

    def stray(self, method: str, *headers: str) -> None:
        """A request that belongs to nothing."""
        self._request(method, next(self._sequence), _branch(), "", f"Contact: <{self._own}>", *headers)

    def ack(self) -> None:
        """To a refusal in the INVITE's transaction, to a 200 in a new one (RFC 3261 sections 17.1.1.3, 13.2.2.4)."""
        last = next(seen.message for seen in reversed(self.wire) if not seen.sent and seen.message.status >= 200)
        self._request("ACK", 1, _branch() if last.status < 300 else self._branch)

    def bye(self) -> None:
        self._request("BYE", next(self._sequence), _branch())

    def respond(
        self, request: SipMessage, status: int, direction: str = "", reason: str = "Test", *headers: str
    ) -> None:
        """Answer a request of the softphone's, a hold with *direction* ``recvonly`` for instance."""
        copied = [
            f"{name}: {value}" for name in ("Via", "From", "To", "Call-ID", "CSeq") for value in request.values(name)
        ]
        if ";tag=" not in request.header("To"):  # the first answer of a callee makes the dialog
            copied = [f"{line};tag={self._tag}" if line.startswith("To:") else line for line in copied]
        body = self._sdp(direction) if direction else ""
        self._send(f"SIP/2.0 {status} {reason}", [*copied, f"Contact: <{self._own}>", *headers], body)

    # --- what it hears ---

    def wait_for(self, match: Match, timeout: float = PATIENCE, count: int = 1) -> SipMessage:
        """Wait for the *count*-th message of this kind."""

        def hits() -> list[Seen]:
            found = [seen for seen in tuple(self.wire) if match(seen)]
            return found if len(found) >= count else []

        return until(hits, lambda: f"the message; seen so far:\n{listing(self.wire)}", timeout)[count - 1].message

    def count(self, match: Match) -> int:
        return sum(map(match, tuple(self.wire)))

    def _listen(self) -> None:
        while not self._stop.is_set():
            if select.select([self._socket], [], [], 0.05)[0]:
                message = SipMessage.parse(self._socket.recv(65536).decode(errors="replace"))
                self._learn(message)
                self.wire.append(Seen(time.time(), False, message))

    def _learn(self, message: SipMessage) -> None:
        """The dialog's remote tag and target (RFC 3261 sections 12.1.1 and 12.1.2)."""
        if message.start.startswith("INVITE "):
            self.call_id = message.header("Call-ID")
            self._remote_tag = message.header("From").partition(";tag=")[2]
            self._remote_target = message.header("Contact").partition("<")[2].partition(">")[0]
        if message.status > 100 and message.method == "INVITE":
            self._remote_tag = message.header("To").partition(";tag=")[2]
            contact = message.header("Contact")
            if contact and message.status < 300:
                self._remote_target = contact.partition("<")[2].partition(">")[0] or contact

    @property
    def _own(self) -> str:
        return f"sip:{self.user}@{self.host}:{self.port}"

    def _sdp(self, direction: str = "sendrecv") -> str:
        return _SDP.format(port=self.sound.port, direction=direction, version=1 if direction == "sendrecv" else 2)

    def _request(
        self, method: str, number: int, branch: str, body: str = "", *headers: str, through: RawCaller | None = None
    ) -> None:
        in_dialog = self._remote_tag and method not in ("INVITE", "CANCEL")
        to = f"To: <sip:{self.dialled}@127.0.0.1>" + (f";tag={self._remote_tag}" if in_dialog else "")
        lines = [
            f"Via: SIP/2.0/UDP {self.host}:{self.port};rport;branch={branch}",
            "Max-Forwards: 70",
            f'From: "{self.name}" <{self._own}>;tag={self._tag}',
            to,
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            *headers,
        ]
        uri = (
            self._remote_target if method in ("BYE", "ACK") else f"sip:{self.dialled}@{self.target[0]}:{self.target[1]}"
        )
        (through or self)._send(f"{method} {uri} SIP/2.0", lines, body)

    def _send(self, start: str, lines: list[str], body: str) -> None:
        kind = ["Content-Type: application/sdp"] if body else []
        payload = body.replace("\n", "\r\n").encode()
        head = "\r\n".join([start, *lines, *kind, f"Content-Length: {len(payload)}", "", ""])
        self.wire.append(Seen(time.time(), True, SipMessage.parse(head + body)))
        self._socket.sendto(head.encode(errors="surrogateescape") + payload, self.target)


def _branch() -> str:
    return f"z9hG4bK{uuid.uuid4().hex}"
