"""Requests and answers that look as if they belonged to a dialog, from somebody who is in none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.faults.row import Fault
from tests.faults.stranger import SDP, SDP_TYPE, Stranger, invite, request
from tests.faults.subject import Subject
from tests.lab.sip_message import SipMessage

KIND = "stray message"
METHODS = (
    "NOTIFY",
    "SUBSCRIBE",
    "REFER",
    "MESSAGE",
    "INFO",
    "UPDATE",
    "PRACK",
    "PUBLISH",
    "BYE",
    "CANCEL",
    "ACK",
    "INVITE",
)
_MORE: dict[str, tuple[str, ...]] = {
    "NOTIFY": ("Event: refer", "Subscription-State: active;expires=60", "Content-Type: message/sipfrag"),
    "SUBSCRIBE": ("Event: presence", "Expires: 3600", "Accept: application/pidf+xml"),
    "REFER": ("Refer-To: <sip:+19005550199@127.0.0.1:9>",),
    "PRACK": ("RAck: 1 1 INVITE",),
    "PUBLISH": ("Event: presence", "Expires: 60"),
    "UPDATE": (SDP_TYPE,),
    "INVITE": (SDP_TYPE,),
    "INFO": ("Content-Type: application/dtmf-relay",),
    "MESSAGE": ("Content-Type: text/plain",),
}
_BODIES = {"NOTIFY": b"SIP/2.0 200 OK\r\n", "UPDATE": SDP, "INVITE": SDP, "INFO": b"Signal=1\r\n", "MESSAGE": b"hello"}
STATUSES = (100, 180, 183, 199, 200, 202, 302, 401, 407, 481, 486, 500, 503, 606, 699)


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """Each method four ways, answers of each sort, a Replaces that is guessed, a CANCEL that is right but for one."""
    for method in METHODS if thorough else ("NOTIFY", "REFER", "UPDATE"):
        yield Fault(KIND, method, 4, partial(_request, method=method))
    yield Fault(KIND, "answers to nothing", len(STATUSES), _answers)
    yield Fault(KIND, "INVITE with Replaces, tags guessed", 3, _replaces)


def _request(subject: Subject, method: str) -> str:
    """Without a To tag, with one nobody knows, with the call's Call-ID, and with all but one tag of the call."""
    leg = subject.customer_in_call.talk
    ours, theirs = _tag(leg.remote), _tag(leg.local)
    variants = (
        ("no-tag", "", "", ""),
        ("a-tag", ";tag=nobody", "", ""),
        ("the-call", ";tag=nobody", leg.call_id, ""),
        ("one-tag", f";tag={ours}", leg.call_id, f"{theirs}x"),
    )
    with Stranger(subject.address) as stranger:
        for name, to_tag, call_id, from_tag in variants:
            stranger.send(_stray(stranger, method, f"{name}-{stranger.port}", to_tag, call_id, from_tag))
        stranger.ping()
    return ""


def _stray(stranger: Stranger, method: str, name: str, to_tag: str, call_id: str, from_tag: str) -> bytes:
    headers, body = _MORE.get(method, ()), _BODIES.get(method, b"")
    to = f"<sip:agent1@127.0.0.1>{to_tag}"
    message = request(method, stranger, *headers, call_id=name, to=to, body=body)
    if call_id:
        message = message.replace(f"Call-ID: {name}".encode(), f"Call-ID: {call_id}".encode())
    return message.replace(f"tag=from-{name}".encode(), f"tag={from_tag or name}".encode())


def _answers(subject: Subject) -> str:
    leg = subject.customer_in_call.talk
    with Stranger(subject.address) as stranger:
        for status in STATUSES:
            for call_id in (f"nothing-{status}", leg.call_id):
                head = request("INVITE", stranger, call_id=call_id, to=leg.local)
                _, _, rest = head.partition(b"\r\n")
                stranger.send(f"SIP/2.0 {status} Stray\r\n".encode() + rest)
        stranger.ping()
    return ""


def _replaces(subject: Subject) -> str:
    """RFC 3891 section 3: all three have to match, or it is 481."""
    leg = subject.customer_in_call.talk
    wrong = ("to-tag=1;from-tag=2", f"to-tag={_tag(leg.remote)};from-tag=2", f"to-tag=1;from-tag={_tag(leg.local)}")
    with Stranger(subject.address) as stranger:
        for number, tags in enumerate(wrong):
            name = f"replaces-{number}-{stranger.port}"
            stranger.send(invite(stranger, name, f"Replaces: {leg.call_id};{tags}"))
            answers: list[SipMessage] = stranger.heard(name)
            if any(answer.status // 100 == 2 for answer in answers):
                return "the call, to a stranger"
        stranger.ping()
    return ""


def _tag(header: str) -> str:
    return header.partition(";tag=")[2].partition(";")[0]
