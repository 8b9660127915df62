"""The PJSIP library: brought up once, with the settings a softphone without surprises needs, and taken down cleanly."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import guarded, log
from softphone.engine.library import Library
from softphone.engine.sip.guard import Guard
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.request_filter import REFUSALS, RequestFilter, seen_late
from softphone.engine.sip.trace import MESSAGES, QUIET, PjsipLog
from softphone.model.ua_events import CallTurnedAway

CLOCK_RATE = 16000
_CANCELLED = 70014  # PJ_ECANCELLED: a connection nobody needs any more
_BEST = 254  # of PJSIP's priorities; 0 is off


class SipEndpoint(pj.Endpoint):  # type: ignore[misc]  # pjsua2 has no type information
    """PJSIP's one endpoint. Everything on it is called on the thread that made it."""

    def __init__(self, turned_away: Callable[[CallTurnedAway], None]) -> None:
        super().__init__()
        self._turned_away = turned_away
        self.library = Library.of(self)
        self.registrars_account: Callable[[], int | None] = lambda: None
        self.connection_lost: Callable[[], None] = lambda: None
        self.answered_before: Callable[[SipMessage], bool] = lambda _invite: False
        # PJSIP's number of it while it is needed; given what the guard refuses this INVITE with, or 0
        self.overload_account: Callable[[int], int | None] = lambda _code: None
        self._filter: RequestFilter | None = None
        self._guard: Guard | None = None
        self.transport_trouble = ""  # why the last TCP or TLS connection failed, in PJSIP's words

    def bring_up(self, log_writer: PjsipLog, user_agent: str, codecs: Sequence[str]) -> None:
        """From nothing to a started library without transports."""
        self.libCreate()
        self.libInit(_configuration(log_writer, user_agent, self.library))
        log_writer.__disown__()  # PJSIP deletes it in libDestroy
        self.libStart()
        self._choose_codecs([name.casefold() for name in codecs])

    def post(self, guard: Guard) -> None:
        """From now on *guard* sees every request first; where the library cannot be had for that, INVITEs at least."""
        self._guard = guard
        try:
            self._filter = RequestFilter(guard.judge)
        except (OSError, AttributeError) as error:
            log.warning("the guard sees INVITEs only, when they have a place already: %s", error)

    def take_down(self) -> None:
        """End the library. Calls, ports and accounts must be gone by now, or their destructors crash later."""
        sys.last_value = sys.last_traceback = None
        gc.collect()
        self.libDestroy(pj.PJSUA_DESTROY_NO_RX_MSG)

    @property
    def has_tls(self) -> bool:
        """Whether the wheel was built with TLS; the one for Windows is not."""
        try:
            return len(self.utilSslGetAvailableCiphers()) > 0
        except pj.Error:
            return False

    @guarded
    def onRejectedIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """PJSIP answered an INVITE itself: no slot was left, or the offer suits nobody."""
        self.turn_away(SipMessage.parse(prm.rdata.wholeMsg), int(prm.statusCode))

    def turn_away(self, invite: SipMessage, code: int) -> None:
        """Tell of an INVITE the app never gets to decide about.

        A repetition right behind the ACK is refused by PJSIP (500) and is no caller: they are being talked to.
        """
        if self.answered_before(invite):
            return
        trusted = self._guard is None or self._guard.caller_trusted
        told = (invite.first("Call-ID"), invite.first("From"), invite.request_uri, invite.headers)
        self._turned_away(CallTurnedAway(*told, code, time.monotonic(), trusted))

    @guarded
    def onSelectAccount(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """PJSIP has chosen an account for an INVITE, and not opened its sockets yet."""
        overload = self.overload_account(self._refused_late(prm.rdata))
        trusted = self._guard is not None and self._guard.caller_trusted
        chosen = self.registrars_account() if overload is None and trusted else overload
        if chosen is not None:
            prm.accountIndex = chosen

    @guarded
    def onTransportState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """Remember why a connection failed; the registration's own error says less."""
        if prm.state == pj.PJSIP_TP_STATE_CONNECTED:
            self.transport_trouble = ""
        elif prm.lastError not in (0, _CANCELLED):
            verify = [str(text) for text in prm.tlsInfo.verifyMsgs] if "TLS" in prm.type.upper() else []
            self.transport_trouble = "; ".join(verify) or self.utilStrError(prm.lastError)
        if prm.state == pj.PJSIP_TP_STATE_DISCONNECTED:
            self.connection_lost()

    def reconnect(self) -> None:
        """Give every TCP and TLS connection up, those that are being made too; accounts register over new ones.

        PJSIP has this for a machine whose address changes. Calls are left alone.
        """
        change = pj.IpChangeParam()
        change.restartListener, change.shutdownTransport = False, True
        self.handleIpChange(change)

    def _refused_late(self, received: Any) -> int:
        if self._guard is None or self._filter is not None:
            return 0
        return REFUSALS[self._guard.judge(seen_late(received))]

    def _choose_codecs(self, names: Sequence[str]) -> None:
        for codec in self.codecEnum2():
            name = codec.codecId.partition("/")[0].casefold()
            self.codecSetPriority(codec.codecId, _BEST - names.index(name) if name in names else 0)
            if name == "opus":
                self._want_mono(codec.codecId)

    def _want_mono(self, codec: str) -> None:
        """A stereo stream would reach the conference bridge as the sum of both sides, twice as loud (RFC 7587)."""
        mono = pj.CodecFmtp()
        mono.name, mono.val = "sprop-stereo", "0"
        param = self.codecGetParam(codec)
        param.setting.decFmtp.append(mono)
        self.codecSetParam(codec, param)


def _configuration(log_writer: PjsipLog, user_agent: str, library: Library) -> Any:
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.maxCalls = library.call_limit
    config.uaConfig.userAgent = user_agent
    config.medConfig.clockRate = CLOCK_RATE
    config.medConfig.ecTailLen = 0  # PJSIP could cancel echoes only with sound devices of its own; nothing else does
    config.medConfig.quality = library.resampling_quality
    config.medConfig.noVad = True
    config.medConfig.sndAutoCloseTime = -1
    tracing = log_writer.trace is not None
    config.logConfig.level = config.logConfig.consoleLevel = MESSAGES if tracing else QUIET  # the writer is the console
    config.logConfig.msgLogging = 1 if tracing else 0
    config.logConfig.decor = 0
    config.logConfig.writer = log_writer
    return config
