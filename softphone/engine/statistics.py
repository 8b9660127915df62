"""Figures of a running call (RFC 3550 section 6.4)."""

from __future__ import annotations

import pjsua2 as pj

from softphone.engine.call import EngineCall
from softphone.engine.problems import CannotDoError
from softphone.model.ua_events import Statistics


def statistics(call: EngineCall, underruns: int) -> Statistics:
    """What the call's audio stream counts. Raises CannotDoError when it has none."""
    if call.sound.index < 0:
        raise CannotDoError("this call has no sound yet")
    try:
        info = call.getStreamInfo(call.sound.index)
        figures = call.getStreamStat(call.sound.index)
    except pj.Error:
        raise CannotDoError("this call has no sound at the moment") from None
    rtcp = figures.rtcp
    sent, received = rtcp.txStat, rtcp.rxStat
    return Statistics(
        call.name,
        str(info.codecName),
        int(sent.pkt),
        int(received.pkt),
        int(sent.loss),
        int(received.loss),
        received.jitterUsec.mean / 1000,
        rtcp.rttUsec.mean / 1000,
        underruns,
    )
