"""Kamailio as docs/team/kamailio.cfg has it, moved to the loopback address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from softphone.demo.team.certificates import make_certificates
from softphone.demo.team.programs import LOOPBACK, find, running, until

CONFIGURATION = "kamailio.cfg"
_PING = (
    "OPTIONS sip:{host}:{port} SIP/2.0\r\nVia: SIP/2.0/{transport} {host}:{own};rport;branch=z9hG4bKping{own}\r\n"
    "Max-Forwards: 5\r\nFrom: <sip:ping@{host}>;tag=1\r\nTo: <sip:{host}:{port}>\r\nCall-ID: ping{own}\r\n"
    "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class SipServer:
    """The running server; *folder* holds its log, its configuration and ca.pem for TLS."""

    port: int
    tls_port: int
    voicemail_port: int
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens over UDP and TCP."""
        return LOOPBACK, self.port

    @property
    def ca(self) -> Path:
        """What a TLS phone must trust."""
        return self.folder / "ca.pem"

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.folder / "kamailio.log").read_text(errors="replace")

    def is_up(self) -> bool:
        """All its processes run: those for TCP are the last it starts."""
        return self._answers(socket.SOCK_DGRAM) and self._answers(socket.SOCK_STREAM)

    def _answers(self, kind: socket.SocketKind) -> bool:
        with socket.socket(socket.AF_INET, kind) as asking, suppress(OSError):
            asking.settimeout(0.2)
            asking.connect(self.address)
            transport = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
            own = asking.getsockname()[1]
            asking.sendall(_PING.format(host=LOOPBACK, port=self.port, transport=transport, own=own).encode())
            return asking.recv(4096).startswith(b"SIP/2.0 200")
        return False


@contextmanager
def running_sip_server(folder: Path, page: Path, ports: Iterator[int]) -> Iterator[SipServer]:
    """Start it with its configuration out of *page*, the folder docs/team, and wait until it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    server = SipServer(next(ports), next(ports), next(ports), folder)
    make_certificates(folder)
    configuration = folder / CONFIGURATION
    configuration.write_text(on_loopback((page / CONFIGURATION).read_text(encoding="utf-8"), server), encoding="utf-8")
    argv = [find("kamailio"), "-DD", "-E", "-m", "32", "-M", "8", "-f", str(configuration), "-Y", str(folder)]
    with running(argv, folder / "kamailio.log"):
        until(server.is_up, f"an answer of Kamailio, which says {server.log[-800:]}")
        yield server


def on_loopback(configuration: str, server: SipServer) -> str:
    """The addresses, ports and files of the page replaced by those of *server*."""
    words = {
        "log_stderror=no": "log_stderror=yes",
        "children=4": "children=2",
        'alias="pbx.example.com"': 'alias="localhost"',  # or every port of the loopback address would be this server's
        "192.0.2.10": LOOPBACK,
        "198.51.100.5": LOOPBACK,
        "pbx.example.com": LOOPBACK,
        "/etc/kamailio/tls": str(server.folder),
        ":5060": f":{server.port}",
        "== 5060": f"== {server.port}",
        ":5061": f":{server.tls_port}",
        ":5070": f":{server.voicemail_port}",
    }
    for word, value in words.items():
        configuration = configuration.replace(word, value)
    return configuration
