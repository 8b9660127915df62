"""A module in PJSIP's stack that sees every request before transactions, dialogs and calls do.

pjsua2 has no callback there: its first one comes when an INVITE has a transaction and a place. PJSIP itself has, for
modules written in C (``pjsip_module`` in sip_module.h), and everything such a module needs is in the shared object
that pjsua2 is. So the module is made with ctypes, and both the wheel and our own build get it.

What is taken for granted of the compiled library: the layout of ``pjsip_module``, which is as it was in 2006; the
first two members of ``pjsip_rx_data.tp_info``, the second being the transport; and that a transport begins with its
name, such as ``udp0x55…``, ``tcps0x55…`` or ``tlsc0x55…``.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import log
from softphone.engine.sip.admission import Source, ip_of
from softphone.engine.sip.guard import IncomingRequest, Verdict

_AFTER_TRANSPORT = 12  # between PJSIP_MOD_PRIORITY_TRANSPORT_LAYER (8) and _TSX_LAYER (16)
REFUSALS = {Verdict.PASS: 0, Verdict.DROP: 403, Verdict.BUSY: 486}  # where there has to be an answer
_NAME = b"mod-softphone-guard"
_KIND_LENGTH = 3  # of a transport's name: udp, tcp, tls
_FILL = "_ZN2pj9SipRxData6fromPjER13pjsip_rx_data"  # pj::SipRxData::fromPj(pjsip_rx_data&), Itanium C++ ABI
_VIA = re.compile(r"^(?:Via|v)[ \t]*:[ \t]*SIP/2\.0/(\w+)", re.I | re.M)
_METHOD = re.compile(r"msg (\S+)/cseq=")  # of "Request msg INVITE/cseq=1 (rdata0x…)"

_OnRequest = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Module(ctypes.Structure):
    _fields_ = [
        ("prev", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("name_length", ctypes.c_ssize_t),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load", ctypes.c_void_p),
        ("start", ctypes.c_void_p),
        ("stop", ctypes.c_void_p),
        ("unload", ctypes.c_void_p),
        ("on_rx_request", _OnRequest),
        ("on_rx_response", ctypes.c_void_p),
        ("on_tx_request", ctypes.c_void_p),
        ("on_tx_response", ctypes.c_void_p),
        ("on_tsx_state", ctypes.c_void_p),
    ]


class RequestFilter:
    """Made when the library has been initialized; must outlive it. *judge* is called on the SIP thread."""

    def __init__(self, judge: Callable[[IncomingRequest], Verdict]) -> None:
        """Raises OSError or AttributeError when the library shows none of its functions, as DLLs do not."""
        self._judge = judge
        self._received = pj.SipRxData()
        library = ctypes.CDLL(pj._pjsua2.__file__)
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._fill = _function(library, _FILL, None, pointer, pointer)
        self._respond = _function(
            library, "pjsip_endpt_respond_stateless", number, pointer, pointer, number, pointer, pointer, pointer
        )
        self._endpoint = _function(library, "pjsua_get_pjsip_endpt", pointer)()
        self._module = _Module(
            name=_NAME, name_length=len(_NAME), id=-1, priority=_AFTER_TRANSPORT, on_rx_request=_OnRequest(self._look)
        )
        register = _function(library, "pjsip_endpt_register_module", number, pointer, pointer)
        status = register(self._endpoint, ctypes.byref(self._module))
        if status:
            raise OSError(f"PJSIP takes no module: status {status}")

    def _look(self, received: int) -> int:
        """PJSIP's ``on_rx_request``: 1 keeps the message from everybody else. One that fails in here is kept."""
        try:
            verdict = self._judge(self._read(received))
            if verdict is Verdict.BUSY:
                self._respond(self._endpoint, received, REFUSALS[verdict], None, None, None)
        except BaseException:  # noqa: BLE001 - nothing may get back into C
            log.exception("in the guard")
            return 1
        return int(verdict is not Verdict.PASS)

    def _read(self, received: int) -> IncomingRequest:
        self._fill(int(self._received.this), received)
        method = _METHOD.search(self._received.info)
        source = Source(ip_of(self._received.srcAddress), _transport_of(received))
        return IncomingRequest(method[1] if method else "", source, self._received.wholeMsg)


def seen_late(received: Any) -> IncomingRequest:
    """An INVITE as pjsua2 shows it, an ``SipRxData``: of the transport there is only what the sender says of it."""
    claimed = _VIA.search(received.wholeMsg)
    return IncomingRequest(
        "INVITE", Source(ip_of(received.srcAddress), claimed[1].lower() if claimed else ""), received.wholeMsg
    )


def _function(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Any:
    function = library[name]
    function.restype, function.argtypes = result, arguments
    return function


def _transport_of(received: int) -> str:
    transport = ctypes.c_void_p.from_address(received + ctypes.sizeof(ctypes.c_void_p)).value
    return ctypes.string_at(transport, _KIND_LENGTH).decode("ascii", "replace") if transport else ""
