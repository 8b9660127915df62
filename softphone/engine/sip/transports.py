"""The sockets SIP listens on: UDP always, TCP beside it where it can, TLS when the account wants it."""

from __future__ import annotations

import logging
from pathlib import Path

import certifi
import pjsua2 as pj

from softphone.engine.problems import StartError, listening_problem, words
from softphone.engine.sip.endpoint import SipEndpoint

log = logging.getLogger("softphone.engine")


class Transports:
    """Made once with the address of the Start command; TLS follows when an account asks for it."""

    def __init__(self, endpoint: SipEndpoint, bind: str, port: int, ca_file: str) -> None:
        self._endpoint = endpoint
        self._bind = bind
        self._ca_file = ca_file
        self._ids: dict[str, int] = {"udp": self._listen_udp(port)}
        self.port = self._bound_port("udp")
        self._try_tcp()

    def id_of(self, kind: str) -> int:
        """PJSIP's number of the transport for udp, tcp or tls. Raises StartError when there can be none."""
        if kind not in self._ids:
            if kind != "tls":
                raise StartError("bad-address", f"Could not listen on {kind.upper()} port {self.port}.")
            self._ids["tls"] = self._listen_tls()
        return self._ids[kind]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Such as ``udp:127.0.0.1:5060``."""
        return tuple(f"{kind}:{self._local_name(number)}" for kind, number in self._ids.items())

    def close(self) -> None:
        """Forget them; the library closes the sockets when it is taken down."""
        self._ids.clear()

    def _listen_udp(self, port: int) -> int:
        try:
            return self._create(pj.PJSIP_TRANSPORT_UDP, port)
        except pj.Error as error:
            raise listening_problem(error.status, self._bind, port) from None

    def _try_tcp(self) -> None:
        for port in (self.port, 0):
            try:
                self._ids["tcp"] = self._create(pj.PJSIP_TRANSPORT_TCP, port)
            except pj.Error as error:
                log.warning("no TCP on port %d: %s", port, words(error))
            else:
                return

    def _listen_tls(self) -> int:
        if not self._endpoint.has_tls:
            raise StartError("tls", "This build of the SIP library has no TLS. Choose UDP or TCP in the settings.")
        ca_file = self._ca_file or certifi.where()
        if not Path(ca_file).is_file():
            raise StartError("tls", f"There is no certificate file {ca_file}.")
        try:
            return self._create(pj.PJSIP_TRANSPORT_TLS, 0, ca_file)
        except pj.Error as error:
            raise StartError("tls", f"TLS could not be set up with {ca_file}: {words(error)}") from None

    def _create(self, kind: int, port: int, ca_file: str = "") -> int:
        config = pj.TransportConfig()
        config.port = port
        config.boundAddress = config.publicAddress = self._bind
        if ca_file:
            config.tlsConfig.CaListFile = ca_file
            config.tlsConfig.verifyServer = True
            config.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2 | pj.PJ_SSL_SOCK_PROTO_TLS1_3
            config.tlsConfig.msecTimeout = 5000
        return int(self._endpoint.transportCreate(kind, config))

    def _local_name(self, number: int) -> str:
        info = self._endpoint.transportGetInfo(number)
        return str(info.localName)

    def _bound_port(self, kind: str) -> int:
        return int(self._local_name(self._ids[kind]).rpartition(":")[2])
