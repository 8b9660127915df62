"""Free ports of 127.0.0.1 in a range of one's own: below the system's ephemeral range, so nobody takes one between."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator

FIRST, LAST = 26000, 29998


def _candidates() -> Iterator[int]:
    """Even ports in turn; the workers of one run share the range between them."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    span = range(FIRST + 2 * worker, LAST, 2 * workers)
    start = os.getpid() * 37 % len(span)
    return itertools.cycle((*span[start:], *span[:start]))


_NEXT = _candidates()


def free_port() -> int:
    """An even port that, with the odd one above it, nobody uses over UDP or TCP; not handed out again soon."""
    for port in _NEXT:
        if _is_free(port) and _is_free(port + 1):
            return port
    raise AssertionError("unreachable: the candidates never end")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
