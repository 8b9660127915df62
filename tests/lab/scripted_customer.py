"""A customer whose telephone does at each moment of a pickup exactly what a test wants (RFC 3261, 3515, 3891).

By itself it does what a good telephone does: it takes part in holds, follows a REFER, lets itself be taken over.
``habits`` say where it does not; ``at`` runs something at a moment, on the thread that reads the socket.
"""

from __future__ import annotations

import itertools
import re
import select
import socket
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

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
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
a={direction}
"""
_ANSWERS = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_URI = re.compile(r"<([^>]+)>")
NONE: Callable[[], None] = lambda: None  # noqa: E731


@dataclass
class Habits:
    """*refer*: the answer to a REFER, 0 for none; *follow*: whether a 202 is meant; *replaces*: RFC 3891 is known."""

    refer: int = 202
    follow: bool = True
    replaces: bool = True
    notify: bool = True


@dataclass
class Leg:
    """One dialog. *side* is the tag of ours; the remote side's fields are filled in as they become known."""

    call_id: str
    target: str
    local: str
    remote: str
    sound: Sound
    peer: tuple[str, int]
    routes: list[str] = field(default_factory=list)
    up: bool = False
    over: bool = False
    invite: SipMessage | None = None
    sequence: itertools.count[int] = field(default_factory=lambda: itertools.count(2))


