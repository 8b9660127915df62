"""The sound of one party in a call: RTP with PCMU, sent and recorded by a thread, 20 ms a packet (RFC 3550, 3551).

SIPp and the scripted endpoints only talk SIP; this is their microphone and ear. What came in is kept
with its arrival time, so that a test can tell when sound was there, how loud a frequency was, and
whether anything was missing.
"""

from __future__ import annotations

import itertools
import math
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from tests.lab.ports import free_port
from tests.lab.signal import Recording

RATE = 8000
FRAME = 160  # samples, 20 ms
PCMU = 0


def _decode_table() -> NDArray[np.int16]:
    """ITU-T G.711 µ-law, one value per code."""
    codes = ~np.arange(256, dtype=np.uint8)
    magnitude = (((codes & 0x0F).astype(np.int32) << 3) + 0x84 << ((codes & 0x70) >> 4).astype(np.int32)) - 0x84
    return np.where(codes & 0x80, -magnitude, magnitude).astype(np.int16)


DECODED = _decode_table()
_ORDER = np.argsort(DECODED, kind="stable")


def encode_pcmu(samples: NDArray[np.float64]) -> bytes:
    """Samples of full scale 1.0 to the nearest µ-law codes."""
    levels, wanted = DECODED[_ORDER].astype(np.float64), samples * 32767
    right = np.clip(np.searchsorted(levels, wanted), 1, 255)
    nearer = np.where(wanted - levels[right - 1] < levels[right] - wanted, right - 1, right)
    return bytes(_ORDER[nearer].astype(np.uint8))


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet as it came: *at* is ``time.monotonic()``."""

    at: float
    sequence: int
    timestamp: int
    payload_type: int
    payload: bytes


class Sound:
    """Speaks a tone of *hz* once it knows where to, and keeps what it hears."""

    def __init__(self, hz: float = 0.0, amplitude: float = 0.25) -> None:
        self.port = free_port()
        self.packets: list[Packet] = []
        self._tone = self._second_of(hz, amplitude)
        self._peer: tuple[str, int] | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", self.port))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"rtp-{self.port}", daemon=True)

    @staticmethod
    def _second_of(hz: float, amplitude: float) -> bytes:
        return encode_pcmu(amplitude * np.sin(2 * math.pi * round(hz) * np.arange(RATE) / RATE))

    def __enter__(self) -> Sound:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def speak_to(self, address: tuple[str, int]) -> None:
        """Start speaking without having heard anything."""
        self._peer = address

    def heard_since(self, moment: float) -> list[Packet]:
        """What arrived after *moment* of ``time.monotonic()``."""
        return [packet for packet in tuple(self.packets) if packet.at >= moment]

    def longest_silence(self, start: float, end: float) -> float:
        """The longest time without a packet between two moments."""
        times = [start, *(packet.at for packet in tuple(self.packets) if start <= packet.at <= end), end]
        return max(later - earlier for earlier, later in itertools.pairwise(times))

    def recording(self, start: float = 0.0, end: float = math.inf) -> Recording:
        """What was heard between two moments, in the order it was spoken."""
        packets = [p for p in tuple(self.packets) if start <= p.at <= end and p.payload_type == PCMU]
        data = b"".join(packet.payload for packet in sorted(packets, key=lambda p: p.timestamp))
        return Recording(DECODED[np.frombuffer(data, np.uint8)] / 32768, RATE)

    def events(self) -> str:
        """The keys the other side pressed (RFC 4733 telephone events), each once."""
        keys = {p.timestamp: p.payload[0] for p in tuple(self.packets) if p.payload_type == 101 and len(p.payload) == 4}
        return "".join("0123456789*#ABCD"[code] for _, code in sorted(keys.items()))

    def _run(self) -> None:
        number, due = 0, time.monotonic()
        while not self._stop.is_set():
            self._receive(max(0.0, due - time.monotonic()))
            if time.monotonic() >= due:
                self._send(number)
                number, due = number + 1, due + FRAME / RATE

    def _receive(self, seconds: float) -> None:
        if not select.select([self._socket], [], [], seconds)[0]:
            return
        data, self._peer = self._socket.recvfrom(2048)
        _, kind, sequence, timestamp = struct.unpack_from("!BBHI", data)
        self.packets.append(Packet(time.monotonic(), sequence, timestamp, kind & 0x7F, data[12:]))

    def _send(self, number: int) -> None:
        """Symmetric RTP: to where packets come from."""
        if self._peer:
            start = number * FRAME % RATE
            head = struct.pack("!BBHII", 0x80, PCMU, number & 0xFFFF, number * FRAME & 0xFFFFFFFF, self.port)
            self._socket.sendto(head + self._tone[start : start + FRAME], self._peer)
