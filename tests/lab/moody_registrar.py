"""A registrar over UDP that is in a mood: it accepts, refuses, is too busy, or says nothing."""

from __future__ import annotations

import select
import socket
import threading
import time
from dataclasses import dataclass

from tests.lab.sip_message import SipMessage

REALM = "moody.example"


@dataclass(frozen=True, slots=True)
class Mood:
    """How REGISTERs with credentials are answered: *status*, 0 for silence, with these header lines."""

    status: int = 200
    headers: tuple[str, ...] = ()
    realm: str = REALM


WELL = Mood()
REFUSING = Mood(401)
SILENT = Mood(0)


def busy(seconds: int) -> Mood:
    """503 with Retry-After."""
    return Mood(503, (f"Retry-After: {seconds}",))


@dataclass(frozen=True, slots=True)
class Asked:
    """A REGISTER: when, in seconds of the monotonic clock, and what was in it."""

    at: float
    message: SipMessage

    @property
    def credentials(self) -> str:
        return self.message.header("Authorization")


class MoodyRegistrar:
    """Any password is right. A REGISTER without credentials is challenged in every mood but silence."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self.mood = WELL
        self.asked: list[Asked] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="moody registrar", daemon=True)

    def __enter__(self) -> MoodyRegistrar:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    @property
    def address(self) -> str:
        return f"sip:{self.host}:{self.port}"

    @property
    def tries(self) -> list[Asked]:
        """The REGISTERs that had credentials: each tried a password."""
        return [asked for asked in tuple(self.asked) if asked.credentials]

    def _serve(self) -> None:
        while not self._stop.is_set():
            if not select.select([self._socket], [], [], 0.02)[0]:
                continue
            data, source = self._socket.recvfrom(65536)
            message = SipMessage.parse(data.decode())
            if message.start.startswith("REGISTER "):  # a CRLF keeps a way through a NAT open
                self.asked.append(Asked(time.monotonic(), message))
                self._answer(message, source)

    def _answer(self, request: SipMessage, source: tuple[str, int]) -> None:
        mood = self.mood
        if not mood.status:
            return
        status = mood.status if request.header("Authorization") or mood.status == 503 else 401
        headers = [f"{name}: {value}" for name in ("Via", "From", "Call-ID", "CSeq") for value in request.values(name)]
        headers.append(f"To: {request.header('To')};tag=moody")
        headers += mood.headers if status == mood.status else ()
        if status == 401:
            headers.append(f'WWW-Authenticate: Digest realm="{mood.realm}", nonce="{time.monotonic_ns()}", qop="auth"')
        if status == 200:
            headers += [f"Contact: {request.header('Contact')};expires=120"] if request.header("Expires") != "0" else []
        head = "\r\n".join([f"SIP/2.0 {status} Mood", *headers, "Content-Length: 0", "", ""])
        self._socket.sendto(head.encode(), source)
