"""When sound begins to flow on the loopback interface: RTP watched from outside of everybody. Needs CAP_NET_RAW."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from types import TracebackType

ETHERNET, IP, UDP = 14, 20, 8
RTP_VERSION = 0x80
Flow = tuple[int, int]


class RtpFlows:
    """The first packet of each flow, by the ports it goes from and to, on the monotonic clock."""

    def __init__(self) -> None:
        self.first: dict[Flow, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="rtp-flows", daemon=True)

    def __enter__(self) -> RtpFlows:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self._socket.bind(("lo", 0))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def both_ways_since(self, known: frozenset[Flow]) -> float | None:
        """When sound first flowed both ways between two ports that were not in *known*; None before that."""
        new = {flow: at for flow, at in tuple(self.first.items()) if flow not in known}
        return min((max(at, new[back]) for (a, b), at in new.items() if (back := (b, a)) in new), default=None)

    def _listen(self) -> None:
        while not self._stop.is_set():
            if select.select([self._socket], [], [], 0.05)[0]:
                self._note(self._socket.recv(2048), time.monotonic())

    def _note(self, frame: bytes, at: float) -> None:
        head = ETHERNET + IP + UDP
        if len(frame) > head + 100 and frame[ETHERNET + 9] == socket.IPPROTO_UDP and frame[head] == RTP_VERSION:
            source, target = struct.unpack_from("!HH", frame, ETHERNET + IP)
            self.first.setdefault((source, target), at)
