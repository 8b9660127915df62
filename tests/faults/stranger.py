"""Somebody the agent does not know, at an address of their own: sends bytes, good or bad, and hears what comes back.

They acknowledge what refuses them and give up what rings, so that nothing of theirs is repeated for half a minute.
Bytes are read and written as Latin-1: what was sent is what comes back.
"""

from __future__ import annotations

import itertools
import select
import socket
import threading
import time
from contextlib import suppress

from tests.lab.sip_message import SipMessage
from tests.lab.waiting import until

_ADDRESSES = itertools.cycle(f"127.0.{high}.{low}" for high in range(1, 5) for low in range(2, 250))
_PING = itertools.count(1)
PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.005  # how late the end of a stranger may be noticed: there are thousands of them


class Stranger:
    """*transport* is udp or tcp. Each is at an address nobody else has had for a while: none is limited by another."""

    def __init__(self, target: tuple[str, int], transport: str = "udp") -> None:
        self.target, self.transport = target, transport
        self.ip = next(_ADDRESSES)
        self.answers: list[SipMessage] = []
        self.gives_up = True  # what rings
        self._stop = threading.Event()

    def __enter__(self) -> Stranger:
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.bind((self.ip, 0))
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.connect(self.target)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, name="stranger", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    @property
    def via(self) -> str:
        """Where answers find them."""
        return f"SIP/2.0/{self.transport.upper()} {self.ip}:{self.port};rport"

    @property
    def contact(self) -> str:
        """Their own address."""
        return f"<sip:stranger@{self.ip}:{self.port}>"

    def send(self, message: bytes) -> None:
        """One message as it stands. A connection that was closed for bad manners is not mourned."""
        with suppress(OSError):
            self._socket.sendall(message)

    def heard(self, call_id: str, timeout: float = PATIENCE_SECONDS) -> list[SipMessage]:
        """Wait for anything about this call."""

        def about() -> list[SipMessage]:
            return [answer for answer in tuple(self.answers) if answer.header("Call-ID") == call_id]

        return until(about, f"an answer about {call_id}", timeout)

    def ping(self, timeout: float = PATIENCE_SECONDS) -> bool:
        """Whether the softphone answers an OPTIONS: then it has read all that was sent before on this way."""
        call_id = f"ping-{next(_PING)}-{self.port}"
        give_up, wait = time.monotonic() + timeout, 0.05
        while time.monotonic() < give_up:
            self.send(request("OPTIONS", self, call_id=call_id))
            with suppress(AssertionError):
                return bool(self.heard(call_id, wait))
            wait = min(2 * wait, 0.5)
        return False

    # --- hearing ---

    def _listen(self) -> None:
        pending = b""
        while not self._stop.is_set():
            if not select.select([self._socket], [], [], _LOOK_SECONDS)[0]:
                continue
            try:
                data = self._socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                if self.transport == "tcp":
                    return
                continue
            if self.transport == "udp":
                self._take(data.decode("latin-1"))
            else:
                pending = self._take_stream(pending + data)

    def _take_stream(self, data: bytes) -> bytes:
        """Whole messages out of a stream (RFC 3261 section 18.3); what is left."""
        while b"\r\n\r\n" in data:
            head, _, rest = data.partition(b"\r\n\r\n")
            length = int(SipMessage.parse(head.decode("latin-1")).header("Content-Length") or 0)
            if len(rest) < length:
                break
            self._take(data[: len(head) + 4 + length].decode("latin-1"))
            data = rest[length:]
        return data

    def _take(self, text: str) -> None:
        message = SipMessage.parse(text)
        if not message.status:
            return
        self.answers.append(message)
        with suppress(ValueError, IndexError):
            if message.method == "INVITE" and message.status != 100:
                self._reply(message)

    def _reply(self, answer: SipMessage) -> None:
        if answer.status < 200:
            if self.gives_up:
                self.send(follow_up("CANCEL", answer))
        elif answer.status >= 300:
            self.send(follow_up("ACK", answer))
        else:
            self.send(
                follow_up("ACK", answer, f"{answer.values('Via')[0].partition(';')[0]};branch=z9hG4bK-{id(answer)}")
            )


def follow_up(method: str, answer: SipMessage, via: str = "") -> bytes:
    """CANCEL, or ACK in the INVITE's transaction (RFC 3261 sections 9.1, 17.1.1.3), or with a *via* of its own."""
    to = answer.header("To")
    if method == "CANCEL":
        to = to.partition(";tag=")[0]
    uri = _inside(answer.header("Contact")) or "sip:agent1@127.0.0.1"
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: {via or answer.values('Via')[0]}",
        f"From: {answer.header('From')}",
        f"To: {to}",
        f"Call-ID: {answer.header('Call-ID')}",
        f"CSeq: {answer.sequence} {method}",
        "Max-Forwards: 70",
        "Content-Length: 0",
    ]
    return _wire(lines, b"")


def request(
    method: str, sender: Stranger, *headers: str, call_id: str, to: str = "<sip:agent1@127.0.0.1>", body: bytes = b""
) -> bytes:
    """A request as a good telephone would send it, but for what *headers* say."""
    lines = [
        f"{method} sip:agent1@{sender.target[0]}:{sender.target[1]} SIP/2.0",
        f"Via: {sender.via};branch=z9hG4bK-{method}-{call_id}",
        f'From: "Stranger" <sip:stranger@{sender.ip}>;tag=from-{call_id}',
        f"To: {to}",
        f"Call-ID: {call_id}",
        f"CSeq: 1 {method}",
        "Max-Forwards: 70",
        f"Contact: {sender.contact}",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return _wire(lines, body)


SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 23000 RTP/AVP 0 101\r\n"
    b"a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)
SDP_TYPE = "Content-Type: application/sdp"


def invite(
    sender: Stranger, call_id: str, *headers: str, body: bytes = SDP, kind: str = SDP_TYPE, **more: str
) -> bytes:
    """An INVITE with an offer."""
    return request("INVITE", sender, *headers, *([kind] if body else []), call_id=call_id, body=body, **more)


def _wire(lines: list[str], body: bytes) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1", errors="surrogateescape") + body


def _inside(header: str) -> str:
    return header.partition("<")[2].partition(">")[0]
