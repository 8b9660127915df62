"""An account without media, for calls that are turned away before they cost any sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import guarded
from softphone.engine.pjsua2_objects import call_parameters, destroy
from softphone.engine.sip.endpoint import SipEndpoint, turned_away
from softphone.engine.sip.message import SipMessage
from softphone.model.ua_events import CallTurnedAway

BUSY_HERE = 486
NOBODY_HERE = 480


class OverloadAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    """Refuses every call PJSIP gives it, with the code *refusal* tells; 0 there lets calls in.

    Its calls use PJSIP's loop-back media transport.
    """

    def __init__(
        self, endpoint: SipEndpoint, refusal: Callable[[], int], emit: Callable[[CallTurnedAway], None]
    ) -> None:
        super().__init__()
        self._refusal = refusal
        self._emit = emit
        config = pj.AccountConfig()
        config.idUri = "<sip:turned-away@overload.invalid>"  # no Request-URI matches it
        config.mediaConfig.useLoopMedTp = True
        self.create(config)
        endpoint.overload_account = lambda: int(self.getId()) if refusal() else None

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """Refuse at once and say so."""
        code = self._refusal() or BUSY_HERE
        call = pj.Call(self, prm.callId)
        call.hangup(call_parameters(code, "", ()))
        destroy(call)
        message = SipMessage.parse(prm.rdata.wholeMsg)
        self._emit(turned_away(message, code))

    def close(self) -> None:
        """Take it out of PJSIP."""
        self.shutdown()
        destroy(self)
