"""An account without media, for calls that are turned away before they cost any sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import guarded
from softphone.engine.pjsua2_objects import call_parameters, destroy
from softphone.engine.sip.endpoint import SipEndpoint
from softphone.engine.sip.message import SipMessage

BUSY_HERE = 486
NOBODY_HERE = 480
_NOT_FOR_US = 403  # the guard counts these


class OverloadAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    """Refuses every call PJSIP gives it, with the code *refusal* tells; 0 there lets calls in.

    Its calls use PJSIP's loop-back media transport.
    """

    def __init__(self, endpoint: SipEndpoint, refusal: Callable[[], int]) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._refusal = refusal
        self._code = 0  # of the INVITE at hand
        config = pj.AccountConfig()
        config.idUri = "<sip:turned-away@overload.invalid>"  # no Request-URI matches it
        config.mediaConfig.useLoopMedTp = True
        self.create(config)
        endpoint.overload_account = self._number

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """Refuse at once and say so."""
        code = self._code or BUSY_HERE
        call = pj.Call(self, prm.callId)
        call.hangup(call_parameters(code, "", ()))
        destroy(call)
        if code != _NOT_FOR_US:
            self._endpoint.turn_away(SipMessage.parse(prm.rdata.wholeMsg), code)

    def _number(self, refused: int) -> int | None:
        """The account's, when this INVITE is to be refused, with *refused* or for want of room."""
        self._code = refused or self._refusal()
        return int(self.getId()) if self._code else None

    def close(self) -> None:
        """Take it out of PJSIP."""
        self.shutdown()
        destroy(self)
