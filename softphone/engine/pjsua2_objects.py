"""Making and ending pjsua2's objects: C++ ones behind Python ones, with defaults and lifetimes of their own."""

from __future__ import annotations

from typing import Any

import pjsua2 as pj

from softphone.model.sip import Header


def call_parameters(code: int, reason: str, headers: tuple[Header, ...]) -> Any:
    """CallOpParam with defaults, which PJSIP does not give by itself; everything in it has been validated."""
    prm = pj.CallOpParam(True)
    prm.statusCode = code
    prm.reason = reason
    if hasattr(prm.opt, "textCount"):  # since PJSIP 2.16: without this every offer would hold real-time text
        prm.opt.textCount = 0
    for header in headers:
        field = pj.SipHeader()
        field.hName, field.hValue = header.name, header.value
        prm.txOption.headers.append(field)
    return prm


def destroy(proxy: Any) -> None:
    """Run the C++ destructor now, not when the garbage collector would; every later use of *proxy* raises.

    Doing it twice does nothing.
    """
    if proxy.this is not None:
        type(proxy).__swig_destroy__(proxy)
        proxy.this = None
