"""TLS for peers that speak TCP: an own authority and a front that decrypts and passes on."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """A self-made certificate authority and a server certificate of its own.

    With what RFC 5280 section 4.2.1 asks of an authority: Python looks from 3.13 on.
    """

    directory: Path
    names: str = "IP:127.0.0.1"

    @property
    def ca_file(self) -> Path:
        return self.directory / "ca.pem"

    def make(self) -> Authority:
        ca = "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority"
        self._openssl(f"{ca} -addext keyUsage=critical,keyCertSign,cRLSign")
        self._openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=server")
        (self.directory / "names").write_text(f"subjectAltName={self.names}\nauthorityKeyIdentifier=keyid\n")
        self._openssl(
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names"
        )
        return self

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self.directory, check=True, capture_output=True)


class TlsFront:
    """Listens with TLS, of version *oldest* or later, and relays each connection to a TCP port."""

    def __init__(self, authority: Authority, target: int, oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = oldest
        self._context.load_cert_chain(authority.directory / "server.pem", authority.directory / "server.key")
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.versions: list[str | None] = []
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> TlsFront:
        self._run(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _run(self, body: object, *arguments: object) -> None:
        thread = threading.Thread(target=body, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                inside = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                self._sockets.append(inside)
                self._run(self._relay, inside)

    def _relay(self, inside: ssl.SSLSocket) -> None:
        with contextlib.suppress(OSError):  # a peer that does not trust us hangs up
            inside.do_handshake()
            self.versions.append(inside.version())
            outside = socket.create_connection(("127.0.0.1", self._target))
            self._sockets.append(outside)
            self._run(self._copy, outside, inside)
            self._copy(inside, outside)

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