class ScriptedCustomer:
    """Calls at *proxy*; *hz* is the tone it speaks. ``offer`` is its SDP, with fields in braces."""

    def __init__(self, proxy: tuple[str, int], user: str = "+15550109900", name: str = "Scripted", hz: int = 760):
        self.user, self.name, self.port, self.habits = user, name, free_port(), Habits()
        self.at: dict[str, Callable[[], None]] = {}
        self.offer = _SDP
        self.wire: list[Seen] = []
        self.legs: list[Leg] = []
        self._proxy, self._hz, self._stop = proxy, hz, threading.Event()
        self._source = proxy
        self._calling = threading.RLock()  # an answer may be here before the INVITE has been noted

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._stack = ExitStack()
            stack.push(self._stack)
            self._socket = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            self._socket.bind(("127.0.0.1", self.port))
            self._thread = threading.Thread(target=self._listen, name="scripted", daemon=True)
            self._thread.start()
            self._stack.callback(self._leave)
            stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    # --- what the customer does ---

    def dial(self, number: str) -> None:
        """Call this number at the proxy."""
        self._invite(f"sip:{number}@{self._proxy[0]}:{self._proxy[1]}", f"{uuid.uuid4().hex}@customer")

    def hang_up(self) -> None:
        """Every call is over: BYE where it is up, CANCEL where it is not (RFC 3261 sections 15, 9)."""
        for leg in [leg for leg in self.legs if not leg.over]:
            leg.over = True
            if leg.up:
                self._request(leg, "BYE")
            else:
                self._cancel(leg)

    @property
    def live(self) -> list[Leg]:
        """The calls that are up."""
        return [leg for leg in self.legs if leg.up and not leg.over]

    @property
    def talk(self) -> Leg:
        """The latest call that is up."""
        return self.live[-1]

    def count(self, match: Match) -> int:
        return sum(map(match, tuple(self.wire)))

    def wait_for(self, match: Match, timeout: float = PATIENCE, count: int = 1) -> SipMessage:
        """Wait for the *count*-th message of this kind."""

        def hits() -> list[Seen]:
            found = [seen for seen in tuple(self.wire) if match(seen)]
            return found if len(found) >= count else []

        return until(hits, lambda: f"the message; seen so far:\n{listing(self.wire)}", timeout)[count - 1].message

    # --- what it hears ---

    def _listen(self) -> None:
        while not self._stop.is_set():
            if select.select([self._socket], [], [], 0.05)[0]:
                data, self._source = self._socket.recvfrom(65536)
                message = SipMessage.parse(data.decode(errors="replace"))
                self.wire.append(Seen(time.time(), False, message))
                if message.status:
                    self._answered(message)
                else:
                    self._asked(message)

    def _answered(self, message: SipMessage) -> None:
        leg = self._leg(message)
        if leg is None or message.method != "INVITE" or message.status == 100:
            return
        second = leg is not self.legs[0]
        if message.status < 200:
            self._moment("ringing" if second else "first ringing")
        elif message.status < 300:
            self._established(leg, message)
            if second:
                self.tell(200)
                self._moment("answered")
        else:
            self._acknowledge(leg, message)
            leg.over = True
            if second:
                self.tell(message.status)

    def _established(self, leg: Leg, message: SipMessage) -> None:
        """RFC 3261 section 13.2.2.4, also for a 200 sent again; a call already given up is ended with a BYE."""
        first = not leg.up
        leg.remote, leg.target = message.header("To"), _uri(message.header("Contact"))
        leg.routes = list(reversed(_all(message, "Record-Route")))
        leg.up = True
        if first and message.media_address:
            leg.sound.speak_to(message.media_address)
        self._request(leg, "ACK")
        if first and leg.over:
            self._request(leg, "BYE")

    def _asked(self, message: SipMessage) -> None:
        leg = self._leg(message)
        if leg is not None and message.method in ("INVITE", "UPDATE") and message.header("Contact"):
            leg.target = _uri(message.header("Contact"))  # RFC 3261 section 12.2.2
        match message.method:
            case "ACK":
                self._moment("acknowledged")
            case "INVITE" if leg is None:
                self._taken_over(message)
            case "INVITE":
                self._respond(message, 200, _ANSWERS.get(message.direction, "sendrecv"))
            case "BYE" if leg is not None:
                leg.over = True
                self._respond(message, 200)
            case "REFER" if leg is not None:
                self._referred(leg, message)
            case _:
                self._respond(message, 200 if leg else 481)

    def _referred(self, leg: Leg, message: SipMessage) -> None:
        self._moment("referred")
        if self.habits.refer:
            self._respond(message, self.habits.refer)
        if self.habits.refer == 202 and self.habits.follow and not leg.over:
            self._invite(_uri(message.header("Refer-To")), f"{uuid.uuid4().hex}@second")
            self._moment("calling")

    def _taken_over(self, message: SipMessage) -> None:
        """An INVITE with Replaces takes the place of the call it names (RFC 3891 section 3)."""
        replaced = message.header("Replaces").partition(";")[0]
        old = next((leg for leg in self.legs if leg.call_id == replaced and not leg.over), None)
        if not self.habits.replaces:
            self._respond(message, 420)
        elif old is None:
            self._respond(message, 481)
        else:
            target, sound = _uri(message.header("Contact")), self._new_sound()
            leg = self._add(Leg(message.header("Call-ID"), target, "", "", sound, self._source))
            leg.local = f"{message.header('To')};tag={uuid.uuid4().hex[:8]}"
            leg.remote, leg.routes, leg.up = message.header("From"), _all(message, "Record-Route"), True
            if message.media_address:
                leg.sound.speak_to(message.media_address)
            self._respond(message, 200, "sendrecv", leg)
            old.over = True
            self._request(old, "BYE")

    def tell(self, status: int) -> None:
        """How the call to the target of the REFER goes (RFC 3515 section 2.4.5)."""
        first = self.legs[0]
        if self.habits.notify and not first.over:
            state = ("Event: refer", "Subscription-State: terminated;reason=noresource")
            self._request(first, "NOTIFY", *state, "Content-Type: message/sipfrag", body=f"SIP/2.0 {status} Told\n")

    def _moment(self, name: str) -> None:
        self.at.pop(name, NONE)()

    # --- messages ---

    def _leg(self, message: SipMessage) -> Leg | None:
        return next((leg for leg in self.legs if leg.call_id == message.header("Call-ID")), None)

    def _add(self, leg: Leg) -> Leg:
        self.legs.append(leg)
        return leg

    def _new_sound(self) -> Sound:
        return self._stack.enter_context(Sound(self._hz))

    @property
    def _contact(self) -> str:
        return f"<sip:{self.user}@127.0.0.1:{self.port}>"

    def _invite(self, uri: str, call_id: str) -> None:
        own = f'"{self.name}" <sip:{self.user}@127.0.0.1>;tag={uuid.uuid4().hex[:8]}'
        leg = self._add(Leg(call_id, uri, own, f"<{uri}>", self._new_sound(), self._proxy))
        supported = ("Supported: replaces",) if self.habits.replaces else ()
        sdp = ("Content-Type: application/sdp",)
        with self._calling:
            leg.invite = self._request(leg, "INVITE", *supported, *sdp, number=1, body=self._sdp(leg, "sendrecv"))

    def _cancel(self, leg: Leg) -> None:
        """RFC 3261 section 9.1: the Via and number of the INVITE."""
        assert leg.invite
        self._request(leg, "CANCEL", number=1, via=leg.invite.header("Via"))

    def _acknowledge(self, leg: Leg, refusal: SipMessage) -> None:
        """A refusal, in the INVITE's own transaction (RFC 3261 section 17.1.1.3)."""
        with self._calling:
            assert leg.invite
        remote, leg.remote = leg.remote, refusal.header("To")
        self._request(leg, "ACK", number=1, via=leg.invite.header("Via"))
        leg.remote = remote

    def _request(self, leg: Leg, method: str, *more: str, number: int = 0, via: str = "", body: str = "") -> SipMessage:
        number = 1 if method == "ACK" else number or next(leg.sequence)
        lines = [
            f"Via: {via or f'SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}'}",
            "Max-Forwards: 70",
            *(f"Route: {route}" for route in leg.routes),
            f"From: {leg.local}",
            f"To: {leg.remote}",
            f"Call-ID: {leg.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: {self._contact}",
            *more,
        ]
        return self._send(f"{method} {leg.target} SIP/2.0", lines, body, leg.peer)

    def _respond(self, request: SipMessage, status: int, direction: str = "", leg: Leg | None = None) -> None:
        names = ("Via", "Record-Route", "From", "Call-ID", "CSeq")
        copied = [f"{name}: {value}" for name in names for value in request.values(name)]
        to = leg.local if leg and leg.local.startswith(request.header("To")) else request.header("To")
        if ";tag=" not in to:
            to += f";tag={uuid.uuid4().hex[:8]}"
        more = [f"To: {to}", f"Contact: {self._contact}"]
        leg = leg or self._leg(request)
        body = self._sdp(leg, direction) if direction and leg else ""
        more += ["Content-Type: application/sdp"] if body else []
        more += ["Unsupported: replaces"] if status == 420 else []
        self._send(f"SIP/2.0 {status} Scripted", [*copied, *more], body, self._source)

    def _send(self, start: str, lines: list[str], body: str, to: tuple[str, int]) -> SipMessage:
        payload = body.replace("\n", "\r\n").encode()
        head = "\r\n".join([start, *lines, f"Content-Length: {len(payload)}", "", ""])
        message = SipMessage.parse(head + body)
        self.wire.append(Seen(time.time(), True, message))
        self._socket.sendto(head.encode() + payload, to)
        return message

    def _sdp(self, leg: Leg, direction: str) -> str:
        version = 1 if direction == "sendrecv" else 2
        return self.offer.format(port=leg.sound.port, direction=direction, version=version)

    def _leave(self) -> None:
        """No call is left that the other side would go on with."""
        self.hang_up()
        until(lambda: not self._open_requests(), lambda: f"the end of the customer's calls\n{listing(self.wire)}", 5)
        self._stop.set()
        self._thread.join(5)

    def _open_requests(self) -> bool:
        """Whether a BYE of ours has no answer yet: sent again by hand, as nothing else here repeats anything."""
        answered = {seen.message.header("CSeq") + seen.message.header("Call-ID") for seen in self.wire if not seen.sent}
        return any(
            seen.sent
            and seen.message.start.startswith("BYE")
            and seen.message.header("CSeq") + seen.message.header("Call-ID") not in answered
            and time.time() - seen.at < 2
            for seen in tuple(self.wire)
        )


def _uri(header: str) -> str:
    found = _URI.search(header)
    return found[1] if found else header.partition(";")[0]


def _all(message: SipMessage, name: str) -> list[str]:
    return [part.strip() for value in message.values(name) for part in value.split(",")]
