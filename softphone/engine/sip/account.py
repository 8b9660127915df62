"""The agent's SIP account: who calls are from, where it registers, and the calls that come in for it."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import guarded, log
from softphone.engine.pjsua2_objects import destroy
from softphone.engine.problems import CannotDoError, plain, words
from softphone.engine.sip.account_config import check_account, configuration
from softphone.engine.sip.call import EngineCall
from softphone.engine.sip.call_table import CallTable, identity, refuse_repeated
from softphone.engine.sip.endpoint import SipEndpoint
from softphone.engine.sip.message import SipMessage, readable
from softphone.engine.sip.realms import Realms
from softphone.engine.sip.registrars_side import RegistrarsSide
from softphone.engine.sip.transports import Transports, listening
from softphone.engine.timer_queue import TimerQueue
from softphone.model.sip import SipUri
from softphone.model.ua_commands import Account
from softphone.model.ua_events import IncomingCall, RegistrationChanged

SILENCE_SECONDS = 4.0
RETURN_SECONDS = (0.5, 2.0)  # after a connection has closed; not every phone of a server that restarts in one moment
_BUSY = 171001  # PJSIP_EBUSY


class SipAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    """PJSIP's account: it tells of incoming calls, and hands registration results on."""

    def __init__(
        self,
        calls: CallTable,
        asked: Callable[[], None],
        answered: Callable[[Any], None],
    ) -> None:
        super().__init__()
        self._calls = calls
        self._asked = asked
        self._answered = answered

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """The call must have its object before this returns.

        One that cannot be told of is refused, so that its caller does not wait and its place is free again.
        """
        try:
            invite = SipMessage.parse(prm.rdata.wholeMsg)
        except BaseException:
            self._calls.incoming(self, prm.callId).give_up()
            raise
        if self._calls.answered_before(invite):
            refuse_repeated(self, prm.callId)
        else:
            self._announce(self._calls.incoming(self, prm.callId), invite)

    def _announce(self, call: EngineCall, invite: SipMessage) -> None:
        try:
            # first of all: the app's answer is what the caller waits for
            self._calls.owner.emit(_announcement(call, invite))
            call.invite = identity(invite)
            call.record.take(invite)
        except BaseException:
            call.give_up()
            raise

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


