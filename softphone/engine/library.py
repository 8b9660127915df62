"""What the SIP library in use can do, read from the library itself: the wheel on PyPI and our own build differ.

Everything in the engine that depends on which of them runs asks here.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pjsua2 as pj

from softphone.model.ua_events import SipLibrary

CALLS_OF_AN_AGENT = 16
_TLS_1_3 = range(0x1301, 0x1306)  # its cipher suites have numbers of their own (RFC 8446 section B.4)
_ASSERTIONS = (b"__assert_fail", b"__assert_rtn", b"_wassert")  # what a live assert() calls: Linux, macOS, Windows


@dataclass(frozen=True, slots=True)
class Library:
    """*calls* is how many it was compiled for. *asserts*: a malformed message or one socket too many ends it.

    *source* is the SHA-256 of what it was built from, empty for a build that is not ours.
    """

    version: str
    calls: int
    asserts: bool
    source: str = ""

    @property
    def call_limit(self) -> int:
        """Calls at once; PJSIP answers the next INVITE with 486."""
        return min(self.calls, CALLS_OF_AN_AGENT)

    @property
    def calls_with_sockets(self) -> int | None:
        """How many calls may have media sockets at once: there is room for 32, and the process ends when they run out.

        None where running out is an error like any other.
        """
        return 26 if self.asserts else None

    @property
    def slot_seconds(self) -> float:
        """How long a call that is refused keeps its place: in a burst the places are full then, which costs no sockets.

        PJSIP gives the sockets of a call back half a second after its end.
        """
        return 0.15 if self.asserts else 0.0

    @property
    def resampling_quality(self) -> int:
        """On PJSIP's scale of 1 to 10.

        Ours resamples with libsamplerate, whose best filter makes the answer to a call 0.4 ms late; 4 stands for the
        medium one: 121 dB, 90 % of the band. The wheel's own filter is cheap at its best.
        """
        return 8 if self.asserts else 4

    @property
    def name(self) -> str:
        """Such as ``PJSIP 2.17, our own build of source 6860c2f7604b``."""
        return f"PJSIP {self.version}" + (f", our own build of source {self.source[:12]}" if self.source else "")

    @classmethod
    def of(cls, endpoint: Any) -> Library:
        """The one that is loaded; *endpoint* is its pj.Endpoint, which need not be initialized."""
        return cls(
            version=str(endpoint.libVersion().full),
            calls=int(pj.EpConfig().uaConfig.maxCalls),
            asserts=_has_assertions(Path(pj._pjsua2.__file__)),
            source=str(getattr(pj, "SOURCE_SHA256", "")),
        )

    def described(self, endpoint: Any) -> SipLibrary:
        """For the app. *endpoint* must be running."""
        codecs = tuple(str(codec.codecId) for codec in endpoint.codecEnum2() if codec.priority)
        return SipLibrary(self.name, self.call_limit, self.asserts, _speaks_tls_1_3(endpoint), codecs)


def _speaks_tls_1_3(endpoint: Any) -> bool:
    try:
        return any(int(cipher) in _TLS_1_3 for cipher in endpoint.utilSslGetAvailableCiphers())
    except pj.Error:
        return False  # no TLS at all


def _has_assertions(file: Path) -> bool:
    """Whether the compiled library *file* calls what reports a failed assertion."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(name) >= 0 for name in _ASSERTIONS)
