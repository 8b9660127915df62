"""The torture messages of RFC 4475: one for each of its sections, written after what the section describes.

As they are, and with a Via that leads back to the sender, so that the answer arrives and the transaction goes its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.faults.row import Fault
from tests.faults.stranger import Stranger
from tests.faults.subject import Subject
from tests.faults.torture.invalid import INVALID
from tests.faults.torture.semantics import SEMANTICS
from tests.faults.torture.valid import VALID

KIND = "RFC 4475 torture message"
MESSAGES = VALID | INVALID | SEMANTICS
_OF_THE_SHORT_LIST = ("3.1.1.1 wsinv", "3.1.1.11 mpart01", "3.1.2.4 scalar02", "3.1.2.19 bigcode", "3.3.8 multi01")


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """Each message in both forms; some of them over TCP, too."""
    for name, message in MESSAGES.items():
        if thorough or name in _OF_THE_SHORT_LIST:
            yield Fault(KIND, name, 4 if thorough else 2, partial(_send, message=message, thorough=thorough))


def _send(subject: Subject, message: bytes, thorough: bool) -> str:
    for transport in ("udp", "tcp") if thorough else ("udp",):
        for true in (False, True):
            with Stranger(subject.address, transport) as stranger:
                stranger.send(with_true_via(message, stranger) if true else message)
                if transport == "udp":
                    stranger.ping()
    return ""


def with_true_via(message: bytes, stranger: Stranger) -> bytes:
    """The topmost Via names the sender; everything else stays."""
    head, separator, body = message.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    found = [number for number, line in enumerate(lines) if line.split(b":")[0].strip().lower() in (b"via", b"v")]
    true = f"Via: {stranger.via};branch=z9hG4bK-torture-{stranger.port}".encode()
    if found:
        first = found[0]
        folded = first + 1
        while folded < len(lines) and lines[folded][:1] in (b" ", b"\t"):
            folded += 1
        lines[first:folded] = [true]
    else:
        lines.insert(0, true)
    return b"\r\n".join([start, *lines]) + separator + body
