"""An INVITE, and then an ACK without a To tag in a transaction of its own: two messages anybody can send."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.row import Fault
from tests.faults.stranger import Stranger, invite, request
from tests.faults.subject import Subject

KIND = "ACK without To tag"


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """To nobody in particular, and to the number that makes the agent's prompt appear."""
    yield Fault(KIND, "UDP, while it is refused", 2, lambda subject: _ack(subject, "udp", "sip:agent1@127.0.0.1"))
    yield Fault(KIND, "UDP, while it waits", 2, lambda subject: _ack(subject, "udp", "sip:+15551230001@127.0.0.1"))
    if thorough:
        yield Fault(KIND, "TCP, while it waits", 2, lambda subject: _ack(subject, "tcp", "sip:+15551230001@127.0.0.1"))


def _ack(subject: Subject, transport: str, to: str) -> str:
    with Stranger(subject.address, transport) as stranger:
        stranger.gives_up = False
        call = f"ack-{stranger.port}"
        stranger.send(invite(stranger, call, to=f"<{to}>"))
        stranger.heard(call)
        stranger.send(request("ACK", stranger, call_id=call, to=f"<{to}>"))
    return ""