class Accounts:
    """The account in use, and a second one without a registrar for addresses the registrar does not serve."""

    def __init__(
        self,
        endpoint: SipEndpoint,
        transports: Transports,
        bind: str,
        timers: TimerQueue,
        calls: CallTable,
        emit: Callable[[RegistrationChanged], None],
        side: RegistrarsSide,
    ) -> None:
        self._endpoint = endpoint
        self._transports = transports
        self._bind = bind
        self._timers = timers
        self._emit = emit
        self._side = side
        self._account = Account("")
        self._requests = 0
        self._open_request = 0
        self._returning = False
        self._leaving = False
        self.registered = False
        self.unregistering = False
        self._main = SipAccount(calls, self._asked, self._answered)
        self._direct = SipAccount(calls, self._asked, self._answered)
        self._realms = Realms()
        endpoint.registrars_account = self._for_its_callers
        endpoint.connection_lost = self._connection_lost

    @property
    def registers(self) -> bool:
        """Whether there is a registrar."""
        return bool(self._account.registrar)

    def use(self, account: Account) -> None:
        """Take this account. Raises CannotDoError or StartError, or pj.Error, when it cannot be."""
        check_account(account)
        self._endpoint.transport_trouble = ""
        self._transports.listen(listening(account))  # before PJSIP makes a Contact for it
        self._realms.follow(account)
        main = configuration(account, self._bind, self._realms.names)
        direct = configuration(replace(account, registrar="", transport="udp"), self._bind)
        self._apply(self._direct, direct)
        self._account = account
        self._side.follow(account)
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
        self._endpoint.transport_trouble = ""
        try:
            self._main.setRegistration(True)
        except pj.Error as error:
            if error.status != _BUSY:
                self._fail(words(error))

    def unregister(self) -> None:
        """Begin to take the registration back, if there is one; ``unregistering`` until it is answered."""
        self._leaving = True
        if not self.registered:
            return
        try:
            self._main.setRegistration(False)
            self.unregistering = True
        except pj.Error as error:
            log.info("not unregistered: %s", words(error))

    def for_target(self, uri: SipUri) -> tuple[SipAccount, str]:
        """The account to call *uri* from, and the address PJSIP is to dial."""
        if uri.scheme == "tel":
            return self._main, self._number_at_registrar(uri)
        if uri.scheme == "sips" or ";transport=tls" in uri.params.casefold():
            self._transports.id_of("tls")
        direct = self._transports.has("udp") and not (self.registers and self._served(uri))
        return (self._direct if direct else self._main), str(uri)

    def _served(self, uri: SipUri) -> bool:
        """Whether the registrar is the way to *uri*: its host, or the domain of our own address."""
        own = [SipUri.parse(text) for text in (self._account.sip_uri, self._account.registrar)]
        return uri.host in {each.host for each in own} and uri.port in {0, *(each.port for each in own)}

    def _number_at_registrar(self, uri: SipUri) -> str:
        """A telephone number as an address of the registrar (RFC 3261 section 19.1.6)."""
        if not self.registers:
            raise CannotDoError("a telephone number needs a registrar; without one only SIP addresses can be dialled")
        return str(SipUri("sip", uri.user, SipUri.parse(self._account.sip_uri).host, 0, ";user=phone"))

    def close(self) -> None:
        """Remove both accounts from PJSIP."""
        for account in (self._main, self._direct):
            if account.isValid():
                account.shutdown()
            destroy(account)

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
            if self._account.transport != "udp":
                self._reconnect()

    def _reconnect(self) -> None:
        """What was sent over a connection that is silent may never arrive, and PJSIP would wait for it for 32 s."""
        try:
            self._endpoint.reconnect()
        except pj.Error as error:
            log.warning("not connected again: %s", words(error))

    def _connection_lost(self) -> None:
        """It may have been the registrar's; a REGISTER soon tells, and makes a new one."""
        if self.registers and self._account.transport != "udp" and not self._returning:
            self._returning = True
            self._timers.after(random.uniform(*RETURN_SECONDS), self._return)  # noqa: S311 - spreads load, no secret

    def _return(self) -> None:
        self._returning = False
        if not self._leaving:
            self.register()

    def _for_its_callers(self) -> int | None:
        """PJSIP's number of the account for an INVITE from the registrar's side: the one with credentials.

        PJSIP answers whoever challenges a request inside the call; a caller who came past the registrar gets nothing.
        """
        return int(self._main.getId()) if self.registers else None

    def _ask_again(self) -> None:
        """The realm is known now; changed credentials make PJSIP register with them."""
        if self._leaving:
            return
        try:
            self._apply(self._main, configuration(self._account, self._bind, self._realms.names))
        except pj.Error as error:
            self._fail(words(error))

    def _answered(self, prm: Any) -> None:
        self._open_request = 0
        event = self._result(prm)
        if event.code in (401, 407) and self._realms.learn(prm.rdata.wholeMsg):
            self._timers.after(0.0, self._ask_again)  # not from in here: PJSIP has not finished with this one
            return
        if event.expires_seconds:
            self._realms.accepted()
        asked_for, self.unregistering = not self.unregistering, False
        self.registered = event.expires_seconds > 0
        if self.registered:
            self._side.answered(prm.rdata.srcAddress, prm.rdata.wholeMsg)
        if asked_for:  # a registration taken back on the way out is no news
            self._emit(event)

    def _result(self, prm: Any) -> RegistrationChanged:
        if prm.rdata.wholeMsg:
            expires = int(prm.expiration) if prm.code == 200 else 0
            return RegistrationChanged(int(prm.code), readable(prm.reason), expires, retry_after(prm.rdata.wholeMsg))
        trouble = self._endpoint.transport_trouble
        reason = prm.reason or (self._endpoint.utilStrError(prm.status) if prm.status else "")
        return RegistrationChanged(0, plain(readable(trouble or reason) or "the registrar does not answer"), 0)


def retry_after(answer: str) -> int:
    """Seconds in a Retry-After header (RFC 3261 section 20.33), 0 without one that can be read."""
    digits = re.match(r"\d{1,9}", SipMessage.parse(answer).first("Retry-After"), re.ASCII)
    return int(digits[0]) if digits else 0


def _announcement(call: EngineCall, invite: SipMessage) -> IncomingCall:
    return IncomingCall(
        call.name,
        invite.first("Call-ID"),
        invite.first("From"),
        invite.request_uri,
        invite.headers,
        time.monotonic(),
        call.trusted,
    )
