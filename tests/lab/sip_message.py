"""SIP messages as the tests read them (RFC 3261 section 7), and what was seen of them on a wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}
CLOCK_SLACK = 0.02  # seconds
_DIRECTION = re.compile(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", re.M)
_MEDIA = re.compile(r"^m=audio (\d+)", re.M)
_CONNECTION = re.compile(r"^c=IN IP4 (\S+)", re.M)


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request or a response."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def parse(cls, text: str) -> SipMessage:
        head, _, body = text.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
        start, *lines = head.split("\n")
        pairs = (line.partition(":")[::2] for line in lines if ":" in line)
        return cls(start.strip(), tuple((name.strip(), value.strip()) for name, value in pairs), body)

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Of a request, or of the request a response belongs to."""
        return self.header("CSeq").split()[-1] if self.status else self.start.split()[0]

    @property
    def sequence(self) -> int:
        return int(self.header("CSeq").split()[0])

    @property
    def direction(self) -> str:
        """What the SDP says of the sound (RFC 3264); empty without SDP, sendrecv where it says nothing."""
        if "m=audio" not in self.body:
            return ""
        found = _DIRECTION.search(self.body)
        return found[1] if found else "sendrecv"

    @property
    def media_address(self) -> tuple[str, int] | None:
        """Where the sound is wanted."""
        media, connection = _MEDIA.search(self.body), _CONNECTION.search(self.body)
        return (connection[1], int(media[1])) if media and connection else None

    def values(self, name: str) -> list[str]:
        wanted = name.casefold()
        return [v for n, v in self.headers if _COMPACT.get(n.casefold(), n.casefold()) == wanted]

    def header(self, name: str) -> str:
        """The first of this name, or an empty string."""
        return next(iter(self.values(name)), "")

    def __str__(self) -> str:
        return f"{self.status or ''} {self.method} {self.direction}".strip()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on the wire of one party: *at* is seconds of the wall clock, *sent* who sent it."""

    at: float
    sent: bool
    message: SipMessage

    def __str__(self) -> str:
        return f"{self.at % 1000:.4f} {'→' if self.sent else '←'} {self.message}"


Match = Callable[[Seen], bool]


def got(status: int, method: str = "INVITE") -> Match:
    """The party received a response."""
    return lambda seen: not seen.sent and seen.message.status == status and seen.message.method == method


def was_asked(method: str, direction: str = "") -> Match:
    """The party received a request, perhaps with this direction of the sound."""
    return lambda seen: (
        not seen.sent
        and not seen.message.status
        and seen.message.method == method
        and direction in ("", seen.message.direction)
    )


def said(status: int, method: str = "INVITE") -> Match:
    """The party sent a response."""
    return lambda seen: seen.sent and seen.message.status == status and seen.message.method == method


def asked(method: str) -> Match:
    """The party sent a request."""
    return lambda seen: seen.sent and not seen.message.status and seen.message.method == method


def assert_order(*steps: tuple[Sequence[Seen], Match]) -> list[Seen]:
    """Each step is seen on its party's wire, and each later than the step before. Returns what was seen.

    Parties write the time down a little after the fact, each at its own pace: between two wires a step
    may seem early by CLOCK_SLACK. On one wire the order is exact.
    """
    found: list[Seen] = []
    for number, (wire, match) in enumerate(steps, 1):
        hit = next((seen for seen in wire if match(seen) and _follows(wire, seen, found)), None)
        assert hit, f"step {number} is missing or too early; before it {found[-1:]}, on its wire:\n{listing(wire)}"
        found.append(hit)
    return found


def listing(wire: Iterable[Seen]) -> str:
    """What was seen, a line each."""
    return "\n".join(map(str, wire))


def _follows(wire: Sequence[Seen], seen: Seen, found: Sequence[Seen]) -> bool:
    if not found:
        return True
    if found[-1] in wire:
        return wire.index(seen) > wire.index(found[-1])
    return seen.at > found[-1].at - CLOCK_SLACK
