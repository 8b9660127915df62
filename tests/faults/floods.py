"""More than anybody sends who means well: hundreds of messages within a second."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from random import Random

from tests.faults.row import Fault
from tests.faults.stranger import Stranger, invite, request
from tests.faults.subject import Subject
from tests.lab.provisioning import DIRECT

KIND = "flood within a second"
SOURCES = 20
Make = Callable[[Stranger, str], bytes]
_SORTS: dict[str, Make] = {
    "INVITEs that are refused": lambda stranger, name: invite(stranger, name),
    "INVITEs to the direct line": lambda stranger, name: invite(stranger, name, to=f"<sip:{DIRECT}@127.0.0.1>"),
    "OPTIONS": lambda stranger, name: request("OPTIONS", stranger, call_id=name),
    "REGISTERs": lambda stranger, name: request("REGISTER", stranger, call_id=name),
    "SUBSCRIBEs": lambda stranger, name: request("SUBSCRIBE", stranger, "Event: presence", call_id=name),
    "noise": lambda _, name: Random(name).randbytes(600),
}


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """From one address and from twenty."""
    if not thorough:
        yield Fault(
            KIND, "INVITEs that are refused, one address", 200, partial(_flood, make=_SORTS["INVITEs that are refused"])
        )
        return
    for count in (50, 200):
        yield Fault(KIND, f"{count} TCP connections", count, partial(_connections, count=count))
    for sort, make in _SORTS.items():
        for count in (200, 1000):
            for sources in (1, SOURCES):
                name = f"{sort}, {'one address' if sources == 1 else f'{sources} addresses'}"
                yield Fault(KIND, name, count, partial(_flood, make=make, count=count, sources=sources))


def _connections(subject: Subject, count: int) -> str:
    """Connections that say nothing, all open at once, and closed after a moment."""
    with ExitStack() as stack:
        for _ in range(count):
            with suppress(OSError):
                stack.enter_context(socket.create_connection(subject.address, timeout=1.0))
    return ""


def _flood(subject: Subject, make: Make, count: int = 200, sources: int = 1) -> str:
    with ExitStack() as stack:
        senders = [stack.enter_context(Stranger(subject.address)) for _ in range(sources)]
        began = time.monotonic()
        for number in range(count):
            sender = senders[number % sources]
            time.sleep(max(0.0, began + number / count - time.monotonic()))
            sender.send(make(sender, f"flood-{number}-{sender.port}"))
    return ""
