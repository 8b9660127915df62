"""Everybody who calls: raw SIP over one UDP socket, so that nothing but the phone takes time.

Times are ``time.monotonic()``, the clock all processes of a machine share: taken right before a request
is sent and right after an answer has arrived, before anything is read in it.
"""

from __future__ import annotations

import itertools
import socket
import time
import uuid
from collections.abc import Sequence

from tests.bench.problem import BenchError
from tests.lab.sip_message import SipMessage

PATIENCE_SECONDS = 5.0
NUMBER = "+15551230001"  # what everybody dials
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


class Caller:
    """Makes calls and follows all of them: confirms holds at once, acknowledges, says yes to BYE."""

    def __init__(self) -> None:
        self._socket, self._rtp = _bound(), _bound()
        self.port: int = self._socket.getsockname()[1]
        self.rtp_port: int = self._rtp.getsockname()[1]  # bound, so that no sound comes back as an ICMP error
        self._calls: dict[str, Call] = {}

    def invite(self, address: tuple[str, int]) -> Call:
        """Call the phone at *address*."""
        call = Call(self, address)
        self._calls[call.id] = call
        call.invite()
        return call

    def close(self) -> None:
        self._socket.close()
        self._rtp.close()

    def send(self, text: str, address: tuple[str, int]) -> None:
        self._socket.sendto(text.encode(), address)

    def listen(self, until: float) -> bool:
        """Take one message to its call; False when none comes until then."""
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return False
        at = time.monotonic()
        message = SipMessage.parse(data.decode(errors="replace"))
        call = self._calls.get(message.header("Call-ID"))
        if call is not None:
            call.hear(message, at)
        return True

    def forget(self, call: Call) -> None:
        del self._calls[call.id]


class Call:
    """One call. ``heard`` is when each (method, status) came first."""

    def __init__(self, caller: Caller, address: tuple[str, int]) -> None:
        self.id = uuid.uuid4().hex
        self.heard: dict[tuple[str, int], float] = {}
        self.invited_at = 0.0
        self._caller, self._address = caller, address
        self._own = f"sip:+15558675309@127.0.0.1:{caller.port}"
        self._line = self._target = f"sip:{NUMBER}@{address[0]}:{address[1]}"
        self._tag, self._branch, self._remote = uuid.uuid4().hex[:8], _branch(), f"<{self._line}>"
        self._sequence, self._version = itertools.count(2), itertools.count(1)

    def invite(self) -> None:
        contact, body = f"Contact: <{self._own}>", self._sdp("sendrecv")
        text = self._request("INVITE", self._line, 1, self._branch, [contact], body)
        self.invited_at = time.monotonic()
        self._caller.send(text, self._address)

    def wait(self, status: int, method: str = "INVITE") -> float:
        """When this answer came. Raises BenchError when it does not, or another final one does."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (method, status) not in self.heard:
            self._expect_no_refusal(status)
            if not self._caller.listen(until):
                raise BenchError(f"{self._address} has not answered {status} to {method}, only {list(self.heard)}")
        return self.heard[method, status]

    def cancel(self) -> None:
        """Give up, and wait until the phone has taken that in (RFC 3261 section 9.1)."""
        self._say("CANCEL", self._line, 1, self._branch)
        self.wait(487)
        self._caller.forget(self)

    def bye(self) -> None:
        """Hang up, and wait until the phone has taken that in."""
        self._say("BYE", self._target, next(self._sequence), _branch())
        self.wait(200, "BYE")
        self._caller.forget(self)

    def hear(self, message: SipMessage, at: float) -> None:
        """A message for this call."""
        status, method = message.status, message.method
        if not status:
            self._answer(message)
            return
        self.heard.setdefault((method, status), at)
        if method != "INVITE" or status < 180:
            return
        self._remote = message.header("To")
        contact = message.header("Contact").partition("<")[2].partition(">")[0]
        self._target = contact or self._target
        if 200 <= status < 300:
            self._say("ACK", self._target, 1, _branch())
        elif status >= 300:
            self._say("ACK", self._line, 1, self._branch)

    def _expect_no_refusal(self, wanted: int) -> None:
        final = [status for method, status in self.heard if method == "INVITE" and status >= 300]
        if final and wanted not in final:
            raise BenchError(f"a phone answered {final[0]} where {wanted} was expected")

    def _answer(self, request: SipMessage) -> None:
        if request.method == "ACK":
            return
        copied = [
            f"{name}: {value}" for name in ("Via", "From", "To", "Call-ID", "CSeq") for value in request.values(name)
        ]
        direction = "recvonly" if request.direction == "sendonly" else "sendrecv"
        body = self._sdp(direction) if request.method == "INVITE" else ""
        self._caller.send(_text("SIP/2.0 200 OK", [*copied, f"Contact: <{self._own}>"], body), self._address)

    def _say(self, method: str, uri: str, number: int, branch: str) -> None:
        self._caller.send(self._request(method, uri, number, branch), self._address)

    def _request(
        self, method: str, uri: str, number: int, branch: str, headers: Sequence[str] = (), body: str = ""
    ) -> str:
        to = f"<{self._line}>" if method in ("INVITE", "CANCEL") else self._remote
        lines = [
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._caller.port};rport;branch={branch}",
            "Max-Forwards: 70",
            f'From: "Bench Caller" <{self._own}>;tag={self._tag}',
            f"To: {to}",
            f"Call-ID: {self.id}",
            f"CSeq: {number} {method}",
            *headers,
        ]
        return _text(f"{method} {uri} SIP/2.0", lines, body)

    def _sdp(self, direction: str) -> str:
        return _SDP.format(port=self._caller.rtp_port, direction=direction, version=next(self._version))


def _text(start: str, lines: list[str], body: str) -> str:
    body = body.replace("\n", "\r\n")
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([start, *lines, *kind, f"Content-Length: {len(body)}", "", body])


def _branch() -> str:
    return f"z9hG4bK{uuid.uuid4().hex}"


def _bound() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made
