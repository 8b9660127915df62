"""INVITEs whose body is in parts, or ought to be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.faults.row import Fault
from tests.faults.stranger import SDP, Stranger, invite
from tests.faults.subject import Subject

KIND = "multipart body"
_SDP = f"Content-Type: application/sdp\r\n\r\n{SDP.decode()}"
_ISUP = "Content-Type: application/ISUP;version=nxv3\r\nContent-Disposition: signal\r\n\r\n\x01\x00I\x00\x00"


def _mixed(*parts: str, boundary: str = "b1") -> bytes:
    return ("".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n").encode("latin-1")


def _nested(depth: int) -> bytes:
    inner = _mixed(_SDP, boundary=f"n{depth}")
    for level in range(depth - 1, 0, -1):
        kind = f"Content-Type: multipart/mixed;boundary=n{level + 1}\r\n\r\n"
        inner = _mixed(kind + inner.decode("latin-1"), boundary=f"n{level}")
    return inner


BODIES: dict[str, tuple[str, bytes]] = {
    "SDP and ISUP": ("multipart/mixed;boundary=b1", _mixed(_SDP, _ISUP)),
    "ISUP before the SDP": ("multipart/mixed;boundary=b1", _mixed(_ISUP, _SDP)),
    "two SDPs": ("multipart/alternative;boundary=b1", _mixed(_SDP, _SDP)),
    "a boundary in quotes": ('multipart/mixed;boundary="b 1"', _mixed(_SDP, boundary="b 1")),
    "no boundary named": ("multipart/mixed", _mixed(_SDP)),
    "an empty boundary": ("multipart/mixed;boundary=", _mixed(_SDP, boundary="")),
    "another boundary than named": ("multipart/mixed;boundary=other", _mixed(_SDP)),
    "a boundary of 3,000 letters": (f"multipart/mixed;boundary={'b' * 3000}", _mixed(_SDP, boundary="b" * 3000)),
    "a boundary with no end": ("multipart/mixed;boundary=b1", _mixed(_SDP).removesuffix(b"--b1--\r\n")),
    "an end and nothing else": ("multipart/mixed;boundary=b1", b"--b1--\r\n"),
    "nothing at all": ("multipart/mixed;boundary=b1", b"\r\n"),
    "a part without a head": ("multipart/mixed;boundary=b1", _mixed("", _SDP)),
    "a part of binary zeros": ("multipart/mixed;boundary=b1", _mixed("\0" * 200, _SDP)),
    "a hundred parts": ("multipart/mixed;boundary=b1", _mixed(*["\r\n\r\nx"] * 100, _SDP)),
    "forty in each other": ("multipart/mixed;boundary=n1", _nested(40)),
    "a part with a length that lies": ("multipart/mixed;boundary=b1", _mixed("Content-Length: 99999\r\n" + _SDP)),
    "a message in the message": ("message/sip", b"INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n\r\n"),
    "line feeds alone": ("multipart/mixed;boundary=b1", _mixed(_SDP).replace(b"\r\n", b"\n")),
    "compressed, it says": ("application/sdp\r\nContent-Encoding: gzip", b"\x1f\x8b\x08\x00" + bytes(60)),
}
_OF_THE_SHORT_LIST = ("SDP and ISUP", "an empty boundary", "a boundary with no end")


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """Over UDP, and over TCP when everything is tried."""
    for name, (kind, body) in BODIES.items():
        if thorough or name in _OF_THE_SHORT_LIST:
            transports = ("udp", "tcp") if thorough else ("udp",)
            yield Fault(KIND, name, len(transports), partial(_send, kind=kind, body=body, transports=transports))


def _send(subject: Subject, kind: str, body: bytes, transports: tuple[str, ...]) -> str:
    for transport in transports:
        with Stranger(subject.address, transport) as stranger:
            message = invite(stranger, f"body-{stranger.port}", kind=f"Content-Type: {kind}", body=body)
            stranger.send(message)
            stranger.ping(1.0)
    return ""
