"""A registrar and proxy of one's own over UDP, TCP and TLS, with a certificate authority made for the occasion."""

from __future__ import annotations

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.lab.ports import free_port
from tests.lab.waiting import until

CONFIGURATION = Path(__file__).with_name("kamailio.cfg")
PASSWORD = "correct horse"
_PING = """\
OPTIONS sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/{transport} 127.0.0.1:{port};rport;branch=z9hG4bKping{port}
Max-Forwards: 5
From: <sip:test@127.0.0.1>;tag=1
To: <sip:127.0.0.1>
Call-ID: ping{port}
CSeq: 1 OPTIONS
Content-Length: 0

"""


@dataclass(frozen=True, slots=True)
class Kamailio:
    """The running server. agent1 and agent2 register with PASSWORD; *ca* is what a TLS phone must trust."""

    port: int
    tls_port: int
    directory: Path

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def ca(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")

    def registrar(self, transport: str) -> str:
        """The registrar's address for this transport."""
        return f"sip:127.0.0.1:{self.tls_port if transport == 'tls' else self.port}"

    def answers(self, kind: socket.SocketKind) -> bool:
        """Whether it answers an OPTIONS over UDP (SOCK_DGRAM) or TCP (SOCK_STREAM)."""
        with socket.socket(socket.AF_INET, kind) as asking, suppress(OSError):
            asking.settimeout(0.2)
            asking.connect(self.address)
            transport = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
            ping = _PING.format(port=asking.getsockname()[1], transport=transport).replace("\n", "\r\n")
            asking.sendall(ping.encode())
            return asking.recv(4096).startswith(b"SIP/2.0 200")
        return False

    def is_up(self) -> bool:
        """All its processes run: those for TCP are the last it starts."""
        return self.answers(socket.SOCK_DGRAM) and self.answers(socket.SOCK_STREAM)


@contextmanager
def running_kamailio() -> Iterator[Kamailio]:
    """Start it, wait until it answers, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="kam-") as name:
        server = Kamailio(free_port(), free_port(), Path(name))
        make_certificates(server.directory)
        with serving(server):
            yield server


@contextmanager
def serving(server: Kamailio) -> Iterator[None]:
    """Its processes, from when it answers; whoever was registered with those before is forgotten."""
    with (server.directory / "log").open("ab") as log:
        process = subprocess.Popen(_command(server), stdout=log, stderr=log)
    try:
        until(server.is_up, lambda: f"Kamailio answers\n{server.log[-2000:]}", 20)
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


@contextmanager
def stoppable_kamailio() -> Iterator[tuple[Kamailio, ExitStack]]:
    """The same; closing the stack stops its processes, ``enter_context(serving(server))`` starts new ones."""
    with tempfile.TemporaryDirectory(prefix="kam-") as name, ExitStack() as processes:
        server = Kamailio(free_port(), free_port(), Path(name))
        make_certificates(server.directory)
        processes.enter_context(serving(server))
        yield server, processes


def _command(server: Kamailio) -> list[str]:
    configuration = server.directory / "kamailio.cfg"
    text = CONFIGURATION.read_text()
    words = {
        "SIP_PORT": server.port,
        "TLS_PORT": server.tls_port,
        "CERTIFICATES": server.directory,
        '"PASSWORD"': f'"{PASSWORD}"',
    }
    for word, value in words.items():
        text = text.replace(word, str(value))
    configuration.write_text(text)
    binary = "/usr/sbin/kamailio"  # not on everybody's PATH
    return [binary, "-DD", "-E", "-m", "32", "-M", "8", "-f", str(configuration), "-Y", str(server.directory)]


def make_certificates(directory: Path) -> None:
    """ca.pem, and server.pem with server.key signed by it for 127.0.0.1 (RFC 5922: the name in subjectAltName).

    With what RFC 5280 section 4.2.1 asks of an authority: Python looks from 3.13 on.
    """

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign", "-subj", "/CN=Test authority")
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", *usage)
    openssl("req", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nauthorityKeyIdentifier=keyid\n")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl("x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem")
