"""The sockets SIP listens on: no more than the account needs.

UDP and TCP for an account over UDP; one over TCP or TLS has a connection to the registrar, and nothing but that
transport listens, unless anybody may call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import certifi
import pjsua2 as pj

from softphone.engine.problems import StartError, listening_problem, words
from softphone.engine.sip.endpoint import SipEndpoint
from softphone.model.ua_commands import Account

_LOOPBACK = "127.0.0.1"

log = logging.getLogger("softphone.engine")


class Transports:
    """What listens follows the account. *port* is that of UDP and TCP, 0 for any; TLS takes a free one.

    *aim* is told where a datagram ends PJSIP's wait for the network.
    """

    def __init__(
        self, endpoint: SipEndpoint, bind: str, port: int, ca_file: str, aim: Callable[[str, int], None]
    ) -> None:
        self._endpoint = endpoint
        self._bind = bind
        self._port = port
        self._ca_file = ca_file
        self._aim = aim
        self._ids: dict[str, int] = {}
        self._waker: int | None = None

    def listen(self, kinds: Sequence[str]) -> None:
        """Listen on these and no others, UDP before TCP. Raises StartError when one cannot be had."""
        for kind in kinds:
            self.id_of(kind)
        for kind in set(self._ids).difference(kinds):
            self._endpoint.transportClose(self._ids.pop(kind))
        self._keep_awake()

    def id_of(self, kind: str) -> int:
        """PJSIP's number of the transport for udp, tcp or tls. Raises StartError when there can be none."""
        if kind not in self._ids:
            self._ids[kind] = {"udp": self._listen_udp, "tcp": self._listen_tcp, "tls": self._listen_tls}[kind]()
        return self._ids[kind]

    def has(self, kind: str) -> bool:
        """Whether it listens."""
        return kind in self._ids

    @property
    def addresses(self) -> tuple[str, ...]:
        """Such as ``udp:127.0.0.1:5060``."""
        return tuple(f"{kind}:{self._local_name(number)}" for kind, number in self._ids.items())

    def close(self) -> None:
        """Forget them; the library closes the sockets when it is taken down."""
        self._ids.clear()

    def _keep_awake(self) -> None:
        """Without a UDP socket, one is made that nobody outside of this machine can reach."""
        if "udp" in self._ids:
            if self._waker is not None:
                self._endpoint.transportClose(self._waker)
                self._waker = None
            self._aim(self._bind or _LOOPBACK, self._port_of(self._ids["udp"]))
            return
        if self._waker is None:
            self._waker = self._create(pj.PJSIP_TRANSPORT_UDP, 0, bind=_LOOPBACK)
        self._aim(_LOOPBACK, self._port_of(self._waker))

    def _listen_udp(self) -> int:
        try:
            number = self._create(pj.PJSIP_TRANSPORT_UDP, self._port)
        except pj.Error as error:
            raise listening_problem(error.status, self._bind, self._port) from None
        self._port = self._port_of(number)
        return number

    def _listen_tcp(self) -> int:
        """On the same port as UDP where it can be: one that was in use a minute ago may be blocked."""
        for port in (self._port, 0):
            try:
                return self._create(pj.PJSIP_TRANSPORT_TCP, port)
            except pj.Error as error:
                problem = words(error)
                log.warning("no TCP on port %d: %s", port, problem)
        raise StartError("bad-address", f"Could not listen on TCP port {self._port}: {problem}.")

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

    def _create(self, kind: int, port: int, ca_file: str = "", bind: str = "") -> int:
        config = pj.TransportConfig()
        config.port = port
        config.boundAddress = config.publicAddress = bind or self._bind
        if ca_file:
            config.tlsConfig.CaListFile = ca_file
            config.tlsConfig.verifyServer = True
            config.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2 | pj.PJ_SSL_SOCK_PROTO_TLS1_3
            config.tlsConfig.msecTimeout = 5000
        return int(self._endpoint.transportCreate(kind, config))

    def _local_name(self, number: int) -> str:
        info = self._endpoint.transportGetInfo(number)
        return str(info.localName)

    def _port_of(self, number: int) -> int:
        return int(self._local_name(number).rpartition(":")[2])


def listening(account: Account) -> tuple[str, ...]:
    """The transports an account needs, UDP first."""
    over_udp = ("udp", "tcp")  # a request longer than a datagram comes over TCP (RFC 3261 section 18.1.1)
    if account.transport == "tls":
        return (*over_udp, "tls") if account.open else ("tls",)
    return ("tcp",) if account.transport == "tcp" and not account.open else over_udp
