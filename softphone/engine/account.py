"""The agent's SIP account: who calls are from, where it registers, and the calls that come in for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pjsua2 as pj

from softphone.engine.endpoint import SipEndpoint
from softphone.engine.guard import guarded, log
from softphone.engine.problems import CannotDoError, words
from softphone.engine.swig import destroy
from softphone.engine.timers import Timers
from softphone.engine.transports import Transports
from softphone.engine.validation import check_uri
from softphone.model.sip import SipUri, is_safe_header_value
from softphone.model.ua_commands import Account
from softphone.model.ua_events import RegistrationChanged

RETRY_SECONDS = 20  # after a failure PJSIP tries again by itself, except after a run of 401 or 403
KEEP_ALIVE_SECONDS = 15
_SRTP = {"off": 0, "optional": 1, "mandatory": 2}
SILENCE_SECONDS = 5.0
_BUSY = 171001  # PJSIP_EBUSY
_CANCELLED = 70014  # PJ_ECANCELLED
_EXPIRES = (30, 86400)


class SipAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    """PJSIP's account; it hands incoming calls and registration results on."""

    def __init__(
        self,
        incoming: Callable[[SipAccount, Any], None],
        asked: Callable[[], None],
        answered: Callable[[Any], None],
    ) -> None:
        super().__init__()
        self._incoming = incoming
        self._asked = asked
        self._answered = answered

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """The Call object must be made before this returns."""
        self._incoming(self, prm)

    @guarded
    def onRegState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """A REGISTER got its answer, or will get none."""
        self._answered(prm)

    @guarded
    def onRegStarted(self, prm: Any) -> None:  # noqa: N802, ARG002 - PJSIP's name
        """A REGISTER is on its way."""
        self._asked()

    @guarded
    def onIncomingSubscribe(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """Nobody can watch this agent's presence: 489 Bad Event (RFC 6665 section 4.2.1)."""
        prm.code = 489


class AccountHolder:
    """The account in use, and a second one without a registrar for addresses the registrar does not serve."""

    def __init__(
        self,
        endpoint: SipEndpoint,
        transports: Transports,
        bind: str,
        timers: Timers,
        incoming: Callable[[SipAccount, Any], None],
        emit: Callable[[RegistrationChanged], None],
    ) -> None:
        self._endpoint = endpoint
        self._transports = transports
        self._bind = bind
        self._timers = timers
        self._emit = emit
        self._account = Account("")
        self._requests = 0
        self._open_request = 0
        self.registered = False
        self.unregistering = False
        self._main = SipAccount(incoming, self._asked, self._answered)
        self._direct = SipAccount(incoming, self._asked, self._answered)

    @property
    def registers(self) -> bool:
        """Whether there is a registrar."""
        return bool(self._account.registrar)

    def use(self, account: Account) -> None:
        """Take this account. Raises CannotDoError or StartError, or pj.Error, when it cannot be."""
        check_account(account)
        main = self._configuration(account, registrar=account.registrar)
        direct = self._configuration(account, registrar="")
        self._account = account
        self._apply(self._direct, direct)
        try:
            self._apply(self._main, main)
        except pj.Error as error:
            if not (account.registrar and self._main.isValid()):
                raise
            self._fail(words(error))  # only the REGISTER could not be sent

    def register(self) -> None:
        """Send a REGISTER now. When one is on its way already, that one is it."""
        if not self.registers:
            raise CannotDoError("this account has no registrar")
        try:
            self._main.setRegistration(True)
        except pj.Error as error:
            if error.status != _BUSY:
                self._fail(words(error))

    def unregister(self) -> None:
        """Begin to take the registration back, if there is one; ``unregistering`` until it is answered."""
        if not self.registered:
            return
        try:
            self._main.setRegistration(False)
            self.unregistering = True
        except pj.Error as error:
            log.info("not unregistered: %s", words(error))

    def for_target(self, uri: SipUri) -> tuple[SipAccount, str]:
        """The account to call *uri* from, and the address PJSIP is to dial."""
        if not self.registers:
            if uri.scheme == "tel":
                raise CannotDoError(
                    "a telephone number needs a registrar; without one only SIP addresses can be dialled"
                )
            return self._direct, str(uri)
        served = {SipUri.parse(self._account.sip_uri).host, SipUri.parse(self._account.registrar).host}
        if uri.scheme == "tel":
            return self._main, f"sip:{uri.user}@{SipUri.parse(self._account.registrar).host};user=phone"
        return (self._main if uri.host in served else self._direct), str(uri)

    def close(self) -> None:
        """Remove both accounts from PJSIP."""
        for account in (self._main, self._direct):
            if account.isValid():
                account.shutdown()
            destroy(account)

    def _configuration(self, account: Account, registrar: str) -> Any:
        config = pj.AccountConfig()
        config.idUri = f"<{account.sip_uri.strip()}>"
        transport = account.transport if registrar else "udp"
        if registrar:
            self._set_registrar(config, account)
        self._transports.id_of(transport)  # it must listen before PJSIP can make a Contact for it
        config.mediaConfig.transportConfig.port = 0
        config.mediaConfig.transportConfig.boundAddress = self._bind
        config.mediaConfig.transportConfig.publicAddress = self._bind
        config.mediaConfig.srtpUse = _SRTP[account.srtp]
        config.mediaConfig.srtpSecureSignaling = 1 if transport == "tls" else 0
        return config

    def _set_registrar(self, config: Any, account: Account) -> None:
        server = SipUri.parse(account.registrar)
        route = with_transport(server, account.transport)
        config.regConfig.registrarUri = route
        config.regConfig.timeoutSec = account.expires_seconds
        config.regConfig.delayBeforeRefreshSec = min(5, account.expires_seconds // 4)
        config.regConfig.firstRetryIntervalSec = 2
        config.regConfig.retryIntervalSec = RETRY_SECONDS
        config.regConfig.randomRetryIntervalSec = 3
        config.regConfig.proxyUse = 0  # the registrar is the proxy
        config.natConfig.udpKaIntervalSec = KEEP_ALIVE_SECONDS
        config.natConfig.sipOutboundUse = 0  # PJSIP makes the instance id from the host name, which is not unique
        config.sipConfig.proxies.append(f"{route};lr")
        username = account.username or SipUri.parse(account.sip_uri).address[0]
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", username, 0, account.password))

    @staticmethod
    def _apply(account: SipAccount, configuration: Any) -> None:
        if account.isValid():
            account.modify(configuration)
        else:
            account.create(configuration)

    def _fail(self, why: str) -> None:
        self._emit(RegistrationChanged(0, why, 0))

    def _asked(self) -> None:
        self._requests += 1
        self._open_request = self._requests
        self._timers.after(SILENCE_SECONDS, partial(self._still_silent, self._requests))

    def _still_silent(self, request: int) -> None:
        """PJSIP itself gives up after 32 s only; a person should know sooner."""
        if request == self._open_request and not self.unregistering:
            self._fail("the registrar does not answer")

    def _answered(self, prm: Any) -> None:
        self._open_request = 0
        if prm.status == _CANCELLED:
            return  # of an account that has been replaced
        event = self._result(prm)
        self.registered, self.unregistering = event.expires_seconds > 0, False
        self._emit(event)

    def _result(self, prm: Any) -> RegistrationChanged:
        if prm.rdata.wholeMsg:
            return RegistrationChanged(int(prm.code), prm.reason, int(prm.expiration) if prm.code == 200 else 0)
        trouble = self._endpoint.transport_trouble
        reason = self._endpoint.utilStrError(prm.status) if prm.status else prm.reason
        return RegistrationChanged(0, trouble or reason or "the registrar did not answer", 0)


def with_transport(uri: SipUri, transport: str) -> str:
    """*uri* with this transport; UDP is the default and needs no parameter (RFC 3263 section 4.1)."""
    params = ";".join(part for part in uri.params.split(";") if part and not part.lower().startswith("transport="))
    suffix = "" if transport == "udp" else f";transport={transport}"
    return str(SipUri("sip", uri.user, uri.host, uri.port, f";{params}" if params else "")) + suffix


def check_account(account: Account) -> None:
    """Everything PJSIP would take on trust."""
    if check_uri(account.sip_uri).scheme == "tel":
        raise CannotDoError("the account needs a SIP address such as sip:name@example.com")
    if account.registrar and check_uri(account.registrar).scheme == "tel":
        raise CannotDoError("the registrar must be a SIP address such as sip:example.com")
    if account.transport not in ("udp", "tcp", "tls"):
        raise CannotDoError("the transport must be udp, tcp or tls")
    if account.srtp not in _SRTP:
        raise CannotDoError("srtp must be off, optional or mandatory")
    if not _EXPIRES[0] <= account.expires_seconds <= _EXPIRES[1]:
        raise CannotDoError(f"a registration lasts from {_EXPIRES[0]} to {_EXPIRES[1]} seconds")
    if not (is_safe_header_value(account.username) and is_safe_header_value(account.password)):
        raise CannotDoError("the user name or the password contains a control character")
