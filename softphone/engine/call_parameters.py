"""What PJSIP's call functions are given."""

from __future__ import annotations

from typing import Any

import pjsua2 as pj

from softphone.model.sip import Header


def parameters(code: int, reason: str, headers: tuple[Header, ...]) -> Any:
    """CallOpParam with defaults, which PJSIP does not give by itself; everything in it has been validated."""
    prm = pj.CallOpParam(True)
    prm.statusCode = code
    prm.reason = reason
    for header in headers:
        field = pj.SipHeader()
        field.hName, field.hValue = header.name, header.value
        prm.txOption.headers.append(field)
    return prm
